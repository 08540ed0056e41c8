import { expect, it } from "vitest";
import { normalCdf, normalQuantile, probabilityInside } from "./normal.ts";

it.each([
  [0, 0.5],
  [1, 0.841345],
  [-1, 0.158655],
  [1.959964, 0.975],
  [-3, 0.00135],
])("Φ(%s) is %s", (z, p) => {
  expect(normalCdf(z)).toBeCloseTo(p, 5);
});

it.each([
  [0.5, 0],
  [0.9, 1.28155],
  [0.05, -1.64485],
  [0.99, 2.32635],
])("Φ⁻¹(%s) is %s", (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 2);
});

it("tells how much of a distribution lies in a band", () => {
  expect(probabilityInside([20, 24], { mean: 22, sigma: 2 })).toBeCloseTo(0.6827, 3);
  expect(probabilityInside([20, 24], { mean: 30, sigma: 0.1 })).toBe(0);
});
