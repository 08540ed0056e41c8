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
  const note = event.note === undefined || event.note === "" ? "" : `: ${event.note}`;
  const word = event.event === "resolved" && event.found !== undefined ? foundWords(event.found) : words[event.event];
  return `${word}${by}${note}`;
}

function heldWordsOf(note: string | undefined): string {
  const held = heldNote(note);
  if (held === undefined) return note === undefined ? words.held : `${words.held}: ${note}`;
  return `${words.held}: ${heldReasonWords(held.reason)}${held.waitsFor === undefined ? "" : ` (${held.waitsFor})`}`;
}
