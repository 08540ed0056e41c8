import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Opinion, Outlook } from "./context.ts";
import { forecastTemperature } from "./temperature.ts";

const clock = (time: string): Instant => instant(Date.parse(`2026-11-23T${time}:00Z`));

interface Morning {
  now: string;
  arrival: string;
  celsius: number;
  /** K/h: what the room usually warms by, and what it does now. */
  warms?: number;
  trend?: number;
  hvac?: { on: string; off: string } | undefined;
  /** What it was so many minutes ago. */
  ago?: (minutes: number) => number | undefined;
  /** Whether so much was measured that it has a pace. */
  hasPace?: boolean;
  /** Whether people were in so many minutes ago. */
  occupied?: (minutes: number) => boolean | undefined;
  /** When somebody was there and found nothing wrong. */
  foundNothing?: string;
}

/** A heated room (20–24 °C wanted, set to 22 °C) on a cold morning, as its learner knows it. */
function forecast(morning: Morning): Opinion {
  const { now: time, arrival, celsius, warms = 1, trend = 0, ago = () => undefined } = morning;
  const hvac = "hvac" in morning ? morning.hvac : { on: "06:45", off: "19:00" };
  const now = clock(time);
  const known = (value: number) => ({ kind: "known", since: now, slot: { value } });
  const row = { part: { seen: known(celsius), band: { ready: [20, 24] } } } as unknown as Row;
  const learner = {
    knowsDay: true,
    stuck: 0.03,
    warmKPerHour: warms,
    temperatureAt: () => ({ mean: celsius, sigma: 0.3 }),
    trend: () => trend / 60,
    temperatureAgo: ago,
    occupiedAgo: morning.occupied ?? (() => undefined),
    lastStepAt: morning.hasPace === false ? undefined : now,
  };
  return forecastTemperature(row, {
    now,
    leadMin: (clock(arrival) - now) / 60_000,
    visit: { arrival: clock(arrival) },
    room: { key: "hq/r", best: () => known(22) },
    site: {
      acts: { foundNothing: () => (morning.foundNothing === undefined ? undefined : clock(morning.foundNothing)) },
    },
    ask: { card: { zone: "UTC", ...(hvac !== undefined && { hvac }) } },
    learner,
  } as unknown as Outlook);
}

describe("a cold room in the morning", () => {
  const warming: Morning = { now: "08:00", arrival: "09:00", celsius: 18.9, warms: 1 };

  /** As it warms today, by so many K/h. */
  const today = (perHour: number, morning = warming): Opinion =>
    forecast({ ...morning, trend: perHour, ago: (minutes) => morning.celsius - (perHour * minutes) / 60 });

  it("is expected to warm as it usually does, until it is seen to do so otherwise today", () => {
    expect(forecast({ ...warming, trend: 1 }).mean).toBeCloseTo(19.9, 1);
    // Three quarters of what it does otherwise, and 4 % less in the hour, as it comes nearer.
    expect(today(1).mean).toBeCloseTo(18.9 + 0.96, 2);
    expect(today(1.6).mean).toBeGreaterThan(18.9 + 0.96 * 1.4);
    expect(today(1.6).mean).toBeLessThan(18.9 + 0.96 * 1.6);
    expect(today(1.6).p).toBeGreaterThan(0.95);
    expect(today(1.6).sigma ?? 0).toBeLessThan(0.8 * (forecast({ ...warming, trend: 1.6 }).sigma ?? 0));
  });

  it("is not counted by today's rate before control has had its time: forty minutes", () => {
    const early: Morning = { ...warming, now: "07:20", arrival: "08:20" };
    expect(today(1.6, early).mean).toBeCloseTo(today(1, early).mean ?? 0, 1);
    const later: Morning = { ...warming, now: "07:25", arrival: "08:25" };
    expect(today(1.6, later).mean).toBeGreaterThan((today(1, later).mean ?? 0) + 0.05);
  });

  it("that does not move at all is not a slow one: control does not obey", () => {
    const moving = forecast({ ...warming, warms: 2, trend: 2 });
    expect(moving.p).toBeGreaterThan(0.9);
    expect(forecast({ ...warming, warms: 2, trend: 0 }).p).toBeLessThan(moving.p - 0.3);
  });
});

describe("what waiting shows of a cold room", () => {
  const dawn: Morning = { now: "06:15", arrival: "09:30", celsius: 18.2, warms: 0.8 };

  it("is today's rate, an hour after control comes on", () => {
    expect(forecast(dawn).soonMin).toBeCloseTo(90, 6);
    expect(forecast({ ...dawn, now: "06:55" }).soonMin).toBeCloseTo(50, 6);
    expect(forecast(dawn).goneSoon).toBeGreaterThan(0.2);
    expect(forecast({ ...dawn, warms: 0.4 }).goneSoon).toBeLessThan(0.02);
  });

  it("is whether it gets there: by what its rate is uncertain about until then", () => {
    // 2.21 K at 0.8 K/h for 85 % of the time, ± 0.63; 1.8 K and ± 0.29 that are open then are needed: z = 0.209.
    expect(forecast(dawn).goneSoon).toBeCloseTo(0.583, 2);
  });

  it("is nothing once that has been seen, comes too late, or no schedule says when control runs", () => {
    expect(forecast({ ...dawn, now: "07:50" }).goneSoon).toBeUndefined();
    expect(forecast({ ...dawn, arrival: "07:30" }).goneSoon).toBeUndefined();
    expect(forecast({ ...dawn, hvac: undefined }).goneSoon).toBeUndefined();
  });
});

describe("a reading that is newer than what its room's learner has seen", () => {
  it("takes the forecast along: where a thermometer was set right, the room is as wanted again", () => {
    const set: Morning = { now: "12:45", arrival: "13:45", celsius: 22 };
    // Three per cent: that it only drifts on, from where it is.
    expect(forecast({ ...set, ago: () => 19 }).mean).toBeCloseTo(0.97 * 25 + 0.03 * 22, 6);
    expect(forecast({ ...set, ago: () => 22 }).mean).toBeCloseTo(22, 6);
  });
});

/** A course by the hours since 06:45, when control comes on; seen from 12:45. */
const sinceDawn =
  (course: (hours: number) => number) =>
  (minutes: number): number | undefined =>
    minutes > 6 * 60 + 60 ? undefined : course(6 - minutes / 60);

describe("a room that is off its set-point although control has run for hours", () => {
  const noon: Morning = { now: "12:45", arrival: "13:45", celsius: 19.5, warms: 2.4 };
  /** Warmed to 22 °C in an hour and a half, as it should be. */
  const warmed = (hours: number): number => Math.min(22, 18.4 + 2.4 * hours);

  it("and was never brought there, is not expected to be in the next", () => {
    const never = forecast({ ...noon, ago: sinceDawn(() => 19.5) });
    expect(never.p).toBeLessThan(0.3);
    expect(never.doubt).toBeLessThan(0.1);
    expect(forecast(noon).p).toBeGreaterThan(never.p + 0.2);
  });

  it("goes on as it went in the last hour", () => {
    const cooling = (hours: number): number => (hours < 2 ? warmed(hours) : 22 - 0.45 * (hours - 2));
    const falling = forecast({ ...noon, celsius: 20.2, trend: -0.45, ago: sinceDawn(cooling) });
    expect(falling.p).toBeLessThan(0.6);
    expect(falling.mean).toBeLessThan(20.8);
  });

  it("and comes back now, is expected to", () => {
    const back = (hours: number): number => (hours < 5 ? warmed(hours) - Math.max(0, hours - 2) : 19 + 2 * (hours - 5));
    expect(forecast({ ...noon, celsius: 21, trend: 2, ago: sinceDawn(back) }).p).toBeGreaterThan(0.9);
  });

  it("on the side to which no room goes without control, slowly, has a thermometer that is wrong", () => {
    const rising = (hours: number): number => warmed(hours) + 0.5 * hours;
    const wrong = forecast({ ...noon, celsius: 25, trend: 0.5, ago: sinceDawn(rising) });
    expect(wrong.doubt).toBeGreaterThan(0.8);
    expect(wrong.p).toBeLessThan(0.2);
    expect(wrong.expects?.()).toBe("its thermometer is probably wrong");
  });

  it("on that side, as fast as control moves it, has control that is stuck", () => {
    const heating = (hours: number): number => warmed(hours) + 2 * Math.max(0, hours - 4.5);
    const stuck = forecast({ ...noon, celsius: 25, trend: 2, ago: sinceDawn(heating) });
    expect(stuck.p).toBeLessThan(0.2);
    expect(stuck.doubt).toBeLessThan(0.2);
  });

  it("and is held there whoever is in, has a thermometer that is wrong, even where a room would go without control", () => {
    const occupied = (minutes: number): boolean => minutes % 120 < 60;
    const still = (hours: number): number => warmed(hours) - Math.min(3, hours);
    const doubt = (morning: Partial<Morning>): number =>
      forecast({ ...noon, celsius: 19, ago: sinceDawn(still), ...morning }).doubt ?? 0;
    expect(doubt({ occupied })).toBeGreaterThan(0.9);
    // Less so where nobody came, and nothing speaks for it where nobody knows of people.
    expect(doubt({ occupied: () => false })).toBeLessThan(0.85);
    expect(doubt({})).toBeLessThan(0.45);
    // People warm it, and it cools without them: nothing holds it.
    const goes = (hours: number): number => warmed(hours) - 0.5 * hours + 0.5 * Math.abs(((hours + 1) % 2) - 1);
    expect(doubt({ occupied, ago: sinceDawn(goes) })).toBeLessThan(0.1);
  });

  it("and in which somebody found nothing wrong while it read so, has a thermometer that is wrong", () => {
    const falls = (hours: number): number => warmed(hours) - 0.5 * hours;
    const falling: Morning = { ...noon, celsius: 19, trend: -0.5, ago: sinceDawn(falls) };
    expect(forecast(falling).doubt).toBeLessThan(0.45);
    expect(forecast({ ...falling, foundNothing: "12:00" }).doubt).toBeGreaterThan(0.9);
    // By then it had not yet left its set-point: they saw a room that was as it should be.
    expect(forecast({ ...falling, foundNothing: "08:15" }).doubt).toBe(forecast(falling).doubt);
  });
});

describe("what the hours before say of control, worked out by hand", () => {
  /** 19 °C at 12:45, which should warm by 0.6 K/h and does: by itself that speaks for control (0.5 on the scale of logarithms). */
  const noon: Morning = { now: "12:45", arrival: "13:45", celsius: 19, warms: 0.6, trend: 0.6 };
  /** What it was then, from so many minutes ago on. */
  const course = [
    [330, 18],
    [210, 17],
    [105, 18],
    [75, 18.2],
    [45, 18.4],
    [15, 18.5],
  ] as const;
  const was = (minutes: number): number => course.find(([from]) => minutes >= from)?.[1] ?? noon.celsius;
  /** Nobody asks for this minute but who looks whether control has just stopped: that is not of these hours. */
  const JUST_NOW = 20;
  const doubt = (over: Partial<Morning> = {}, gone?: number): number | undefined =>
    forecast({
      ...noon,
      ...over,
      ago: (minutes) => (minutes === gone || minutes === JUST_NOW ? undefined : (over.ago ?? was)(minutes)),
    }).doubt;
  /** Of the cases in which control fails, so many are a wrong thermometer's, where nothing else is seen. */
  const wrong = 1 / (1 + Math.exp(0.4));
  const fails = (evidence: number): number => (0.03 * Math.exp(evidence)) / (1 + 0.03 * Math.exp(evidence));

  it("is how far the room came in them: half a degree, where it should have come 1.5", () => {
    // 1 K is missing, 1.72 σ; that it moved at all is 0.26 σ from what a room without control does: (2.973 − 0.069) / 2.
    expect(doubt()).toBeCloseTo(fails(1.4517 - 0.5) * wrong, 4);
  });

  it("is nothing where that was not seen", () => {
    expect(doubt({}, 180)).toBeCloseTo(fails(-0.5) * wrong, 4);
    expect(doubt({}, 30)).toBeCloseTo(fails(-0.5) * wrong, 4);
  });

  it("counts from when control has run for an hour and a quarter", () => {
    const since = (on: string) =>
      doubt({ hvac: { on, off: "19:00" }, ago: (minutes) => (minutes >= 30 ? 18 : noon.celsius) });
    // By the middle of the step 47.5 minutes before the last half hour: 0.475 K are missing, 1.13 σ.
    expect(since("11:30")).toBeCloseTo(fails(0.6349 - 0.5) * wrong, 4);
    expect(since("11:35")).toBeCloseTo(fails(-0.5) * wrong, 4);
  });

  it("goes no farther than the set-point: a room that has come to it for long has done what it should", () => {
    const there = {
      celsius: 21,
      ago: (minutes: number) => (minutes >= 300 ? 18 : minutes >= 180 ? 21.9 : minutes === 30 ? 22 : 21),
    };
    // It went the 0.1 K that were left: 0.05 σ from not having moved. Of 1 K (0.5 / 0.7 of what counts wholly) it gains 0.6 K/h now.
    expect(doubt(there)).toBeCloseTo(fails((0 - (0.1 / 1.9) ** 2) / 2 - 0.5) * wrong * (0.5 / 0.7), 5);
  });

  it("leaves the other ways what is not the thermometer's", () => {
    // Those in which control obeys, to 19.6 °C, and those in which the room goes on by itself: 0.6 K/h, coming to rest.
    const lies = fails(0.9517) * wrong;
    const own = 19 + 0.6 * 8 * (1 - Math.exp(-1 / 8));
    const mean = ((1 - fails(0.9517)) * 19.6 + (fails(0.9517) - lies) * own) / (1 - lies);
    const ago = (minutes: number): number | undefined => (minutes === JUST_NOW ? undefined : was(minutes));
    expect(forecast({ ...noon, hasPace: false, ago }).mean).toBeCloseTo(mean, 3);
  });
});

describe("control that worked and has stopped", () => {
  /** Warmed by 2 K/h until so many minutes ago, and stands since. */
  const stopped = (agoMin: number, warmed = 2, since = 0): Opinion => {
    const ago = (minutes: number): number =>
      20 - (warmed * Math.max(0, minutes - agoMin) + since * Math.min(minutes, agoMin)) / 60;
    const trend = agoMin < 15 ? warmed : since;
    return forecast({ now: "08:45", arrival: "10:15", celsius: 20, warms: 2, trend, ago });
  };

  it("is noticed after twenty minutes, and not forgotten while the hours before still speak for it", () => {
    expect(stopped(0).p).toBeGreaterThan(0.97);
    for (const agoMin of [20, 30, 45, 60, 75, 90]) expect(stopped(agoMin, 2, -0.3).p).toBeLessThan(0.7);
  });

  it("goes on as the room has gone since, not as it went before", () => {
    const cooling = stopped(30, 2, -1);
    expect(cooling.mean).toBeLessThan(20);
    expect(cooling.p).toBeLessThan(0.1);
  });

  it("is not what a room slows down by: people who left, or a set-point that is near", () => {
    expect(stopped(30, 2, 1.4).p).toBeGreaterThan(0.9);
    const near = (minutes: number): number => 21.2 - (2 * Math.max(0, minutes - 30)) / 60;
    expect(forecast({ now: "08:45", arrival: "10:15", celsius: 21.2, warms: 2, ago: near }).p).toBeGreaterThan(0.95);
  });

  it("is not seen where control was never on for long enough to have a pace", () => {
    const ago = (minutes: number): number => 20 - (2 * Math.max(0, minutes - 30)) / 60;
    const early = { now: "07:45", arrival: "09:15", celsius: 20, warms: 2, ago };
    expect(forecast(early).p).toBeGreaterThan(forecast({ ...early, now: "08:45", arrival: "10:15" }).p + 0.1);
  });
});

describe("whether the thermometer is wrong that rises through the set-point, by hand", () => {
  /** It read so when control came on at 06:45; since then it has risen by half a degree an hour at first, to 25 °C at 12:45. */
  const doubt = (first: number, lastHour = 0.5): number | undefined => {
    const ago = (minutes: number): number =>
      minutes > 330 ? first : minutes === 60 ? 25 - lastHour : 25 - Math.min(2, minutes / 120);
    return forecast({ now: "12:45", arrival: "13:45", celsius: 25, warms: 1, trend: 0.5, ago }).doubt;
  };
  const share = (odds: number): number => 1 / (1 + Math.exp(-odds));

  it("is likely where it was a degree below it at first: no room goes there without control", () => {
    for (const first of [20, 21]) expect(doubt(first)).toBeCloseTo(share(3 - 0.4), 2);
    expect(doubt(21.1)).toBeCloseTo(share(-0.4), 2);
  });

  it("is unlikely where the last hour was as fast as heating is: that is control, stuck", () => {
    expect(doubt(20, 0.59)).toBeCloseTo(share(3 - 0.4), 2);
    expect(doubt(20, 0.61)).toBeCloseTo(share(3 - 0.4 - 4), 2);
  });
});
