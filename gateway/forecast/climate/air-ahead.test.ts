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

describe("where the balance leads, by hand", () => {
  const OUTDOOR = 420;
  const empty = { ...nobody, ppm: 1_420, perHour: 1, perHourSd: 0 };
  const ways = (now: Partial<AirNow>, people: readonly Presence[] = [], leaving = onTime) =>
    waysAhead({ ...empty, ...now }, people, { hours: 1, leaving }).toSorted((a, b) => a.mean - b.mean);
  const means = (now: Partial<AirNow>, people: readonly Presence[], leaving = onTime): number[] => [
    ...new Set(ways(now, people, leaving).map(({ mean }) => Math.round((mean - OUTDOOR) * 10) / 10)),
  ];
  const left = Math.exp(-1);

  it("takes the rate of airing for three points of a normal, and for none below a tenth", () => {
    const found = ways({ perHourSd: 0.1 });
    const reach = 0.1 * Math.sqrt(3);
    expect(found.map(({ mean }) => mean)).toEqual(
      [1 + reach, 1, 1 - reach].map((perHour) => expect.closeTo(OUTDOOR + 1_000 * Math.exp(-perHour), 6)),
    );
    expect(found.map(({ weight }) => weight)).toEqual([1 / 6, 2 / 3, 1 / 6].map((each) => expect.closeTo(each, 9)));
    const least = ways({ perHour: 0.2, perHourSd: 1 }).at(-1)?.mean;
    expect(least).toBeCloseTo(OUTDOOR + 1_000 * Math.exp(-0.1), 6);
  });

  it("airs for as long as it is looked ahead", () => {
    const [half] = waysAhead(empty, [], { hours: 0.5, leaving: onTime });
    expect(half?.mean).toBeCloseTo(OUTDOOR + 1_000 * Math.exp(-0.5), 6);
    const [four] = waysAhead(empty, [], { hours: 4, leaving: onTime });
    expect(four?.mean).toBeCloseTo(OUTDOOR + 1_000 * Math.exp(-4), 6);
  });

  it("is unsure by the reading, what is left of it, and 8 % for what the balance leaves out", () => {
    expect(ways({})[0]?.sigma).toBeCloseTo(Math.hypot(20, 20 * left, 0.08 * 1_000 * left), 6);
  });

  it("looks at a fan that stands still from one in a thousand on", () => {
    expect(ways({ stalled: 0 })).toHaveLength(3);
    expect(ways({ stalled: 0.0009 })).toHaveLength(3);
    expect(ways({ stalled: 0.001 })).toHaveLength(4);
    const still = ways({ stalled: 0.4 });
    expect(still.at(-1)).toMatchObject({ mean: OUTDOOR + 1_000 * Math.exp(-0.15), weight: 0.4 });
    expect(still.slice(0, 3).map(({ weight }) => weight)).toEqual(
      [0.4, 0.1, 0.1].map((each) => expect.closeTo(each, 9)),
    );
  });

  it("adds what people bring while they are in, as far as it is not aired since", () => {
    const meeting: Presence = { fromH: -0.5, toH: 0.5, chance: 1, isIn: false };
    const usual = { mean: 2_000, sd: 100 };
    // e^−0.5 · (1 − e^−0.5) = 0.2387 h of 2,000 ppm/h.
    expect(means({ usual }, [meeting])).toEqual([845.2]);
    expect(means({ usual }, [{ ...meeting, toH: 9 }])).toEqual([367.9 + 1_264.2]);
    expect(means({ usual }, [{ ...meeting, fromH: 2, toH: 3 }])).toEqual([367.9]);
    expect(
      means({ usual, riseNow: (perHour) => ({ mean: 1_000 * perHour, sd: 0 }) }, [{ ...meeting, isIn: true }]),
    ).toEqual([606.5]);
    // Off by 100 ppm/h of theirs, and by how far they keep to the plan: 0.04 h, of which e^−0.5 counts.
    const open = Math.hypot(0.23865 * 100, Math.exp(-0.5) * 0.04 * 2_000);
    expect(ways({ usual }, [meeting])[0]?.sigma).toBeCloseTo(Math.hypot(20, 20 * left, 0.08 * 845.2, open), 1);
    // Who is in for a minute brings no more than that minute, however late they leave.
    const minute = { ...meeting, fromH: 0.49, toH: 0.5 };
    expect(ways({ usual: { mean: 2_000, sd: 0 } }, [minute])[0]?.sigma).toBeCloseTo(
      Math.hypot(20, 20 * left, 0.08 * 379.96, 12.07),
      1,
    );
  });

  it("lets the last ones leave later, and nobody before them", () => {
    const usual = { mean: 1_000, sd: 0 };
    const [first, last] = [0, 0.5].map((fromH): Presence => ({ fromH, toH: fromH + 0.25, chance: 1, isIn: false }));
    if (first === undefined || last === undefined) throw new Error("two");
    const of = (toH: number): number => Math.exp(toH - 1) * (1 - Math.exp(-0.25));
    const brought = (first.toH > 0 ? of(0.25) : 0) + of(0.75);
    expect(means({ usual, ppm: OUTDOOR }, [first, last])[0]).toBeCloseTo(1_000 * brought, 0);
    const later = Math.exp(-0.05) * (1 - Math.exp(-0.45)) + of(0.25);
    expect(means({ usual, ppm: OUTDOOR }, [first, last], [{ laterH: 0.2, weight: 1 }])[0]).toBeCloseTo(
      1_000 * later,
      0,
    );
    const both = [
      { laterH: 0, weight: 0.75 },
      { laterH: 0.2, weight: 0.25 },
    ];
    expect(means({ usual, ppm: OUTDOOR }, [first, last], both)).toHaveLength(2);
    expect(ways({}, [], both)).toHaveLength(3);
  });

  it("tells the last two whose coming is open apart, and takes those before them together", () => {
    const usual = { mean: 1_000, sd: 0 };
    const three = [0, 0.3, 0.6].map((fromH): Presence => ({ fromH, toH: fromH + 0.2, chance: 0.5, isIn: false }));
    expect(means({ usual, ppm: OUTDOOR }, three)).toHaveLength(4);
    expect(means({ usual, ppm: OUTDOOR }, three.slice(1))).toHaveLength(4);
    expect(means({ usual, ppm: OUTDOOR }, three.slice(2))).toEqual([0, 148.4]);
    expect(
      means(
        { usual, ppm: OUTDOOR },
        three.slice(2).map((each) => ({ ...each, chance: 1 })),
      ),
    ).toHaveLength(1);
    const [one, other] = [0.8, 0.3].map((chance) =>
      ways({ usual }, [{ fromH: 0, toH: 1, chance, isIn: false }]).reduce(
        (sum, { mean, weight }) => sum + (mean > OUTDOOR + 500 ? weight : 0),
        0,
      ),
    );
    expect([one, other]).toEqual([expect.closeTo(0.8, 9), expect.closeTo(0.3, 9)]);
    // Of three the first counts by its chance: half of e^−0.8 · (1 − e^−0.2) of 1,000, give or take as much.
    const least = ways({ usual, ppm: OUTDOOR }, three)[0];
    const half = 500 * Math.exp(-0.8) * (1 - Math.exp(-0.2));
    expect(least?.mean).toBeCloseTo(OUTDOOR + half, 6);
    const strays = Math.exp(-0.8) * 0.04 * 1_000 * Math.sqrt(0.5);
    expect(least?.sigma).toBeCloseTo(Math.hypot(20, 20 * left, 0.08 * half, strays, half), 4);
  });
});

describe("what several ways come to", () => {
  const two = [1_000, 1_400].map((mean) => ({ mean, sigma: 100, weight: 0.5 }));

  it("is their chance, their mean and how far they lie apart", () => {
    expect(judgeWays(two, 1_200)).toEqual({
      p: expect.closeTo(0.5, 9) as number,
      mean: 1_200,
      sigma: expect.closeTo(Math.hypot(100, 200), 6) as number,
    });
    expect(
      judgeWays(
        two.slice(0, 1).map((way) => ({ ...way, weight: 1 })),
        1_100,
      ).p,
    ).toBeCloseTo(0.8413, 4);
  });

  it("is never surer than to 1 ppm", () => {
    expect(judgeWays([{ mean: 500, sigma: 0.1, weight: 1 }], 1_200).sigma).toBe(1);
  });
});
