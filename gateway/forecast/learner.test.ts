import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { nothingAround } from "./climate/around.ts";
import { priorSigma } from "./climate/temperature-learner.ts";
import { dampedTrend } from "./climate/trend.ts";
import { RoomLearner } from "./learner.ts";

const start = Date.UTC(2026, 10, 23, 6);
const at = (minute: number) => instant(start + minute * 60_000);

/** Feeds a curve of temperatures, one a minute. */
const fed = (
  curve: (minute: number) => number,
  minutes: number,
  learner = new RoomLearner(),
  from = 0,
): RoomLearner => {
  for (let minute = from; minute < from + minutes; minute++) learner.takeTemperature(curve(minute), at(minute));
  return learner;
};

describe("what is learned of a room", () => {
  it("finds the trend", () => {
    expect((fed((m) => 20 + m / 60, 90).trend(at(90)) ?? 0) * 60).toBeCloseTo(1, 1);
    expect(fed(() => 21, 90).trend(at(90))).toBe(0);
  });

  it("learns how fast the room warms and cools, once it has really moved", () => {
    const warming = fed((m) => 18 + (m / 60) * 2, 120);
    expect(warming.warmKPerHour).toBeCloseTo(2, 1);
    expect(warming.coolKPerHour).toBeUndefined();
    expect(fed((m) => 24 - (m / 60) * 1.5, 120).coolKPerHour).toBeCloseTo(1.5, 1);
    expect(fed(() => 21, 120).warmKPerHour).toBeUndefined();
  });

  it("learns the rate of a room that is steered from half hours in which it moved all the time", () => {
    const around = { ...nothingAround, setpointC: 22 };
    const learner = new RoomLearner();
    const start = 25;
    for (let minute = 0; minute <= 75; minute += 5)
      learner.takeTemperature(18 + (Math.max(0, minute - start) / 60) * 1.8, at(minute), around);
    expect(learner.warmKPerHour).toBeGreaterThan(1.6);
  });

  it("learns its own error: small in a calm room, large in a restless one, growing with the horizon", () => {
    const calm = fed(() => 21, 3 * 24 * 60);
    const restless = fed((m) => 21 + 1.5 * Math.sin((m / 25) * (1 + Math.sin(m / 700))), 3 * 24 * 60);
    expect(calm.sigma(60)).toBeLessThan(priorSigma(60) / 2);
    expect(restless.sigma(60)).toBeGreaterThan(2 * calm.sigma(60));
    for (const learner of [new RoomLearner(), calm]) {
      const sigmas = [5, 30, 60, 90, 120, 180, 300].map((horizon) => learner.sigma(horizon));
      expect(sigmas).toEqual(sigmas.toSorted((a, b) => a - b));
    }
  });

  it("knows no trend and learns nothing across a gap", () => {
    const learner = fed(() => 20, 2 * 24 * 60);
    const end = 2 * 24 * 60;
    expect(learner.trend(at(end))).toBe(0);
    expect(learner.trend(at(end + 40))).toBeUndefined();
    expect(learner.temperatureAt(at(end + 90), at(end + 40))).toBeUndefined();
    const sigma = learner.sigma(180);
    fed(() => 25, 26, learner, end + 30);
    expect(learner.trend(at(end + 56))).toBe(0);
    expect(learner.warmKPerHour).toBeUndefined();
    expect(learner.sigma(180)).toBeLessThan(2 * sigma);
    expect(Math.abs((learner.temperatureAt(at(end + 86), at(end + 56))?.mean ?? 0) - 25)).toBeLessThan(1);
  });

  it("is not spoiled by a glitch", () => {
    const learner = fed(() => 21, 120);
    learner.takeTemperature(50, at(125));
    fed(() => 21, 60, learner, 130);
    expect(learner.trend(at(190))).toBe(0);
    expect(learner.sigma(30)).toBeLessThan(priorSigma(30));
  });

  it("learns the air changes of the empty room from a decay", () => {
    const empty = { ...nothingAround, occupied: false };
    const learner = new RoomLearner();
    for (let minute = 0; minute <= 120; minute++) {
      learner.takeCo2(420 + 1_000 * Math.exp((-0.8 * minute) / 60), at(minute), empty);
    }
    expect(learner.airChangesPerHour).toBeCloseTo(0.8, 2);
    const used = { ...nothingAround, occupied: true };
    const busy = new RoomLearner();
    for (let minute = 0; minute <= 120; minute++) busy.takeCo2(1_400 - minute * 5, at(minute), used);
    expect(busy.airChangesPerHour).toBeUndefined();
  });

  it("comes back from its own JSON, within 16 kB, and starts afresh from anything else", () => {
    const learner = fed((m) => 18 + (m / 60) * 2, 600);
    const json = JSON.stringify(learner);
    expect(json.length).toBeLessThan(16_384);
    expect(JSON.stringify(RoomLearner.from(JSON.parse(json)))).toBe(json);
    for (const other of [
      undefined,
      null,
      7,
      {},
      { version: 99 },
      { version: 1, ring: [] },
      { version: 2, numbers: "AAAA" },
      { version: 2, numbers: 7 },
    ]) {
      expect(RoomLearner.from(other).isLearned).toBe(false);
    }
  });

  it("knows its day after two days of data, its air's alike, and says learned after ten", () => {
    const learner = new RoomLearner();
    const from: Record<string, number> = {};
    for (let minute = 0; minute <= 11 * 24 * 60; minute += 5) {
      learner.takeTemperature(21, at(minute));
      if (learner.knowsDay) from["day"] ??= minute;
      if (learner.isLearned) from["learned"] ??= minute;
    }
    expect(learner.knowsAirOfDay).toBe(false);
    for (let minute = 0; minute <= 3 * 24 * 60; minute += 5) {
      learner.takeCo2(600, at(minute));
      if (learner.knowsAirOfDay) from["air"] ??= minute;
    }
    expect(from).toEqual({ day: 2 * 24 * 60, learned: 10 * 24 * 60, air: 2 * 24 * 60 });
  });

  it("remembers what was measured so many minutes before the last step, as far as it is kept", () => {
    const learner = fed((m) => 18 + m / 60, 240);
    const now = learner.temperatureAgo(0, at(240)) ?? 0;
    expect(now).toBeCloseTo(18 + 232.5 / 60, 1);
    expect(now - (learner.temperatureAgo(60, at(240)) ?? 0)).toBeCloseTo(1, 6);
    expect(learner.temperatureAgo(600, at(240))).toBeUndefined();
  });

  it("remembers who was in so many minutes before the last step, for three hours, and not across a gap", () => {
    const learner = new RoomLearner();
    const people = (occupied: boolean | undefined) => ({ ...nothingAround, occupied });
    expect([learner.lastStepAt, learner.occupiedAgo(0, at(0))]).toEqual([undefined, undefined]);
    for (let minute = 0; minute <= 240; minute += 5)
      learner.takeTemperature(21, at(minute), people(minute < 180 ? minute >= 120 : undefined));
    expect(learner.lastStepAt).toBe(at(237.5));
    // As it was when the step was over.
    const was = [0, 60, 65, 90, 120, 125, 170].map((ago) => learner.occupiedAgo(ago, at(240)));
    expect(was).toEqual([false, false, true, true, true, false, false]);
    expect([learner.occupiedAgo(180, at(240)), learner.occupiedAgo(185, at(240))]).toEqual([false, undefined]);
    expect(learner.occupiedAgo(0, at(300))).toBeUndefined();
    learner.takeTemperature(21, at(300), people(true));
    learner.takeTemperature(21, at(305), people(true));
    expect([learner.occupiedAgo(0, at(305)), learner.occupiedAgo(5, at(305))]).toEqual([true, undefined]);
  });

  it("sees by how much climate control begins later than its schedule says", () => {
    const learner = new RoomLearner();
    const around = {
      ...nothingAround,
      setpointC: 22,
      ranMin: (when: number) => (when - at(0)) / 60_000 - 60,
    };
    for (let minute = 0; minute <= 180; minute += 5)
      learner.takeTemperature(18 + 1.5 * Math.max(0, (minute - 90) / 60), at(minute), around);
    expect(learner.startsLateMin).toBeGreaterThan(20);
    expect(learner.startsLateMin).toBeLessThan(40);
    expect(fed(() => 21, 240).startsLateMin).toBeUndefined();
  });

  it("expects air that never changes to stay, and draws both curves from the last step on", () => {
    const learner = fed(() => 21, 120);
    for (let minute = 0; minute < 120; minute++) learner.takeCo2(600, at(minute));
    const { mean = 0, sigma = 0 } = learner.co2At(at(150), at(120)) ?? {};
    expect(Math.abs(mean - 600)).toBeLessThan(0.5 * sigma);
    expect(learner.temperatureCurve).toMatchObject({ from: at(112.5), value: 21 });
    expect(learner.co2Curve).toMatchObject({ from: at(112.5), value: 600 });
  });
});

it("damps a trend and never lets it run away", () => {
  expect(dampedTrend(20, 1 / 60, 30)).toBeGreaterThan(20.25);
  expect(dampedTrend(20, 1 / 60, 240)).toBeLessThan(20.5);
  expect(dampedTrend(20, 10, 240)).toBe(23);
});
