import { expect, test } from "vitest";
import type { AlertEvent } from "#contract/messages/alert.ts";
import { foldEvents } from "./fold-events.ts";

const at = (minute: number): string => `2026-11-24T08:${String(minute).padStart(2, "0")}:00.000Z`;

test("what the program says again and again is one line with a count; what people do is told each time", () => {
  const history: AlertEvent[] = [
    { at: at(1), event: "raised", note: "Too cold" },
    { at: at(2), event: "held", note: "duplicate" },
    { at: at(3), event: "acknowledged", by: "Priya" },
    { at: at(4), event: "held", note: "duplicate" },
    { at: at(5), event: "acknowledged", by: "Priya" },
    { at: at(6), event: "held", note: "snoozed" },
  ];
  expect(foldEvents(history).map(({ words, times, lastAt }) => [words, times, lastAt])).toEqual([
    ["Raised: Too cold", 1, at(1)],
    ["Message held back: they know it already", 2, at(4)],
    ["Taken by Priya", 1, at(3)],
    ["Taken by Priya", 1, at(5)],
    ["Message held back: it is snoozed", 1, at(6)],
  ]);
});
