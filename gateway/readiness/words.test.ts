import * as fc from "fast-check";
import { expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { amount, isZone, Words, wordsOf } from "./words.ts";

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
