import { expect, it } from "vitest";
import { dampedTrend, reachOf, shareOf } from "./trend.ts";

it("leads 0.85 + 0.85² + … steps far", () => {
  expect(reachOf(1)).toBeCloseTo(0.85, 9);
  expect(reachOf(2)).toBeCloseTo(0.85 + 0.7225, 9);
  expect(reachOf(1_000)).toBeCloseTo(0.85 / 0.15, 9);
});

it("leads a value so far, and never further than 3 K", () => {
  expect(dampedTrend(20, 0.02, 10)).toBeCloseTo(20 + 0.1 * 1.5725, 9);
  expect([dampedTrend(20, 5, 30), dampedTrend(20, -5, 30)]).toEqual([23, 17]);
});

it("follows by 1 − 1/e within its memory", () => {
  expect(shareOf(5)).toBeCloseTo(1 - Math.exp(-1), 9);
  expect((1 - shareOf(20)) ** 4).toBeCloseTo(Math.exp(-1), 9);
});
