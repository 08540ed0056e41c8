import type { Alert, AlertEvent } from "#contract/messages/alert.ts";

/** Why a message waits, or an alert is not raised: the gateway's names, in words. */
const reasons: Readonly<Record<string, string>> = {
  "not-sustained": "it waits whether more falls silent",
  "same-root-cause": "another alert tells the same cause",
  "in-maintenance": "the room is in maintenance",
  "demo-running": "a visit is running in the room",
  nudged: "the room's own panel asks first",
  snoozed: "it is snoozed",
  duplicate: "they know it already",
  "over-budget": "too many messages at once; what helps most goes first",
};

export const heldReasonWords = (reason: string): string => reasons[reason] ?? reason.replaceAll("-", " ");

/** The note of a held message reads `reason: what it waits for`. */
export function heldNote(note: string | undefined): { reason: string; waitsFor: string | undefined } | undefined {
  const found = /^([a-z][a-z-]*)(?:: (.*))?$/s.exec(note ?? "");
  return found === null ? undefined : { reason: found[1] ?? "", waitsFor: found[2] };
}

const MESSAGES: ReadonlySet<AlertEvent["event"]> = new Set(["held", "notified", "notify_failed", "raised", "reopened"]);

/** Why nobody has been told the news of an alert; nothing once somebody has. */
export function heldNow({
  status,
  history,
}: Pick<Alert, "status" | "history">): { reason: string; since: string } | undefined {
  const last = history.findLast((event) => MESSAGES.has(event.event));
  if (status === "resolved" || last?.event !== "held") return undefined;
  const reason = heldNote(last.note)?.reason;
  // Who knows it already is not left out.
  return reason === undefined || reason === "duplicate" ? undefined : { reason, since: last.at };
}

/** "Held back 3 times: too many messages at once", one line per reason. */
export const heldCounts = (held: Alert["held"]): string[] =>
  Object.entries(held)
    .filter(([, times]) => times > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, times]) => `Held back ${times === 1 ? "once" : `${times} times`}: ${heldReasonWords(reason)}.`);
