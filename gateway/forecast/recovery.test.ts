import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recoveryMin } from "./recovery.ts";
import type { Way } from "./ways.ts";

const band = [20, 24] as const;
const cold = { value: 18, band, rate: 2 };
const way = (mean: number, obeys: boolean, weight = 1): Way => ({ mean, sigma: 0.3, weight, obeys });

describe("what a room itself needs, once somebody has seen to it", () => {
  it("is nothing while it is as it should be", () => {
    for (const mean of [18, 25]) expect(recoveryMin([way(mean, false)], { ...cold, value: 21 })).toBe(0);
  });

  it("is the whole way where control does not obey: 2 K at 2 K/h are an hour, upwards and downwards", () => {
    expect(recoveryMin([way(18, false)], cold)).toBeCloseTo(60, 6);
    expect(recoveryMin([way(26, false)], { ...cold, value: 26 })).toBeCloseTo(60, 6);
  });

  it("is what a boost has to make up for where control obeys: half a degree at 1 K/h more are half an hour", () => {
    const sure = { mean: 19.5, sigma: 0.01, weight: 1, obeys: true };
    expect(recoveryMin([sure], cold)).toBeCloseTo(30, 1);
    // It will be there; if it is not after all, only little is missing.
    expect(recoveryMin([way(21, true)], cold)).toBeLessThan(10);
  });

  it("is so of a room that is too hot, too", () => {
    const hot = { ...cold, value: 26 };
    const sure = { mean: 24.5, sigma: 0.01, weight: 1, obeys: true };
    expect(recoveryMin([sure], hot)).toBeCloseTo(30, 1);
    // At the limit half of them are missing something: 0.8 σ on average, 0.24 K at 1 K/h.
    expect(recoveryMin([way(24, true)], hot)).toBeCloseTo(0.2394 * 60, 1);
    expect(recoveryMin([way(20, true)], cold)).toBeCloseTo(0.2394 * 60, 1);
    expect(recoveryMin([{ ...way(24, true), sigma: 0.6 }], { ...hot, rate: 3 })).toBeCloseTo((0.4787 / 1.5) * 60, 1);
  });

  it("is little where it hardly fails: a tenth of a σ at ten of them", () => {
    expect(recoveryMin([way(20 + 0.3 * 5.3, true)], cold)).toBeCloseTo((0.3 / 5.3) * 60, 2);
    expect(recoveryMin([way(23, true)], cold)).toBe(0);
  });

  it("is nothing at both edges of what is wanted", () => {
    for (const value of [20, 24]) expect(recoveryMin([way(18, false)], { ...cold, value })).toBe(0);
  });

  it("counts each way as likely as it is to be the one that fails", () => {
    const fails = way(18, false, 0.02);
    expect(recoveryMin([way(22, true, 0.98), fails], cold)).toBeCloseTo(60, 0);
    const half = recoveryMin([way(19.9, true, 0.5), way(18, false, 0.5)], cold);
    expect(half).toBeGreaterThan(20);
    expect(half).toBeLessThan(55);
  });

  it("never exceeds the whole way, nor is less than nothing, and is no longer where more is gained by arrival", () => {
    const ways = fc.array(
      fc.record({
        mean: fc.double({ min: 10, max: 30, noNaN: true }),
        sigma: fc.double({ min: 0.05, max: 5, noNaN: true }),
        weight: fc.double({ min: 0, max: 1, noNaN: true }),
        obeys: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(ways, fc.double({ min: 10, max: 30, noNaN: true }), (some, value) => {
        const whole = (Math.max(20 - value, value - 24, 0) / 2) * 60;
        const needed = recoveryMin(some, { value, band, rate: 2 });
        expect(needed).toBeGreaterThanOrEqual(0);
        expect(needed).toBeLessThanOrEqual(whole + 1e-6);
      }),
    );
    const means = [17, 18, 19, 20, 21, 22].map((mean) => recoveryMin([way(mean, true)], cold));
    expect(means).toEqual(means.toSorted((a, b) => b - a));
  });
});
