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
  /** When somebody was there and found nothing wrong. */
  foundNothing?: string;
}

/** A heated room (20–24 °C wanted, set to 22 °C) on a cold morning, as its learner knows it. */
function forecast(morning: Morning): Opinion {
  const { now: time, arrival, celsius, warms = 1, trend = 0, ago = () => undefined } = morning;
  const hvac = "hvac" in morning ? morning.hvac : { on: "06:45", off: "19:00" };
  const now = clock(time);
  const known = (value: number) => ({ kind: "known", slot: { value } });
  const row = { part: { seen: known(celsius), band: { ready: [20, 24] } } } as unknown as Row;
  const learner = {
    knowsDay: true,
    stuck: 0.03,
    warmKPerHour: warms,
    temperatureAt: () => ({ mean: celsius, sigma: 0.3 }),
    trend: () => trend / 60,
    temperatureAgo: ago,
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

  it("is expected to warm as it usually does, and half as it does today", () => {
    const usual = forecast({ ...warming, trend: 1 }).mean ?? 0;
    expect(usual).toBeCloseTo(19.9, 1);
    expect(forecast({ ...warming, trend: 1.6 }).mean).toBeCloseTo(20.2, 1);
    expect(forecast({ ...warming, trend: 1.6 }).p).toBeGreaterThan(forecast({ ...warming, trend: 1 }).p + 0.15);
  });

  it("is not counted by today's rate before control has had an hour", () => {
    const early: Morning = { ...warming, now: "07:15", arrival: "08:15" };
    expect(forecast({ ...early, trend: 1.6 }).mean).toBeCloseTo(forecast({ ...early, trend: 1 }).mean ?? 0, 1);
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

  it("is whether it gets there: by half of what its rate is uncertain about", () => {
    // 2.17 K to go at 0.8 K/h for five sixths of the time, ± 0.62; 1.8 K and half a σ of doubt are needed: z = 0.10.
    expect(forecast(dawn).goneSoon).toBeCloseTo(0.54, 2);
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

  it("and stands still there, may have a thermometer that is wrong, even where a room would go without control", () => {
    const still = (hours: number): number => warmed(hours) - Math.min(3, hours);
    const falls = (hours: number): number => warmed(hours) - 0.5 * hours;
    const doubt = (ago: (hours: number) => number): number =>
      forecast({ ...noon, celsius: 19, ago: sinceDawn(ago) }).doubt ?? 0;
    expect(doubt(still)).toBeGreaterThan(doubt(falls) + 0.15);
    expect(doubt(still)).toBeLessThan(0.75);
  });

  it("and in which somebody found nothing wrong while it read so, has a thermometer that is wrong", () => {
    const falls = (hours: number): number => warmed(hours) - 0.5 * hours;
    const falling: Morning = { ...noon, celsius: 19, trend: -0.5, ago: sinceDawn(falls) };
    expect(forecast(falling).doubt).toBeLessThan(0.35);
    expect(forecast({ ...falling, foundNothing: "12:00" }).doubt).toBeGreaterThan(0.9);
    // By then it had not yet left its set-point: they saw a room that was as it should be.
    expect(forecast({ ...falling, foundNothing: "08:15" }).doubt).toBe(forecast(falling).doubt);
  });
});
