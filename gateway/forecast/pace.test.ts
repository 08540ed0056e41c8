import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { RoomLearner } from "./learner.ts";
import { type Pace, paceOf } from "./pace.ts";

const now: Instant = instant(Date.UTC(2026, 10, 23, 8));
const ago = (minutes: number): Instant => instant(now - minutes * 60_000);

interface Seen {
  /** °C by hours before now. */
  course: (hoursAgo: number) => number | undefined;
  ranMin?: number;
  value?: number;
  sinceMin?: number;
  lastStepMin?: number | undefined;
  startsLateMin?: number;
}

function pace(seen: Seen): Pace | undefined {
  const { course, ranMin = 120, value = course(0) ?? 0, sinceMin = 0, lastStepMin = 5, startsLateMin } = seen;
  const learner = {
    lastStepAt: ago(lastStepMin),
    startsLateMin,
    temperatureAgo: (minutes: number) => course((minutes + lastStepMin) / 60),
  } as unknown as RoomLearner;
  return paceOf({ value, since: ago(sinceMin) }, { learner, now, ranMin });
}

describe("the pace of a room whose climate control has had its time", () => {
  const steady = (hours: number): number => 19 - 1.2 * hours;

  it("is that of a line through what was measured, with where the line is now", () => {
    expect(pace({ course: steady })).toMatchObject({ perHour: expect.closeTo(1.2, 9), level: expect.closeTo(19, 9) });
  });

  it("is known the better the longer it is seen, up to three hours", () => {
    const error = (ranMin: number): number => pace({ course: steady, ranMin })?.error ?? 0;
    expect(error(40)).toBeGreaterThan(2 * error(60));
    expect(error(120)).toBeGreaterThan(1.3 * error(180));
    expect(error(205)).toBeGreaterThan(error(210) * 0.999);
    expect(error(205)).toBe(error(400));
  });

  it("is not seen before control has run for forty minutes, nor without steps", () => {
    expect(pace({ course: steady, ranMin: 39 })).toBeUndefined();
    expect(pace({ course: steady, ranMin: 40 })).toBeDefined();
    expect(pace({ course: (hours) => (hours > 0.2 ? undefined : steady(hours)), value: 19 })).toBeUndefined();
    const learner = { lastStepAt: undefined } as unknown as RoomLearner;
    expect(paceOf({ value: 19, since: now }, { learner, now, ranMin: 120 })).toBeUndefined();
  });

  it("begins when the room does: what stood before, since its plant started late, is no pace", () => {
    const late = (hours: number): number => Math.max(17.8, steady(hours));
    expect(pace({ course: late, ranMin: 180 })?.perHour).toBeCloseTo(1.2, 9);
    const begun = (hours: number): number => Math.max(18.75, steady(hours));
    expect(pace({ course: begun, ranMin: 180 })).toBeUndefined();
    const since = (hours: number): number | undefined => (hours > 2 ? undefined : steady(hours));
    expect(pace({ course: since, ranMin: 180 })?.perHour).toBeCloseTo(1.2, 9);
  });

  it("is seen ten minutes sooner where it is known when control begins", () => {
    const known = { course: steady, startsLateMin: 0 };
    expect(pace({ ...known, ranMin: 29 })).toBeUndefined();
    expect(pace({ ...known, ranMin: 30 })?.perHour).toBeCloseTo(1.2, 9);
  });

  it("counts what is newer the more: a room that has picked up goes on as it goes now", () => {
    const picksUp = (hours: number): number => (hours < 0.75 ? 19 - 2 * hours : 17.5 - 0.5 * (hours - 0.75));
    const before = (hours: number): number => (hours < 0.75 ? 19 - 0.5 * hours : 18.625 - 2 * (hours - 0.75));
    expect(pace({ course: picksUp })?.perHour).toBeGreaterThan(pace({ course: before })?.perHour ?? 9);
  });

  it("does not end at a gap, but begins there", () => {
    const since = (hours: number): number | undefined => (hours > 0.5 ? undefined : steady(hours));
    expect(pace({ course: since })?.perHour).toBeCloseTo(1.2, 9);
  });

  it("takes the newest reading for as old as it is: it has gone on since, by ten minutes at most", () => {
    const level = (sinceMin: number): number =>
      pace({ course: steady, value: 19 - 0.02 * sinceMin, sinceMin })?.level ?? 0;
    for (const old of [0, 2, 5, 10]) expect(level(old)).toBeCloseTo(19, 9);
    const still = (sinceMin: number) => pace({ course: steady, value: 18.9, sinceMin })?.level;
    expect(still(60)).toBe(still(10));
  });

  it("is half the newest reading's word on where the room is; one that jumps says that the thermometer was set right", () => {
    expect(pace({ course: steady, value: 19.2 })?.level).toBeCloseTo(19.1, 1);
    expect(pace({ course: steady, value: 20 })).toBeUndefined();
    expect(pace({ course: steady, value: 18 })).toBeUndefined();
  });
});
