import * as fc from "fast-check";
import { expect, test } from "vitest";
import { wholePoints } from "./points-words.ts";

test("thirds are shared so that the table adds up", () => {
  expect(wholePoints([100 / 3, 100 / 3, 100 / 3], 0).reduce((a, b) => a + b)).toBe(100);
});

test("what is shown always adds up to what is missing from a hundred, and nothing is charged that lost nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 12, noNaN: true }), { minLength: 1, maxLength: 8 }), (losses) => {
      const score = 100 - losses.reduce((a, b) => a + b, 0);
      const points = wholePoints(losses, score);
      expect(points.reduce((a, b) => a + b, 0)).toBe(100 - Math.round(score));
      for (const [index, loss] of losses.entries()) if (loss === 0) expect(points[index]).toBe(0);
    }),
  );
});
