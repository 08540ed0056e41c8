import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { type Deadline, decideActBy, durationAt, shareNeeded, spreadOf } from "./act-by.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 2_000) };
const arrival = instant(Date.UTC(2026, 10, 23, 10));

/** No work takes a thousandth of a second: there the median of the law is below what numbers can tell. */
const duration = fc
  .tuple(fc.double({ min: 0.01, max: 120, noNaN: true }), fc.double({ min: 0.01, max: 120, noNaN: true }))
  .map(([a, b]) => ({ p50_min: Math.min(a, b), p90_min: Math.max(a, b) }));
const deadline = fc
  .record({
    target: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
    p: fc.double({ min: 0, max: 1, noNaN: true }),
    recoveryMin: fc.double({ min: 0, max: 200, noNaN: true }),
  })
  .map((each): Deadline => ({ arrival, ...each }));

describe("17: act-by", () => {
  it("is never after arrival", () => {
    fc.assert(
      fc.property(duration, deadline, (takes, by) => {
        expect(decideActBy(takes, by)).toBeLessThanOrEqual(arrival);
      }),
      runs,
    );
  });

  it("is earlier for a longer remedy, a longer recovery and a higher target, and later the likelier it mends itself", () => {
    const more = fc.double({ min: 1, max: 3, noNaN: true });
    fc.assert(
      fc.property(duration, deadline, more, (takes, by, times) => {
        const at = decideActBy(takes, by);
        const longer = { p50_min: takes.p50_min * times, p90_min: takes.p90_min * times };
        expect(decideActBy(longer, by)).toBeLessThanOrEqual(at);
        expect(decideActBy(takes, { ...by, recoveryMin: by.recoveryMin * times })).toBeLessThanOrEqual(at);
        expect(decideActBy(takes, { ...by, target: Math.min(0.999, by.target * times) })).toBeLessThanOrEqual(at);
        expect(decideActBy(takes, { ...by, p: Math.min(1, by.p * times) })).toBeGreaterThanOrEqual(at);
      }),
      runs,
    );
  });

  it("leaves the 90th percentile when the target is 0.9 and nothing mends itself", () => {
    const at = decideActBy({ p50_min: 8, p90_min: 22 }, { arrival, target: 0.9, p: 0, recoveryMin: 30 });
    expect((arrival - at) / 60_000).toBe(52);
  });
});

it("goes through median and 90th percentile", () => {
  expect(durationAt({ p50_min: 10, p90_min: 40 }, 0.5)).toBeCloseTo(10, 1);
  expect(durationAt({ p50_min: 10, p90_min: 40 }, 0.9)).toBeCloseTo(40, 0);
});

describe("a card that says little", () => {
  it("of a remedy that mostly takes no time but gives its 90th percentile, counts on that share of it", () => {
    expect(durationAt({ p50_min: 0, p90_min: 20 }, 0.5)).toBe(10);
    expect(spreadOf({ p50_min: 0, p90_min: 20 })).toBe(1);
  });

  it("of one number for median and 90th percentile, still spreads a little", () => {
    const least = durationAt({ p50_min: 20, p90_min: 20 }, 0.9);
    expect(least).toBeGreaterThan(20.9);
    expect(least).toBeLessThan(21.1);
  });
});

describe("how sure a remedy must be", () => {
  it.each([
    [0.9, 0, 0.9],
    [0.9, 0.5, 0.8],
    [0.95, 0.75, 0.8],
  ])("for a target of %d, when %d goes by itself, is what is missing of the rest: %d", (target, p, share) => {
    expect(shareNeeded({ target, p })).toBeCloseTo(share, 9);
  });

  it("is an even chance at least, also when all goes by itself, and never the last per cent", () => {
    expect(shareNeeded({ target: 0.9, p: 1 })).toBe(0.5);
    expect(shareNeeded({ target: 0.9, p: 0.95 })).toBe(0.5);
    expect(shareNeeded({ target: 0.999, p: 0 })).toBe(0.99);
  });
});
