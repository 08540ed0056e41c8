import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chanceHeld, chanceInside, type Way, wayTo } from "./ways.ts";

const band = [20, 24] as const;
const way = (free: { mean: number; sigma: number }, at = 22, from = 18): Way => ({
  ...wayTo(at, { from, free }),
  weight: 1,
  obeys: true,
});

describe("a way that climate control stops at its set-point", () => {
  it("ends there as far as it would get farther: 22 ± 1 °C is 21.6 on average, and varies less", () => {
    // E[(X − 0)⁻] of a standard normal is 0.3989; its variance is ½ − 0.1592.
    const { mean, sigma } = way({ mean: 22, sigma: 1 });
    expect(mean).toBeCloseTo(22 - 0.3989, 4);
    expect(sigma).toBeCloseTo(Math.sqrt(0.5 - 0.1592), 3);
    const down = way({ mean: 22, sigma: 1 }, 22, 26);
    expect([down.mean, down.sigma]).toEqual([expect.closeTo(22 + 0.3989, 4), expect.closeTo(sigma, 9)]);
  });

  it("is held near it, not at it", () => {
    expect(way({ mean: 40, sigma: 1 })).toMatchObject({ mean: 22, sigma: 0.13 });
    expect(way({ mean: 2, sigma: 1 }, 22, 26)).toMatchObject({ mean: 22, sigma: 0.13 });
  });

  it("is what it is where it never gets there", () => {
    const { mean, sigma } = way({ mean: 19, sigma: 0.3 });
    expect([mean, sigma]).toEqual([expect.closeTo(19, 6), expect.closeTo(0.3, 4)]);
  });

  it("is never beyond it, nor surer than it is held, nor less sure than if nothing stopped it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 15, max: 30, noNaN: true }),
        fc.double({ min: 10, max: 35, noNaN: true }),
        fc.double({ min: 0.13, max: 4, noNaN: true }),
        (from, mean, sigma) => {
          const to = wayTo(22, { from, free: { mean, sigma } });
          expect((22 - to.mean) * (from <= 22 ? 1 : -1)).toBeGreaterThanOrEqual(-1e-6);
          expect(to.sigma).toBeGreaterThanOrEqual(0.13);
          expect(to.sigma).toBeLessThanOrEqual(sigma + 1e-4);
        },
      ),
      // One that is there already.
      { examples: [[22, 24, 1]] },
    );
  });
});

describe("the chance to be in the band", () => {
  it("is to get there: what stops within it does not go through it, however far it would get", () => {
    expect(chanceInside(band, way({ mean: 30, sigma: 3 }))).toBeCloseTo(1, 2);
    // 1 σ to spare, and 1 σ short.
    expect(chanceInside(band, way({ mean: 20.5, sigma: 0.5 }))).toBeCloseTo(0.8413, 3);
    expect(chanceInside(band, way({ mean: 19.5, sigma: 0.5 }))).toBeCloseTo(0.1587, 3);
    expect(chanceInside(band, way({ mean: 23.5, sigma: 0.5 }, 22, 26))).toBeCloseTo(0.8413, 3);
    expect(chanceInside(band, way({ mean: 24.5, sigma: 0.5 }, 22, 26))).toBeCloseTo(0.1587, 3);
  });

  it("is to get there, also where it may get much farther: what would go too far still gets there", () => {
    // 1.5 σ to spare below; what is beyond the set-point is held there.
    expect(chanceInside(band, way({ mean: 23, sigma: 2 }))).toBeCloseTo(0.9332, 3);
    expect(chanceInside(band, way({ mean: 21, sigma: 2 }, 22, 26))).toBeCloseTo(0.9332, 3);
  });

  it("is to get there and be held where the set-point is the band's edge: as often in it as out of it", () => {
    // 1 σ to spare.
    expect(chanceInside(band, way({ mean: 21, sigma: 1 }, 20))).toBeCloseTo(0.8413 / 2, 3);
    expect(chanceInside(band, way({ mean: 23, sigma: 1 }, 24, 28))).toBeCloseTo(0.8413 / 2, 3);
  });

  it("is to be held in it: even at its edges, 0.94 a fifth of a degree inside", () => {
    for (const edge of [20, 24]) expect(chanceHeld(band, edge)).toBeCloseTo(0.5, 3);
    for (const inside of [20.2, 23.8]) expect(chanceHeld(band, inside)).toBeCloseTo(0.938, 3);
    expect(chanceInside(band, way({ mean: 30, sigma: 1 }, 20.2))).toBeCloseTo(0.938, 3);
  });

  it("is that of any normal where nothing stops it, or what stops it lies outside", () => {
    const free: Way = { mean: 20.5, sigma: 0.5, weight: 1, obeys: false };
    expect(chanceInside(band, free)).toBeCloseTo(0.8413, 3);
    // On its way through the band to 26 °C: in it by now, or past it.
    expect(chanceInside(band, way({ mean: 22, sigma: 0.3 }, 26))).toBeCloseTo(1, 4);
    expect(chanceInside(band, way({ mean: 25, sigma: 0.3 }, 26))).toBeLessThan(0.01);
    expect(chanceInside(band, way({ mean: 17, sigma: 0.3 }, 18, 22))).toBeLessThan(0.01);
    // On its way through it down to 19 °C.
    expect(chanceInside(band, way({ mean: 22, sigma: 0.3 }, 19, 26))).toBeCloseTo(1, 4);
  });
});
