import type { Clock } from "#contract/clock.ts";
import { seconds } from "#contract/units.ts";
import type { Channel } from "./channel.ts";
import { HttpPoster } from "./http-post.ts";
import type { Message } from "./message.ts";

/** Slack's three control characters: without them a title can neither mention nor link. */
const escapeSlack = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const plain = (text: string, longest: number): object => ({
  type: "plain_text",
  text: text.length <= longest ? text : `${text.slice(0, longest - 1)}…`,
  emoji: false,
});

/** Block Kit with a fallback text. What came from calendars stays plain text, so that no title can format, mention or link. */
export function slackBody(message: Message): string {
  const fields = [...message.facts, ...message.remedies].map(({ label, value }) => `${label}: ${value}`);
  const blocks: object[] = [
    { type: "header", text: plain(message.subject, 150) },
    { type: "section", text: plain(`${message.lead}\n${message.sentence}`, 3_000) },
  ];
  if (fields.length > 0) blocks.push({ type: "section", text: plain(fields.join("\n"), 3_000) });
  if (message.link !== undefined)
    blocks.push({
      type: "context",
      elements: [{ type: "mrkdwn", text: `<${encodeURI(decodeURI(message.link))}|Open in Greenroom>` }],
    });
  return JSON.stringify({ text: escapeSlack(message.subject), mrkdwn: false, blocks });
}

/** A Slack-compatible incoming webhook (Slack, Mattermost, Rocket.Chat). It cannot reply in a thread: each message stands alone. */
export function startSlack({ url, timeout_s }: { url: string; timeout_s: number }, clock: Clock): Channel {
  const poster = new HttpPoster(clock);
  return {
    send: (_contact, _notice, message) =>
      poster.post({ url, headers: {}, body: slackBody(message), timeout: seconds(timeout_s) }),
    stop: () => poster.stop(),
  };
}
