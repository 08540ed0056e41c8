import * as fc from "fast-check";
import { expect, test } from "vitest";
import { waitBefore } from "./reconnect.ts";
import { millis, seconds } from "./units.ts";

const longest = (failures: number): number => waitBefore({ failures, isRefused: false, share: 1 });

test("twice as long after each failure, never beyond ten seconds", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 2_000].map(longest)).toEqual([
    250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
  ]);
});

test("any part of that: a crowd that lost its broker at one moment comes back spread over the whole wait", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), share, (failures, part) => {
      const wait = waitBefore({ failures, isRefused: false, share: part });
      expect(wait).toBeCloseTo(part * longest(failures), 6);
      expect(wait).toBeLessThanOrEqual(seconds(10));
    }),
  );
});

test("a refused sign-in is tried again in half a minute to a minute, however short the ceiling", () => {
  const wait = (share: number): number =>
    waitBefore({ failures: 1, isRefused: true, share }, { first: millis(20), ceiling: millis(100) });
  expect([wait(0), wait(1)]).toEqual([30_000, 60_000]);
});
