import type { AlertEvent } from "#contract/messages/alert.ts";
import { foundWords } from "./found-words.ts";
import { heldNote, heldReasonWords } from "./held-words.ts";

const words: Readonly<Record<AlertEvent["event"], string>> = {
  raised: "Raised",
  changed: "Changed",
  acknowledged: "Taken",
  assigned: "Assigned",
  snoozed: "Snoozed",
  woken: "Snooze ended",
  escalated: "Escalated",
  notified: "Message sent",
  notify_failed: "Message could not be sent",
  held: "Message held back",
  past_act_by: "Act-by passed",
  resolved: "Marked as mended",
  reopened: "Opened again",
  closed: "Closed",
};

/** Of a message the channel is named in the note already. */
const messages: ReadonlySet<AlertEvent["event"]> = new Set(["notified", "notify_failed", "held"]);

/** "Taken by Priya Nair", "Message held back: in maintenance" */
export function eventWords(event: AlertEvent): string {
  const by = event.by === undefined || messages.has(event.event) ? "" : ` by ${event.by}`;
  if (event.event === "held") return heldWordsOf(event.note);
  if (event.event === "notified") return sentWordsOf(event.note);
  const note = event.note === undefined || event.note === "" ? "" : `: ${event.note}`;
  const word = event.event === "resolved" && event.found !== undefined ? foundWords(event.found) : words[event.event];
  return `${word}${by}${note}`;
}

function heldWordsOf(note: string | undefined): string {
  const held = heldNote(note);
  if (held === undefined) return note === undefined ? words.held : `${words.held}: ${note}`;
  return `${words.held}: ${heldReasonWords(held.reason)}${held.waitsFor === undefined ? "" : ` (${held.waitsFor})`}`;
}

const steps: Readonly<Record<string, string>> = {
  raised: "the alert",
  reopened: "that it is back",
  woken: "a reminder after the snooze",
  lead: "that nobody has taken it",
  past_act_by: "that it is too late for the room",
  offer_move: "the offer of another room",
  resolved: "that it is over",
};

/** The note of a sent message reads `step to NAME by CHANNEL`: "Told Facilities desk the alert (mail)". */
function sentWordsOf(note: string | undefined): string {
  const found = /^(\w+) to (.+) by ([^ ]+)$/s.exec(note ?? "");
  const what = steps[found?.[1] ?? ""];
  if (found === null || what === undefined) return note === undefined ? words.notified : `${words.notified}: ${note}`;
  const [, , who = "", channel = ""] = found;
  return channel === "log" ? `Written to the program's log: ${what}` : `Told ${who} ${what} (${channel})`;
}
