import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { type Curve, readCurve } from "./curve.ts";

const curve: Curve = { from: instant(0), value: 20, means: [21, 22, 23, 24, 26], sigmas: [0.4, 0.5, 0.6, 0.7, 0.9] };

describe("a forecast's curve", () => {
  it.each([
    [-10, 20, 0.16],
    [0, 20, 0.16],
    [3, 20.1, 0.16],
    [15, 20.5, 0.4 * Math.SQRT1_2],
    [30, 21, 0.4],
    [45, 21.5, 0.45],
    [60, 22, 0.5],
    [105, 23.5, 0.65],
    [150, 25, 0.8],
    [180, 26, 0.9],
    [720, 26, 1.8],
  ])("at %s min is %s ± %s", (lead, mean, sigma) => {
    const read = readCurve(curve, lead);
    expect(read.mean).toBeCloseTo(mean, 9);
    expect(read.sigma).toBeCloseTo(sigma, 9);
  });
});
