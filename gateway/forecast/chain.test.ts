import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChainTimes, type Link } from "./chain.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 300) };
const link = fc.record({
  medianMin: fc.double({ min: 0.5, max: 120, noNaN: true }),
  spread: fc.double({ min: 0.05, max: 1.2, noNaN: true }),
  works: fc.double({ min: 0.05, max: 1, noNaN: true }),
});
const links = fc.array(link, { minLength: 1, maxLength: 3 });
const share = fc.double({ min: 0.5, max: 0.99, noNaN: true });

describe("a chain of remedies", () => {
  it("of one link takes what that link takes", () => {
    const one = new ChainTimes([{ medianMin: 10, spread: 0.5, works: 1 }]);
    expect(one.minutesFor(0, 0.5)).toBeCloseTo(10, 0);
    expect(one.minutesFor(0, 0.9)).toBeCloseTo(10 * Math.exp(1.2816 * 0.5), 0);
    expect(one.mended(0, 10)).toBeCloseTo(0.5, 1);
    expect(one.mended(0, 0)).toBe(0);
  });

  it("goes on to the next link when one fails", () => {
    const chain = new ChainTimes([
      { medianMin: 8, spread: 0.3, works: 0.85 },
      { medianMin: 23, spread: 0.3, works: 1 },
    ]);
    expect(chain.mended(0, 15)).toBeCloseTo(0.85, 1);
    expect(chain.mended(0, 120)).toBeCloseTo(1, 2);
    expect(chain.minutesFor(0, 0.8)).toBeLessThan(14);
    expect(chain.minutesFor(0, 0.95)).toBeGreaterThan(28);
    expect(chain.minutesFor(1, 0.95)).toBeCloseTo(23 * Math.exp(1.645 * 0.3), 0);
  });

  it("mends more likely the more time there is, and asks for more time the surer it must be", () => {
    fc.assert(
      fc.property(links, share, share, (chain, a, b) => {
        const times = new ChainTimes(chain);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(times.minutesFor(0, high)).toBeGreaterThanOrEqual(times.minutesFor(0, low) - 1e-9);
        let before = 0;
        for (const minutes of [1, 5, 20, 60, 240]) {
          const now = times.mended(0, minutes);
          expect(now).toBeGreaterThanOrEqual(before - 1e-12);
          expect(now).toBeLessThanOrEqual(1 + 1e-9);
          before = now;
        }
      }),
      runs,
    );
  });

  it("takes longer when its remedies do", () => {
    fc.assert(
      fc.property(links, share, fc.double({ min: 1, max: 3, noNaN: true }), (chain, wanted, times) => {
        const slower = chain.map((each: Link): Link => ({ ...each, medianMin: each.medianMin * times }));
        const [usual, longer] = [new ChainTimes(chain), new ChainTimes(slower)];
        const tolerance = 1e-6 + longer.minutesFor(0, wanted) * 0.01;
        expect(longer.minutesFor(0, wanted)).toBeGreaterThanOrEqual(usual.minutesFor(0, wanted) - tolerance);
      }),
      runs,
    );
  });

  it("has mended, in the minutes that a share asks for, just that share of all it ever mends", () => {
    fc.assert(
      fc.property(links, share, (chain, wanted) => {
        const times = new ChainTimes(chain);
        for (let first = 0; first < chain.length; first++) {
          const all = times.mended(first, 1e9);
          expect(times.mended(first, times.minutesFor(first, wanted))).toBeCloseTo(wanted * all, 6);
        }
      }),
      runs,
    );
  });

  it("mends in the end as often as one of its remedies works, and never less a little later", () => {
    fc.assert(
      fc.property(links, (chain) => {
        const times = new ChainTimes(chain);
        const fails = chain.reduce((product, { works }) => product * (1 - works), 1);
        const longest = times.minutesFor(0, 1);
        expect(times.mended(0, longest)).toBeLessThanOrEqual(1 - fails + 1e-9);
        expect(times.mended(0, longest)).toBeGreaterThan(1 - fails - 0.01);
        let before = 0;
        for (let i = 0; i <= 330; i++) {
          const now = times.mended(0, (longest * i) / 300);
          expect(now).toBeGreaterThanOrEqual(before - 1e-12);
          before = now;
        }
      }),
      { numRuns: Math.min(50, runs.numRuns) },
    );
  });

  it("is over at its longest, that only one of two hundred takes: whatever takes longer counts as done by then", () => {
    const one = new ChainTimes([{ medianMin: 60, spread: 0.5, works: 0.9 }]);
    const longest = 60 * Math.exp(2.6 * 0.5);
    expect(one.minutesFor(0, 1)).toBeCloseTo(longest, 6);
    expect(one.mended(0, longest * 1.002)).toBe(0.9);
  });

  it("takes no time with a remedy that takes none, and mends nothing with one that it does not have", () => {
    const one = new ChainTimes([{ medianMin: 0, spread: 1, works: 0.9 }]);
    expect(one.minutesFor(0, 1)).toBeLessThanOrEqual(0.25);
    expect(one.mended(0, 0.25)).toBe(0.9);
    expect(one.mended(0, -1)).toBe(0);
    expect(one.mended(1, 60)).toBe(0);
    expect(one.minutesFor(1, 0.9)).toBe(0);
    expect(new ChainTimes([]).mended(0, 60)).toBe(0);
  });
});
