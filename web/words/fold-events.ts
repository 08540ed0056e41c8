import type { AlertEvent } from "#contract/messages/alert.ts";
import { eventWords } from "./event-words.ts";

/** Something that happened to an alert, or happened again and again. */
export interface FoldedEvent {
  /** Of the first time. */
  at: string;
  words: string;
  times: number;
  lastAt: string;
}

/** The same thing said again is one line with a count, not ten. */
export function foldEvents(history: readonly AlertEvent[]): FoldedEvent[] {
  const folded = new Map<string, FoldedEvent>();
  for (const [index, event] of history.entries()) {
    const words = eventWords(event);
    // What people did is told each time; only the program repeats itself.
    const key = event.by === undefined || event.event === "held" ? words : `${index}`;
    const known = folded.get(key);
    if (known === undefined) folded.set(key, { at: event.at, words, times: 1, lastAt: event.at });
    else folded.set(key, { ...known, times: known.times + 1, lastAt: event.at });
  }
  return [...folded.values()];
}
