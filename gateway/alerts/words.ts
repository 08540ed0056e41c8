import type { RemedyStep } from "#contract/messages/readiness.ts";
import type { Instant } from "#contract/units.ts";
import { at, type Finding, type Member } from "./finding.ts";
import { localTime } from "./local-time.ts";

const LONGEST_TITLE = 160;

/** Titles come from calendars: one line, no control characters, not endless. */
export const oneLine = (text: string, longest = LONGEST_TITLE): string => {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).trimEnd()}…`;
};

const visitOf = (member: Member): string =>
  oneLine(member.account === undefined || member.account === "" ? member.title : member.account, 60);

/** What is wrong, where, for whom, when: "Harbour is 18.1 °C, needs 20–24 for Acme 14:00". */
export function titleOf(finding: Finding, now: Instant): string {
  const [first] = finding.members;
  const rooms = new Set(finding.members.map((member) => member.roomKey)).size;
  // "Room is 25.4 °C since 08:21, 1.4 K above 24; expected …": what is the case, without what is expected.
  const what = oneLine(first.cause.sentence.split(";", 1)[0] ?? "").replace(/[.!]+$/, "");
  const visit = visitOf(first);
  const when = localTime(first.arrival, first.zone, now);
  const place = rooms > 1 ? `${rooms} rooms: ${what}` : inRoom(what, oneLine(first.roomName, 60));
  return oneLine(what.includes(visit) ? place : `${place} for ${visit} ${when}`);
}

/** Says the room's name once: "Room is 18.1 °C" and "Air is 18.1 °C" become "Harbour is 18.1 °C", another sentence gets it in front. */
function inRoom(what: string, room: string): string {
  if (what.toLowerCase().includes(room.toLowerCase())) return what;
  const claim = /^(?:the )?(?:room |air )?is (.*)$/i.exec(what);
  return claim === null ? `${room}: ${midSentence(what)}` : `${room} is ${claim[1]}`;
}

/** "Can't tell" → "can't tell", but CO₂ and HDMI stay. */
const midSentence = (text: string): string =>
  /^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

/** The whole of it: what is wrong, what mends it, how long that takes, and by when to begin. */
export function sentenceOf(finding: Finding, now: Instant): string {
  const [first] = finding.members;
  const what = oneLine(first.cause.sentence, 400).replace(/[.!]+$/, "");
  return `${what}. ${adviceOf(first.cause.steps, first.zone, now)}`;
}

/** The first remedy that is still in time; past them all, the advice is another room. */
export function adviceOf(steps: readonly RemedyStep[], zone: string, now: Instant): string {
  const step = steps.find((each) => at(each.act_by) >= now);
  if (step === undefined) return "Too late to mend it in time: offer the client another room.";
  return `${oneLine(step.label, 100)} by ${localTime(at(step.act_by), zone, now)} (${durationOf(step)}).`;
}

export function durationOf(step: RemedyStep): string {
  const usual = Math.round(step.p50_min);
  const long = Math.round(step.p90_min);
  return usual >= long ? `takes about ${long} min` : `usually ${usual} min, up to ${long}`;
}
