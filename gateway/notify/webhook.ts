import type { Clock } from "#contract/clock.ts";
import { type Instant, rfc3339, seconds } from "#contract/units.ts";
import type { Contact, Notice } from "../alerts/notifier.ts";
import type { Channel } from "./channel.ts";
import { HttpPoster } from "./http-post.ts";
import type { Message } from "./message.ts";
import { signed } from "./signature.ts";

/** The body of a webhook. `id` is the message's own: seen twice, it is the same message. */
function webhookBody(contact: Contact, notice: Notice, message: Message, now: Instant): string {
  const { alert } = notice;
  return JSON.stringify({
    id: notice.key,
    type: notice.event === "daily_list" ? notice.event : `alert.${notice.event}`,
    at: rfc3339(now),
    to: contact.to,
    subject: message.subject,
    text: [message.lead, message.sentence].join(" "),
    link: message.link,
    lines: notice.event === "daily_list" ? message.facts : undefined,
    room: { key: notice.roomKey, name: notice.roomName, floor: notice.floor, zone: notice.zone },
    alert: {
      id: alert.id,
      status: alert.status,
      priority: alert.priority,
      cause: alert.cause,
      title: alert.title,
      sentence: alert.sentence,
      demo: alert.demo,
      demo_title: alert.demo_title,
      arrival: alert.arrival,
      act_by: alert.act_by,
      p_ready: alert.p_ready,
      rooms: alert.rooms,
      steps: alert.steps,
      assignee: alert.assignee,
      level: alert.level,
      alternatives: alert.alternatives,
    },
    along: notice.along?.map(({ id, title, act_by, rooms }) => ({ id, title, act_by, rooms })),
    over: notice.over?.map(({ id, title, rooms }) => ({ id, title, rooms })),
    cut: notice.cut,
  });
}

/** A webhook that signs what it sends: a ticket system, a chat bot, a building's own desk. */
export function startWebhook(
  { url, secret, timeout_s }: { url: string; secret: string; timeout_s: number },
  clock: Clock,
): Channel {
  const poster = new HttpPoster(clock);
  return {
    send(contact, notice, message) {
      const now = clock.now();
      const body = webhookBody(contact, notice, message, now);
      return poster.post({ url, headers: signed(secret, notice.key, now, body), body, timeout: seconds(timeout_s) });
    },
    stop: () => poster.stop(),
  };
}
