import { expect, test } from "vitest";
import { stretchesOf } from "./stretches.ts";

const at = (minute: number): string => new Date(minute * 60_000).toISOString();
const change = (minute: number, outcome: "ready" | "not_ready") => ({
  at: at(minute),
  outcome,
  score: 0,
  sentence: "",
  currency: "live" as const,
});
const told = (history: Parameters<typeof stretchesOf>[0]): string[] =>
  stretchesOf(history, 0, 100 * 60_000).map(({ from, to, status }) => `${from / 60_000}-${to / 60_000} ${status}`);
const base = { room: "hq/a", from: at(0), to: at(100) };

test("what held goes on until the next change; where nobody watched, nothing is known", () => {
  const watched = [
    { from: at(-50), to: at(40) },
    { from: at(60), to: at(100) },
  ];
  const changes = [change(-10, "ready"), change(20, "not_ready"), change(62, "ready")];
  expect(told({ ...base, watched, changes })).toEqual([
    "0-20 ready",
    "20-40 not_ready",
    "40-62 nothing",
    "62-100 ready",
  ]);
});

test("without anything taken down the whole span is told so", () => {
  expect(told({ ...base, watched: [], changes: [] })).toEqual(["0-100 nothing"]);
  expect(told({ ...base, watched: [], changes: [change(10, "ready")] })).toEqual(["0-100 nothing"]);
});
