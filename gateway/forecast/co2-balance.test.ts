import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import { forecastBalance, settlesAt } from "./co2-balance.ts";
import type { Outlook } from "./context.ts";
import { SiteLearner } from "./site/site-learner.ts";
import { RoomWatch } from "./watch/room-watch.ts";

const TEN = instant(Date.UTC(2026, 10, 23, 10));
const at = (minutes: number): Instant => instant(TEN + minutes * 60_000);
const text = (minutes: number): string => new Date(at(minutes)).toISOString();
type Stretch = readonly [from: number, to: number];

/** At ten; minutes count from then. Two air changes an hour, without doubt; people bring 2000 ppm/h, those who are in known to `sd`. */
interface Situation {
  ppm?: number;
  limit?: number;
  arrival?: number;
  bookings?: readonly Stretch[];
  /** The beginning of the booking whose people are in; somebody without one. */
  isIn?: number | "stray";
  isKnown?: boolean;
  /** How well it is known what those who are in bring, now and with five minutes more of them. */
  sd?: number;
  sdSoon?: number;
}

function balance({ arrival = 60, bookings = [], isIn, isKnown = true, sd = 0, sdSoon = sd, ...air }: Situation) {
  const watch = new RoomWatch();
  watch.people.cameTo = (start) => typeof isIn === "number" && start === at(isIn);
  const people = {
    usual: { mean: 2_000, sd: 0 },
    now: (_: number, longerH = 0) => ({ mean: 2_000, sd: longerH === 5 / 60 ? sdSoon : sd }),
  };
  return forecastBalance(air.ppm ?? 1_000, air.limit ?? 1_200, {
    now: TEN,
    leadMin: arrival,
    visit: { arrival: at(arrival), demo: { id: "acme" } },
    room: { bookings: bookings.map(([from, to]) => ({ start: text(from), end: text(to) })), demos: [] },
    site: new SiteLearner("hq"),
    watch,
    occupied: isIn !== undefined,
    learner: { airBalance: () => (isKnown ? { perHour: 2, perHourSd: 0, stalled: 0, people } : undefined) },
  } as unknown as Outlook);
}

describe("the balance of breath and airing", () => {
  it("speaks once it is known, for six hours", () => {
    expect(balance({ isKnown: false })).toBeUndefined();
    expect(balance({ arrival: 361 })).toBeUndefined();
    expect(balance({ arrival: 360 })?.mean).toBeCloseTo(420, 0);
  });

  it("clears an empty room, in which nothing comes to light", () => {
    // 420 + 580 · e^−2; ± 20 read now and then, and 8 % of what is above outdoor air.
    expect(balance({})).toEqual({
      p: expect.closeTo(1, 6),
      mean: expect.closeTo(498.5, 1),
      sigma: expect.closeTo(Math.hypot(2.71, 6.28, 20), 1),
      goneSoon: 0,
    });
  });

  it("fills one that people are in until after arrival", () => {
    // 78.5 of what is there, 2000 · (1 − e^−2) / 2 of theirs; ± 80 as they may leave two minutes sooner.
    const told = balance({ bookings: [[-30, 120]], isIn: -30 });
    expect(told?.mean).toBeCloseTo(1_363.2, 0);
    expect(told?.sigma).toBeCloseTo(Math.hypot(2.7, 80, 75.5, 20), 0);
    expect(told?.p).toBeCloseTo(0.0722, 2);
  });

  it("counts when those who are in leave: early, on time or late, as meetings here do", () => {
    // Nine minutes early in 0.168 of cases (137 ppm of theirs are left), on time in 0.631 (233), seven minutes late in 0.202 (329).
    const told = balance({ bookings: [[-30, 30]], isIn: -30 });
    expect(told?.mean).toBeCloseTo(420 + 78.5 + 0.1679 * 137.2 + 0.6306 * 232.5 + 0.2015 * 329.2, 0);
  });

  it("counts those who are in and belong to nothing for three minutes more", () => {
    expect(balance({ isIn: "stray" })?.mean).toBeCloseTo(512.7, 0);
  });

  it("adds those who may come, as likely as they do", () => {
    const told = balance({ bookings: [[30, 120]] });
    // Half an hour of theirs: 2000 · (1 − e^−1) / 2 = 632, in 66 of 100 cases.
    expect(told?.mean).toBeCloseTo(498.5 + 0.66 * 632.1, 0);
    expect(told?.p).toBeCloseTo(0.34 + 0.66 * 0.78, 1);
  });
});

describe("what waiting shows of a room's air", () => {
  it("is nothing where nobody would be called", () => {
    expect(balance({ bookings: [[3, 120]], limit: 2_000 })).toMatchObject({ p: expect.closeTo(1, 2), goneSoon: 0 });
  });

  it("is what people bring, once they have been in for five minutes more", () => {
    const known = { bookings: [[-30, 120]] as const, isIn: -30, limit: 1_400, sd: 200 };
    // 141.3 now, 119.9 then: the mean moves by 74.9, and must come to lie 0.67 · 119.9 below the limit, z = −0.58.
    const told = balance({ ...known, sdSoon: 100 });
    expect(told?.sigma).toBeCloseTo(141.3, 0);
    expect(told?.p).toBeCloseTo(0.6027, 2);
    expect(told?.goneSoon).toBeCloseTo(0.2807, 2);
    expect(balance({ ...known, sdSoon: 200 })?.goneSoon).toBe(0);
  });

  it.each<[string, Situation, number]>([
    ["are to come in five minutes: in 34 of 100 cases they do not", { bookings: [[5, 120]] }, 0.34],
    [
      "come after the ones who are in",
      {
        bookings: [
          [-55, 5],
          [5, 120],
        ],
        isIn: -55,
      },
      0.34,
    ],
    ["come a minute later: that is not seen by then", { bookings: [[6, 120]] }, 0],
    [
      "are not the only ones who may",
      {
        bookings: [
          [5, 30],
          [30, 120],
        ],
      },
      0,
    ],
    ["are not those who are in", { bookings: [[-55, 120]], isIn: -55 }, 0],
  ])("is whether those come who %s", (_, situation, goneSoon) => {
    const told = balance({ ...situation, limit: 900 });
    expect(told?.p).toBeLessThan(0.75);
    expect(told?.goneSoon).toBeCloseTo(goneSoon, 6);
  });

  it("is no less than what the people who are in show meanwhile", () => {
    const both = {
      bookings: [
        [-55, 58],
        [58, 120],
      ] as const,
      isIn: -55,
      limit: 1_400,
      sd: 200,
      sdSoon: 100,
    };
    expect(balance(both)?.goneSoon).toBeGreaterThan(0.1);
  });
});

describe("P(a forecast settles where nobody would be called)", () => {
  it("is how likely its mean moves far enough below the limit", () => {
    // √(50² − 40²) = 30 is open; 990 must come down to 1000 − 0.67 · 40.
    expect(settlesAt({ mean: 990, sigma: 50 }, 40, 1_000)).toBeCloseTo(0.2877, 3);
    expect(settlesAt({ mean: 973.2, sigma: 50 }, 40, 1_000)).toBeCloseTo(0.5, 6);
  });
  it("is none where nothing more is learned", () => {
    expect(settlesAt({ mean: 900, sigma: 50 }, 50, 1_000)).toBe(0);
    expect(settlesAt({ mean: 900, sigma: 50 }, 60, 1_000)).toBe(0);
  });
});
