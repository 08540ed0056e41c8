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
}

/** A heated room (20–24 °C wanted, set to 22 °C) on a cold morning, as its learner knows it. */
function forecast(morning: Morning): Opinion {
  const { now: time, arrival, celsius, warms = 1, trend = 0 } = morning;
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
  };
  return forecastTemperature(row, {
    now,
    leadMin: (clock(arrival) - now) / 60_000,
    visit: { arrival: clock(arrival) },
    room: { best: () => known(22) },
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

  it("is nothing once that has been seen, comes too late, or no schedule says when control runs", () => {
    expect(forecast({ ...dawn, now: "07:50" }).goneSoon).toBeUndefined();
    expect(forecast({ ...dawn, arrival: "07:30" }).goneSoon).toBeUndefined();
    expect(forecast({ ...dawn, hvac: undefined }).goneSoon).toBeUndefined();
  });
});
