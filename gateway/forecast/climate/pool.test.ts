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
