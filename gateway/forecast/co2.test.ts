import { describe, expect, it } from "vitest";
import type { Observed } from "../rooms/observed.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Expectation } from "./climate/curve.ts";
import { forecastCo2 } from "./co2.ts";
import type { Opinion, Outlook } from "./context.ts";
import { SiteLearner } from "./site/site-learner.ts";
import { RoomWatch } from "./watch/room-watch.ts";

const TEN = instant(Date.UTC(2026, 10, 23, 10));
const at = (minutes: number): Instant => instant(TEN + minutes * 60_000);
type Stretch = readonly [from: number, to: number];

/** What is seen of a room's air at ten; minutes count from then. */
interface Air {
  ppm?: number | string | undefined;
  kind?: Observed["kind"];
  /** What is wanted; nothing said where it is null. */
  limit?: number | null;
  arrival?: number;
  now?: number;
  occupied?: boolean | undefined;
  /** The use before the visit. */
  before?: Stretch;
  /** Air changes per hour, as learned and as the card says. */
  learned?: number;
  card?: number;
  /** What its learner expects at arrival, and five minutes before that. */
  expects?: Expectation | undefined;
  sooner?: Expectation | undefined;
  knowsAir?: boolean;
  /** The balance of its air is known: nobody is in, and it airs twice an hour. */
  isBalanced?: boolean;
}

function opinion(air: Air): Opinion {
  const { arrival = 60, now = 0, limit = 1_000, before, expects, sooner, card, isBalanced = false } = air;
  const seen =
    "ppm" in air && air.ppm === undefined
      ? undefined
      : { kind: air.kind ?? "known", slot: { value: air.ppm ?? 1_600 } };
  const row = { part: { seen, ...(limit !== null && { band: { ready: [0, limit] } }) } } as unknown as Row;
  const rise = { mean: 1_300, sd: 300 };
  return forecastCo2(row, {
    now: at(now),
    leadMin: Math.max(0, arrival - now),
    visit: {
      arrival: at(arrival),
      demo: { id: "acme" },
      before: before === undefined ? undefined : { start: at(before[0]), end: at(before[1]) },
    },
    room: { bookings: [], demos: [] },
    site: new SiteLearner("hq"),
    watch: new RoomWatch(),
    occupied: "occupied" in air ? air.occupied : false,
    ask: { card: { zone: "UTC", ...(card !== undefined && { physics: { air_changes_per_h: card } }) } },
    learner: {
      knowsAirOfDay: air.knowsAir ?? expects !== undefined,
      co2At: (instant: Instant) =>
        instant === at(arrival) ? expects : instant === at(arrival - 5) ? sooner : undefined,
      airChangesPerHour: air.learned,
      airBalance: () =>
        isBalanced ? { perHour: 2, perHourSd: 0, stalled: 0, people: { now: () => rise, usual: rise } } : undefined,
    },
  } as unknown as Outlook);
}

describe("a room's air", () => {
  it.each<[string, Air]>([
    ["has no sensor", { ppm: undefined }],
    ["has one that is silent", { kind: "stale" }],
    ["has one that says no number", { ppm: "stuffy" }],
  ])("is good in 95 of 100 cases where it %s", (_, air) => {
    expect(opinion(air)).toEqual({ p: 0.95 });
  });

  it("is told as a sentence goes on, in tens of ppm, and mends by itself", () => {
    const { expects, isPassing } = opinion({});
    expect(expects?.()).toBe("expected 1,140 ppm at 11:00");
    expect(isPassing).toBe(true);
  });

  it("needs a boost of 2.2 times its air changes, from what it is down to what is wanted", () => {
    // ln(1180 / 580) / 1.1 hours
    expect(opinion({}).recoveryMin).toBeCloseTo(38.74, 1);
    expect(opinion({ learned: 1 }).recoveryMin).toBeCloseTo(19.37, 1);
    expect([opinion({ ppm: 1_000 }).recoveryMin, opinion({ ppm: 600 }).recoveryMin]).toEqual([0, 0]);
    // Nobody airs down to what is outdoors: ln(1180 / 50) / 1.1.
    expect(opinion({ limit: 450 }).recoveryMin).toBeCloseTo(172.4, 0);
  });
});

describe("the air of a room of which nothing is learned yet", () => {
  it("clears by half a change an hour while it is empty", () => {
    const { mean, sigma, p, goneSoon } = opinion({});
    // 420 + 1180 · e^−0.5, ± 30 and 15 % of what is above outdoor air.
    expect([mean, sigma]).toEqual([expect.closeTo(1_135.7, 1), expect.closeTo(137.4, 1)]);
    // 0.988 σ above the limit.
    expect([p, goneSoon]).toEqual([expect.closeTo(0.1616, 3), 0]);
    expect(opinion({ limit: null }).p).toBeCloseTo(0.6801, 3);
  });

  it.each<[string, Air, number]>([
    ["as was learned", { learned: 1, card: 3 }, 420 + 1_180 * Math.exp(-1)],
    ["as its card says", { card: 3 }, 420 + 1_180 * Math.exp(-3)],
    ["at 0.2 an hour at least", { learned: 0.05 }, 420 + 1_180 * Math.exp(-0.2)],
  ])("clears %s", (_, air, mean) => {
    expect(opinion(air).mean).toBeCloseTo(mean, 6);
  });

  // Half of the seats breathe 1336 ppm/h into it; two changes an hour then: it goes to 1088 ppm, and clears again once they have left.
  it.each<[string, Air, number, number]>([
    ["runs for half an hour yet", { before: [-30, 30] }, 857.7, 191.3],
    ["is to run for half an hour", { before: [20, 50] }, 857.7, 191.3],
    ["runs for a quarter", { before: [-30, 15] }, 759, 110.9],
    ["runs until after the visit's arrival", { before: [-30, 90] }, 1_048.9, 248.7],
  ])("rises while a booking %s", (_, air, mean, sigma) => {
    const told = opinion({ ...air, ppm: 800 });
    expect([told.mean, told.sigma]).toEqual([expect.closeTo(mean, 0), expect.closeTo(sigma, 0)]);
  });

  it("rises for sure while people are in, else in 66 of 100 cases", () => {
    const booked: Air = { ppm: 800, before: [-30, 30] };
    // 0.744 σ below the limit.
    expect(opinion({ ...booked, occupied: true }).p).toBeCloseTo(0.7716, 3);
    expect(opinion(booked).p).toBeCloseTo(1 - 0.66 * 0.2284, 3);
    expect(opinion({ ...booked, occupied: undefined }).p).toBeCloseTo(1 - 0.66 * 0.2284, 3);
  });

  it("is breathed for a quarter of an hour more by those who are in and have nothing booked", () => {
    for (const before of [undefined, [-60, 0], [-60, -10]] as const) {
      const told = opinion({ ppm: 800, occupied: true, ...(before && { before }) });
      expect(told.mean).toBeCloseTo(759, 0);
      expect(opinion({ ppm: 800, ...(before && { before }) }).mean).toBeCloseTo(420 + 380 * Math.exp(-0.5), 6);
    }
    // Until arrival, where that is sooner: 1087.9 − 287.9 · e^(−1/3).
    expect(opinion({ ppm: 800, occupied: true, arrival: 10 }).mean).toBeCloseTo(881.6, 1);
  });

  it("is aired at its own rate where that is more than what usually runs", () => {
    // 420 + 1336 / 4, from 800 ppm in half an hour, then e^−2 in another.
    const ceiling = 420 + 1_335.71 / 4;
    const peak = ceiling + (800 - ceiling) * Math.exp(-2);
    expect(opinion({ ppm: 800, before: [-30, 30], card: 4 }).mean).toBeCloseTo(420 + (peak - 420) * Math.exp(-2), 0);
  });

  it("is what it is once the client has come, whoever was before", () => {
    expect(opinion({ ppm: 800, before: [-30, 65], now: 65 }).mean).toBe(800);
  });

  it("says less and less of a visit that is hours away: an e-fold in two hours after the first two", () => {
    const near = (arrival: number) => opinion({ arrival, card: 0.2, ppm: 3_000 }).p;
    // Hopeless by what is measured; 0.99 else.
    expect(near(120)).toBeLessThan(0.01);
    expect(near(240)).toBeCloseTo(0.99 * (1 - Math.exp(-1)), 2);
  });
});

describe("the air of a room whose days are known", () => {
  const expects = { mean: 900, sigma: 50 };

  it("is what its learner expects, once two days are over and while its last value is fresh", () => {
    const { p, mean, sigma } = opinion({ expects });
    expect([p, mean, sigma]).toEqual([expect.closeTo(0.9772, 4), 900, 50]);
    // Who is booked it has reckoned with.
    expect(opinion({ expects, before: [20, 50] }).p).toBeCloseTo(0.9772, 4);
    expect(opinion({ expects, knowsAir: false }).mean).toBeCloseTo(1_135.7, 1);
    expect(opinion({ knowsAir: true }).mean).toBeCloseTo(1_135.7, 1);
  });

  it("says all it knows of the next three hours", () => {
    const hopeless = { mean: 1_100, sigma: 50 };
    expect(opinion({ expects: hopeless, arrival: 180 }).p).toBeCloseTo(0.0228, 3);
    expect(opinion({ expects: hopeless, arrival: 300 }).p).toBeCloseTo(0.0228 * 0.3679 + 0.99 * 0.6321, 3);
  });

  it("may turn out well within minutes, by as much as is known better then", () => {
    const open = { mean: 990, sigma: 50 };
    // What comes to light moves it by ± 30; then it must be 0.67 · 40 below the limit: z = −0.56.
    expect(opinion({ expects: open, sooner: { mean: 990, sigma: 40 } }).goneSoon).toBeCloseTo(0.2877, 3);
    expect(opinion({ expects: open, sooner: { mean: 990, sigma: 50 } }).goneSoon).toBe(0);
    expect(opinion({ expects: open }).goneSoon).toBe(0);
  });

  it("is what its balance says, where that is known, and what that may turn out to be", () => {
    const { mean, p, goneSoon } = opinion({ expects, sooner: { mean: 900, sigma: 20 }, isBalanced: true });
    expect(mean).toBeCloseTo(420 + 1_180 * Math.exp(-2), 1);
    expect(p).toBeGreaterThan(0.999);
    expect(goneSoon).toBe(0);
  });
});
