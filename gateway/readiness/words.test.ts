import * as fc from "fast-check";
import { expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { amount, isZone, toMinute, Words, wordsOf } from "./words.ts";

const noon = instant(Date.UTC(2026, 10, 23, 12));

it("tells times in the room's zone, with the day when it is not near", () => {
  const words = new Words("America/New_York");
  expect(words.time(noon, noon)).toBe("07:00");
  expect(words.time(instant(noon - 86_400_000), noon)).toBe("Sun 22 Nov, 07:00");
  expect(words.since(instant(noon - 60_000), noon)).toBe(" since 06:59");
});

it("speaks UTC where the zone is unknown", () => {
  expect(isZone("Mars/Olympus")).toBe(false);
  expect(wordsOf("Mars/Olympus").clock(noon)).toBe("12:00");
});

it("is right on both sides of a clock change", () => {
  const words = new Words("Europe/Berlin");
  expect(words.clock(instant(Date.UTC(2026, 9, 25, 0, 30)))).toBe("02:30");
  expect(words.clock(instant(Date.UTC(2026, 9, 25, 1, 30)))).toBe("02:30");
  expect(words.clock(instant(Date.UTC(2026, 9, 25, 2, 30)))).toBe("03:30");
});

it.each([
  [18.1, 1, "18.1"],
  [20, 1, "20"],
  [1_420.4, 0, "1,420"],
  [1_234_567.8, 1, "1,234,567.8"],
  [-0.04, 1, "0"],
])("%s to %s places is %s", (value, digits, text) => {
  expect(amount(value, digits)).toBe(text);
});

it("notes how long a time is told in the same words", () => {
  const words = wordsOf("Europe/Berlin");
  fc.assert(
    fc.property(
      fc.integer({ min: -3 * 86_400, max: 3 * 86_400 }),
      fc.integer({ min: 0, max: 3 * 86_400 }),
      (ago, later) => {
        const now = instant(noon + ago * 1000);
        words.listen();
        const told = words.time(noon, now);
        const then = instant(Math.min(now + later * 1000, words.changesAt - 1));
        if (then >= now) expect(words.time(noon, then)).toBe(told);
        if (words.changesAt < Number.POSITIVE_INFINITY && words.changesAt > now)
          expect(words.time(noon, instant(words.changesAt + 1))).not.toBe(told);
      },
    ),
  );
});

it("tells the day from half a day on, either way, and no beginning of what has always been so", () => {
  const words = new Words("UTC");
  const half = 43_200_000;
  expect(words.time(noon, instant(noon + half - 1))).toBe("12:00");
  expect(words.time(noon, instant(noon + half))).toBe("Mon 23 Nov, 12:00");
  expect(words.time(noon, instant(noon - half))).toBe("Mon 23 Nov, 12:00");
  expect(words.since(instant(0), noon)).toBe("");
  expect(words.since(instant(1), noon)).toBe(" since Thu 1 Jan, 00:00");
});

it("tells minute after minute rightly, however many it has told", () => {
  const words = new Words("UTC");
  for (let minute = 0; minute < 3_000; minute++) {
    const then = instant(noon + minute * 60_000 + 59_999);
    expect(words.clock(then)).toBe(new Date(then).toISOString().slice(11, 16));
  }
});

it("groups thousands from a thousand on, and rounds as asked", () => {
  expect([999, 1_000, 999.96, -1_234].map((value) => amount(value, 1))).toEqual(["999", "1,000", "1,000", "-1,234"]);
  expect(amount(1.23456, 4)).toBe("1.2346");
  expect(amount(-0.4)).toBe("0");
  expect(toMinute(instant(noon + 59_999))).toBe(noon);
});

it("stands until half a day after, or until half a day before; what is long over is told the same for ever", () => {
  const words = new Words("UTC");
  const half = 43_200_000;
  const until = (now: number): number => {
    words.listen();
    words.time(noon, instant(now));
    return words.changesAt;
  };
  expect(until(noon + half - 1)).toBe(noon + half);
  expect(until(noon - half + 1)).toBe(noon + half);
  expect(until(noon - half)).toBe(noon - half);
  expect(until(noon - 3 * half)).toBe(noon - half);
  expect(until(noon + half)).toBe(Number.POSITIVE_INFINITY);
  words.time(noon, noon);
  words.listen();
  expect(words.changesAt).toBe(Number.POSITIVE_INFINITY);
});
