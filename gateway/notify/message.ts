import { parseRoomKey } from "#contract/ids.ts";
import type { AlertMember, Alternative } from "#contract/messages/alert.ts";
import { type Instant, parseInstant, rfc3339 } from "#contract/units.ts";
import { localTime } from "../alerts/local-time.ts";
import type { DailyListMessage, Notice } from "../alerts/notifier.ts";
import { isStandby } from "../alerts/standby.ts";
import { durationOf, oneLine } from "../alerts/words.ts";

/** A message in plain words, before a channel gives it its form. Every text is one line and free of control characters. */
export interface Message {
  /** "Act by 13:10: Harbour is 18.1 °C, needs 20–24 for Acme 14:00". */
  subject: string;
  /** Why this is sent now. */
  lead: string;
  sentence: string;
  facts: readonly { label: string; value: string }[];
  remedies: readonly { label: string; value: string }[];
  /** To the screen that shows it, where the screens' address is known. */
  link: string | undefined;
}

/** Words a daily list: one line for each room. */
export function messageOfList({ site, lines, more }: DailyListMessage, publicUrl?: string): Message {
  const count = lines.length + more;
  const rooms = count === 1 ? "1 room" : `${count} rooms`;
  return {
    subject: oneLine(`Daily list: ${rooms} of ${site} with something to mend, needed by no visit`, 200),
    lead: "No visit needs these rooms within a day, so nobody was called.",
    sentence: more === 0 ? `${rooms} of ${site}.` : `${rooms} of ${site}; ${more} more are on the board.`,
    facts: lines.map(({ roomName, text }) => ({ label: oneLine(roomName, 60), value: oneLine(text, 200) })),
    remedies: [],
    link: publicUrl === undefined ? undefined : `${publicUrl.replace(/\/+$/, "")}/`,
  };
}

/** A list on its way through a channel that carries alerts: it stands for itself. */
export function noticeOfList({ key, site, zone, lines }: DailyListMessage, message: Message, now: Instant): Notice {
  const at = rfc3339(now);
  const roomKey = lines[0]?.roomKey ?? `${site}/`;
  return {
    key,
    event: "daily_list",
    roomKey,
    roomName: site,
    floor: "",
    zone,
    first: true,
    alert: {
      id: key,
      at,
      cause: "daily_list",
      title: message.subject,
      sentence: message.sentence,
      rooms: lines.map((line) => line.roomKey),
      status: "open",
      priority: 3,
      raised_at: at,
      act_by: at,
      p_ready: 1,
      steps: [],
      level: 0,
      notifications: [],
      history: [],
      held: {},
    },
  };
}

const instantOf = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : parseInstant(text);

/** Words a notice as somebody busy understands it: by when, where, what, for whom; then what to do about it. */
export function messageOfNotice(notice: Notice, now: Instant, publicUrl?: string): Message {
  const { alert, zone } = notice;
  const time = (text: string): string => {
    const at = instantOf(text);
    return at === undefined ? text : localTime(at, zone, now);
  };
  const isPast = (instantOf(alert.act_by) ?? now) < now;
  const actBy = isPast ? `Act-by was ${time(alert.act_by)}` : `Act by ${time(alert.act_by)}`;
  return {
    subject: oneLine(`${openingOf(notice, actBy)}: ${alert.title}`, 200),
    lead: leadOf(notice, actBy),
    sentence: oneLine(alert.sentence, 500),
    facts: factsOf(notice, time, actBy),
    remedies:
      notice.event === "resolved"
        ? []
        : alert.steps.map((step) => ({
            label: oneLine(step.label, 100),
            value: `start by ${time(step.act_by)}, ${durationOf(step)}`,
          })),
    link: linkOf(notice, publicUrl),
  };
}

function openingOf({ event, alert }: Notice, actBy: string): string {
  if (isStandby(alert.cause) && event !== "resolved") return "Another room is kept in case";
  switch (event) {
    case "raised":
      return actBy;
    case "reopened":
      return `Back again. ${actBy}`;
    case "woken":
      return `Snooze is over. ${actBy}`;
    case "lead":
      return `Nobody has taken it. ${actBy}`;
    case "past_act_by":
      return `Too late for the first remedy. ${actBy}`;
    case "offer_move":
      return "Offer another room";
    default:
      return "Resolved";
  }
}

function leadOf({ event, alert }: Notice, actBy: string): string {
  const likely = `Left alone, it will be ready in ${Math.round(alert.p_ready * 100)} of 100 cases.`;
  if (isStandby(alert.cause) && event !== "resolved")
    return `Look in before the client comes; if it is not ready, go to the other room. ${likely}`;
  switch (event) {
    case "resolved":
      return oneLine(alert.history.findLast((each) => each.event === "resolved")?.note ?? "It is resolved.", 300);
    case "lead":
      return `Nobody has acknowledged this yet. ${likely}`;
    case "past_act_by":
      return `${actBy}; what helps now is the next remedy below, or another room.`;
    case "offer_move":
      return "It will probably not be ready at arrival. Offer the client another room now, while there is time to walk there.";
    default:
      return likely;
  }
}

function factsOf(notice: Notice, time: (text: string) => string, actBy: string): Message["facts"] {
  const { alert, roomName, floor } = notice;
  const members = alert.members ?? [];
  const visit = members.find((member) => member.room === notice.roomKey && member.demo === alert.demo);
  const facts = [
    { label: "Room", value: oneLine(floor === "" ? roomName : `${roomName}, floor ${floor}`, 200) },
    { label: "Visit", value: visitOf(notice, visit, time) },
    ...(notice.event === "resolved" ? [] : [{ label: "When", value: actBy }]),
  ];
  if (members.length > 1) {
    const others = members.filter((member) => member !== visit).map((member) => otherVisit(member, time));
    const shown = others.slice(0, 5).join("; ");
    facts.push({ label: "Also", value: others.length > 5 ? `${shown}; and ${others.length - 5} more` : shown });
  }
  const [other, ...more] = notice.event === "resolved" ? [] : (alert.alternatives ?? []);
  if (other !== undefined) facts.push({ label: "Other room", value: otherRoom(other, more.length, time) });
  for (const each of notice.along ?? [])
    facts.push({ label: "Same floor", value: oneLine(`${each.title}; act by ${time(each.act_by)}`, 200) });
  const over = (notice.over ?? []).map(({ title }) => title);
  if (over.length > 0) facts.push({ label: "Resolved too", value: oneLine(over.join("; "), 500) });
  if (notice.cut !== undefined)
    facts.push({ label: "Held back", value: `${notice.cut} more of less use: see the board` });
  if (alert.assignee !== undefined) facts.push({ label: "Taken by", value: oneLine(alert.assignee, 100) });
  return facts.filter((fact) => fact.value !== "");
}

function visitOf(notice: Notice, visit: AlertMember | undefined, time: (text: string) => string): string {
  const { alert } = notice;
  const title = oneLine(alert.demo_title ?? "", 120);
  const account = oneLine(notice.account ?? "", 60);
  const name = account === "" || title.includes(account) ? title : `${account}: ${title}`;
  if (alert.arrival === undefined) return name;
  const end = visit === undefined ? "" : `–${time(visit.end)}`;
  return `${name}, ${time(alert.arrival)}${end}`;
}

/** "Pine, floor 12: ready in 95 of 100 cases, kept until 14:15; 2 more on the board". */
function otherRoom(other: Alternative, more: number, time: (text: string) => string): string {
  const { name, floor, p_ready, displaces, held_until } = other;
  const parts = [
    `ready in ${Math.round(p_ready * 100)} of 100 cases`,
    ...(displaces > 0 ? [`${displaces} ${displaces === 1 ? "booking gives" : "bookings give"} way`] : []),
    ...(held_until === undefined ? [] : [`kept until ${time(held_until)}`]),
  ];
  return oneLine(`${name}, floor ${floor}: ${parts.join(", ")}${more > 0 ? `; ${more} more on the board` : ""}`, 200);
}

const otherVisit = (member: AlertMember, time: (text: string) => string): string =>
  oneLine(`${parseRoomKey(member.room).room}: ${member.title} ${time(member.arrival)}`, 100);

function linkOf(notice: Notice, publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined) return undefined;
  const { site, room } = parseRoomKey(notice.roomKey);
  const path = `rooms/${encodeURIComponent(site)}/${encodeURIComponent(room)}`;
  return `${publicUrl.replace(/\/+$/, "")}/${path}?alert=${encodeURIComponent(notice.alert.id)}`;
}
