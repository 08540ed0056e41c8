import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AirNow, judgeWays, type Presence, waysAhead } from "./air-ahead.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 1_000) };
const usual = { mean: 1_300, sd: 400 };
const nobody: AirNow = { ppm: 420, perHour: 2, perHourSd: 0.1, stalled: 0, riseNow: () => usual, usual };
const onTime = [{ laterH: 0, weight: 1 }];
const look = (now: Partial<AirNow>, people: readonly Presence[], hours: number, leaving = onTime) =>
  judgeWays(waysAhead({ ...nobody, ...now }, people, { hours, leaving }), 1_200);

const stay = fc.record({
  fromH: fc.double({ min: -2, max: 4, noNaN: true }),
  toH: fc.double({ min: -2, max: 4, noNaN: true }),
  chance: fc.double({ min: 0, max: 1, noNaN: true }),
  isIn: fc.boolean(),
});
const airNow = fc.record({
  ppm: fc.double({ min: 400, max: 3_000, noNaN: true }),
  perHour: fc.double({ min: 0.1, max: 8, noNaN: true }),
  perHourSd: fc.double({ min: 0, max: 1, noNaN: true }),
  stalled: fc.double({ min: 0, max: 1, noNaN: true }),
});
const hours = fc.double({ min: 0, max: 6, noNaN: true });

describe("where the balance leads", () => {
  it("is one chance, whoever comes and however it airs", () => {
    fc.assert(
      fc.property(airNow, fc.array(stay, { maxLength: 5 }), hours, (now, people, ahead) => {
        const ways = waysAhead({ ...nobody, ...now }, people, {
          hours: ahead,
          leaving: [
            { laterH: -0.1, weight: 0.25 },
            { laterH: 0, weight: 0.5 },
            { laterH: 0.1, weight: 0.25 },
          ],
        });
        expect(ways.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
        const { p, mean, sigma } = judgeWays(ways, 1_200);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1 + 1e-9);
        expect(Number.isFinite(mean) && sigma > 0).toBe(true);
      }),
      runs,
    );
  });

  it("is no better for more people, and no worse for more air before them", () => {
    fc.assert(
      fc.property(airNow, stay, hours, (now, each, ahead) => {
        const alone = look({ ...now, stalled: 0 }, [], ahead).mean;
        expect(look({ ...now, stalled: 0 }, [each], ahead).mean).toBeGreaterThanOrEqual(alone - 1e-6);
        expect(look({ ...now, stalled: 0, ppm: now.ppm + 100 }, [], ahead).mean).toBeGreaterThanOrEqual(alone);
      }),
      runs,
    );
  });

  it("clears an empty room, at its rate; hardly, where the fan stands still", () => {
    expect(look({ ppm: 1_600 }, [], 1).mean).toBeCloseTo(420 + 1_180 * Math.exp(-2), -1);
    expect(look({ ppm: 1_600 }, [], 1).p).toBeGreaterThan(0.99);
    expect(look({ ppm: 1_600, stalled: 0.95 }, [], 1).p).toBeLessThan(0.2);
  });

  it("tells those who are in, and who bring much, from those who may not come", () => {
    const full = () => ({ mean: 2_400, sd: 80 });
    const meeting: Presence = { fromH: -0.5, toH: 1, chance: 1, isIn: true };
    const isIn = look({ ppm: 1_000, riseNow: full }, [meeting], 1);
    expect(isIn.p).toBeLessThan(0.1);
    const mayCome = look({ usual: { mean: 2_400, sd: 80 } }, [{ ...meeting, fromH: 0, chance: 0.6, isIn: false }], 1);
    expect(mayCome.p).toBeGreaterThan(0.38);
    expect(mayCome.p).toBeLessThan(0.5);
  });

  it("knows that half an hour without people airs a room, and that who stays longer spoils it", () => {
    const full = { riseNow: () => ({ mean: 2_400, sd: 80 }), ppm: 1_300 };
    const until = (toH: number): number => look(full, [{ fromH: -1, toH, chance: 1, isIn: true }], 1).p;
    expect(until(0.4)).toBeGreaterThan(0.95);
    expect(until(1)).toBeLessThan(0.1);
    const late = look(full, [{ fromH: -1, toH: 0.4, chance: 1, isIn: true }], 1, [{ laterH: 0.5, weight: 1 }]);
    expect(late.p).toBeLessThan(until(0.4));
  });
});
