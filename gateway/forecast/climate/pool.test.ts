import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClimatePool, POOL_SIZE } from "./pool.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 300) };
const row = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: POOL_SIZE, maxLength: POOL_SIZE });
const example = fc.record({
  horizon: fc.integer({ min: 0, max: 4 }),
  x: row,
  y: fc.double({ min: -3, max: 3, noNaN: true }),
});

function taught(examples: readonly { horizon: number; x: number[]; y: number }[]): ClimatePool {
  const pool = new ClimatePool();
  pool.reach(0);
  for (const { horizon, x, y } of examples) pool.teach(horizon, x, y);
  return pool;
}

describe("what the rooms of a site share", () => {
  it("takes effect at the full hour, not before", () => {
    const pool = taught([]);
    const x = Array.from({ length: POOL_SIZE }, (_, i) => (i === 2 ? 1 : 0));
    for (let n = 0; n < 500; n++) pool.teach(1, x, 0.4);
    pool.reach(11);
    expect(pool.revision).toBe(0);
    pool.reach(12);
    expect(pool.revision).toBe(1);
    expect(pool.theta[POOL_SIZE + 2]).toBeGreaterThan(0.38);
    expect(pool.theta[2]).toBe(0);
    expect(pool.examples).toBe(500);
  });

  it("does not depend on the order in which rooms teach within the hour", () => {
    fc.assert(
      fc.property(fc.array(example, { minLength: 1, maxLength: 30 }), (examples) => {
        const forward = taught(examples);
        const backward = taught(examples.toReversed());
        for (const pool of [forward, backward]) pool.reach(12);
        expect(Array.from(backward.theta)).toEqual(Array.from(forward.theta));
      }),
      runs,
    );
  });

  it("goes on after a restart as without one, and begins anew from anything else", () => {
    fc.assert(
      fc.property(
        fc.array(example, { maxLength: 20 }),
        fc.array(example, { minLength: 1, maxLength: 20 }),
        (before, after) => {
          const pool = taught(before);
          const again = ClimatePool.from(JSON.parse(JSON.stringify(pool)));
          for (const each of [pool, again]) {
            for (const { horizon, x, y } of after) each.teach(horizon, x, y);
            each.reach(12);
          }
          expect(JSON.stringify(again)).toBe(JSON.stringify(pool));
        },
      ),
      runs,
    );
    for (const other of [undefined, null, 3, {}, { version: 1, hour: 0, numbers: "AAAA" }, { version: 9 }])
      expect(ClimatePool.from(other).examples).toBe(0);
  });
});

describe("the rule that a site learns, by hand", () => {
  const KEEP = Math.exp(-1 / 120);
  /** Features of which these are not 0. */
  const seen = (...some: (readonly [place: number, value: number])[]): number[] => {
    const x = Array.from({ length: POOL_SIZE }, () => 0);
    for (const [place, value] of some) x[place] = value;
    return x;
  };
  const times = (pool: ClimatePool, count: number, x: number[], y: number, horizon = 0): ClimatePool => {
    for (let n = 0; n < count; n++) pool.teach(horizon, x, y);
    return pool;
  };
  const rule = (pool: ClimatePool, horizon = 0): number[] =>
    Array.from(pool.theta).slice(horizon * POOL_SIZE, (horizon + 1) * POOL_SIZE);

  it("is what came over what was seen, held back by one example of nothing", () => {
    const pool = times(taught([]), 99, seen([3, 1]), 0.25);
    pool.reach(12);
    expect(rule(pool)[3]).toBeCloseTo((99 * 0.25) / 100, 9);
    const double = times(taught([]), 99, seen([3, 2]), 0.25);
    double.reach(12);
    expect(rule(double)[3]).toBeCloseTo((99 * 2 * 0.25) / (99 * 4 + 1), 9);
  });

  it("tells features apart that come together, the first from the last", () => {
    const pool = taught([]);
    times(pool, 1_000, seen([0, 1]), 0.125);
    times(pool, 1_000, seen([0, 1], [7, 1], [13, 0.5]), 0.375);
    times(pool, 1_000, seen([0, 1], [13, 0.5]), 0.25);
    pool.reach(12);
    // Of the three rules 1/8 is everybody's, 1/8 the seventh's, and 1/8 of half of the last.
    expect([0, 7, 13].map((place) => rule(pool)[place])).toEqual(
      [0.125, 0.125, 0.25].map((each) => expect.closeTo(each, 2)),
    );
    for (const place of [1, 2, 6, 8, 12]) expect(rule(pool)[place]).toBe(0);
    // What is left is the ridge's: the normal equations hold, with one more on the diagonal.
    const [a = 0, b = 0, c = 0] = [0, 7, 13].map((place) => rule(pool)[place]);
    expect(3_001 * a + 1_000 * b + 1_000 * c).toBeCloseTo(750, 6);
    expect(1_000 * a + 1_001 * b + 500 * c).toBeCloseTo(375, 6);
    expect(1_000 * a + 500 * b + 501 * c).toBeCloseTo(312.5, 6);
  });

  it("is another for each horizon, and rests on as many examples as the most of them", () => {
    const pool = taught([]);
    for (let h = 0; h < 5; h++) times(pool, 10 * (h + 1), seen([1, 1]), h / 16, h);
    pool.reach(12);
    for (let h = 0; h < 5; h++) {
      const count = 10 * (h + 1);
      expect(rule(pool, h)[1]).toBeCloseTo((count * h) / 16 / (count + 1), 9);
    }
    expect(pool.examples).toBe(50);
  });

  it("forgets a hundred-and-twentieth in each hour that teaches", () => {
    const pool = times(taught([]), 100, seen([1, 1]), 0.25);
    pool.reach(12);
    pool.reach(24);
    expect(pool.revision).toBe(1);
    expect(pool.examples).toBe(100);
    times(pool, 100, seen([1, 1]), 0.125);
    pool.reach(36);
    expect(pool.examples).toBeCloseTo(100 * KEEP + 100, 9);
    expect(rule(pool)[1]).toBeCloseTo((25 * KEEP + 12.5) / (100 * KEEP + 101), 9);
    pool.reach(30);
    expect(pool.revision).toBe(2);
  });

  it("counts what is off by more than two usual errors as that, and learns what is usual", () => {
    const pool = times(taught([]), 99, seen([1, 1]), 5);
    pool.reach(12);
    expect(rule(pool)[1]).toBeCloseTo((99 * Math.round(0.4 * 1_024)) / 1_024 / 100, 6);
    // Errors count as 0.65 at the most: the usual one goes by 30 % from 0.2 to 1.25 · 0.65, and what comes next as twice that.
    const before = rule(pool)[1] ?? 0;
    const usual = 0.2 + 0.3 * (1.25 * (Math.round(0.65 * 1_024) / 1_024) - 0.2);
    times(pool, 100, seen([2, 1]), -5);
    pool.reach(24);
    expect(rule(pool)[2]).toBeCloseTo((-100 * 2 * usual) / 101, 3);
    expect(rule(pool)[1]).toBeCloseTo(before, 2);
    const few = times(taught([]), 50, seen([1, 1]), 5);
    few.reach(12);
    const slow = 0.2 + (50 / 250) * (1.25 * (Math.round(0.65 * 1_024) / 1_024) - 0.2);
    times(few, 100, seen([2, 1]), 5);
    few.reach(24);
    expect(rule(few)[2]).toBeCloseTo((100 * 2 * slow) / 101, 3);
  });

  it("is taught in grains of a thousandth, and nothing by what is no number", () => {
    const pool = taught([]);
    times(pool, 100, seen([1, 0.0004]), 0.3);
    times(pool, 100, seen([2, 1.0004]), 0.3);
    pool.teach(0, seen([3, Number.NaN]), 0.3);
    pool.teach(0, seen([3, 1]), Number.POSITIVE_INFINITY);
    pool.reach(12);
    expect(rule(pool)[1]).toBe(0);
    expect(rule(pool)[2]).toBeCloseTo((100 * Math.round(0.3 * 1_024)) / 1_024 / 101, 9);
    expect(rule(pool)[3]).toBe(0);
    expect(pool.examples).toBe(200);
  });

  it("stays as it was where its sums are of no use", () => {
    const pool = times(taught([]), 100, seen([1, 1]), 0.25);
    pool.reach(12);
    const before = rule(pool);
    pool.teach(0, seen([2, 1e200], [3, 1e200]), 0.1);
    pool.reach(24);
    expect(rule(pool)).toEqual(before);
  });

  it("counts errors from what it foretells", () => {
    const pool = times(taught([]), 100, seen([1, 1]), 0.25);
    pool.reach(12);
    times(pool, 100, seen([1, 1]), 0.75);
    pool.reach(24);
    // Foretold 0.2475; two usual errors more are 2 · (0.2 + 0.3 · (1.25 · 0.25 − 0.2)).
    const counted = Math.round((0.2475 + 2 * 0.23375) * 1_024) / 1_024;
    expect(rule(pool)[1]).toBeCloseTo((25 * KEEP + 100 * counted) / (100 * KEEP + 101), 6);
  });

  it("waits for the first full hour that it sees", () => {
    const pool = times(new ClimatePool(), 99, seen([1, 1]), 0.25);
    pool.reach(7);
    expect(pool.revision).toBe(0);
    pool.reach(12);
    expect(rule(pool)[1]).toBeCloseTo(0.2475, 9);
  });

  it("comes back as it was, with what waits for the hour; of anything else nothing is taken", () => {
    const pool = times(taught([]), 99, seen([1, 1]), 0.25);
    pool.reach(12);
    times(pool, 100, seen([2, 1]), 0.125);
    const kept = JSON.parse(JSON.stringify(pool)) as { version: number; hour: number; numbers: string };
    const again = ClimatePool.from(kept);
    expect([rule(again), again.revision, again.examples]).toEqual([rule(pool), 1, 99]);
    again.reach(24);
    expect(rule(again)[2]).toBeCloseTo(12.5 / 101, 9);
    const fresh = ClimatePool.from(JSON.parse(JSON.stringify(new ClimatePool())));
    times(fresh, 99, seen([1, 1]), 0.25).reach(5);
    expect(fresh.examples).toBe(0);
    for (const other of [
      { ...kept, version: 2 },
      { ...kept, numbers: 3 },
      { ...kept, numbers: kept.numbers.slice(4) },
    ]) {
      const anew = ClimatePool.from(other);
      expect([anew.revision, anew.examples, rule(anew)[1]]).toEqual([0, 0, 0]);
    }
  });
});
