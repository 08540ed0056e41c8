import { expect, it } from "vitest";
import { hours, instant, minutes } from "#contract/units.ts";
import { isOld, timeOf } from "./reading-time.ts";

const NOW = instant(Date.UTC(2026, 10, 23, 9));
const before = (ms: number) => instant(NOW - ms);
const reading = (at?: number) => ({ device: "x", metrics: {}, ...(at !== undefined && { at: instant(at) }) });

it("what had waited is news after a short absence, and after a long one, or one of unknown length, only by its own time", () => {
  const old = (heardUntil: ReturnType<typeof before> | undefined) =>
    isOld({ retained: false, queued: true }, { now: NOW, heardUntil });
  expect([old(before(minutes(10))), old(before(minutes(11))), old(undefined)]).toEqual([false, true, true]);
  expect(timeOf(reading(), true, NOW)).toBeUndefined();
  expect(timeOf(reading(before(hours(3))), true, NOW)).toBe(before(hours(3)));
});

it("what comes live is of now, and what the broker kept never is", () => {
  expect(isOld({ retained: false }, { now: NOW, heardUntil: undefined })).toBe(false);
  expect(isOld({ retained: true }, { now: NOW, heardUntil: NOW })).toBe(true);
  expect(timeOf(reading(), false, NOW)).toBe(NOW);
});

it("a clock that runs ahead is not believed, and old news is none after a day", () => {
  expect(timeOf(reading(NOW + minutes(6)), false, NOW)).toBe(NOW);
  expect(timeOf(reading(NOW + minutes(6)), true, NOW)).toBeUndefined();
  expect(timeOf(reading(before(hours(25))), true, NOW)).toBeUndefined();
});
