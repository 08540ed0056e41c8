import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { RoomLearner } from "../learner.ts";
import { probabilityInside } from "../normal.ts";
import { type Around, nothingAround } from "./around.ts";
import { HORIZONS_MIN } from "./grid.ts";
import { ClimatePool } from "./pool.ts";

/** Laws of the learner of a room's air. A case is a day or more of samples, so there are fewer than elsewhere. */
const runs = { numRuns: Math.max(20, Number(process.env["PROPERTY_RUNS"] ?? 1_000) / 20) };
const start = Date.UTC(2026, 10, 23, 6);
const at = (minute: number) => instant(start + minute * 60_000);

/** One sample of a room, so many minutes after the one before. */
interface Sample {
  wait: number;
  celsius: number;
  ppm: number;
  isOccupied: boolean;
}
const sample = fc.record({
  wait: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(1, 2, 5) },
    { weight: 1, arbitrary: fc.integer({ min: 11, max: 90 }) },
  ),
  celsius: fc.oneof(
    { weight: 20, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }).map((drift) => 21 + drift) },
    { weight: 1, arbitrary: fc.constantFrom(-300, 51, 394, Number.NaN, Number.POSITIVE_INFINITY) },
  ),
  ppm: fc.oneof(
    { weight: 20, arbitrary: fc.double({ min: 400, max: 1_500, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 8.7, 65_535, Number.NaN) },
  ),
  isOccupied: fc.boolean(),
});
const day = fc.array(sample, { minLength: 30, maxLength: 250 });

function feed(
  learner: RoomLearner,
  samples: readonly Sample[],
  options: { from?: number; pool?: ClimatePool } = {},
): number {
  let minute = options.from ?? 0;
  for (const { wait, celsius, ppm, isOccupied } of samples) {
    minute += wait;
    const around: Around = { ...nothingAround, zone: "Europe/Berlin", occupied: isOccupied, pool: options.pool };
    learner.takeTemperature(celsius, at(minute), around);
    learner.takeCo2(ppm, at(minute), around);
  }
  return minute;
}

describe("laws of the learner", () => {
  it("goes on after a restart exactly as without one", () => {
    fc.assert(
      fc.property(day, day, (before, after) => {
        const pools = [new ClimatePool(), new ClimatePool()] as const;
        const [left, first] = [new RoomLearner(), new RoomLearner()];
        feed(left, before, { pool: pools[0] });
        const from = feed(first, before, { pool: pools[1] });
        const right = RoomLearner.from(JSON.parse(JSON.stringify(first)));
        const pool = ClimatePool.from(JSON.parse(JSON.stringify(pools[1])));
        feed(left, after, { from, pool: pools[0] });
        feed(right, after, { from, pool });
        expect(JSON.stringify(right)).toBe(JSON.stringify(left));
        expect(right.temperatureCurve).toEqual(left.temperatureCurve);
        expect(right.co2Curve).toEqual(left.co2Curve);
      }),
      runs,
    );
  });

  it("hears the same from samples that come twice, or in another order within a step", () => {
    fc.assert(
      fc.property(day, (samples) => {
        const [once, twice] = [new RoomLearner(), new RoomLearner()];
        let minute = 0;
        for (const { celsius } of samples) {
          minute += 5;
          const pair = [
            [celsius, at(minute)],
            [celsius + 0.01, at(minute + 2)],
          ] as const;
          for (const [value, when] of pair) once.takeTemperature(value, when);
          for (const [value, when] of [pair[1], pair[0], pair[1]]) twice.takeTemperature(value, when);
        }
        expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
      }),
      runs,
    );
  });

  it("is sure of nothing beyond what it can know: finite means, wider the farther ahead, odds that are odds", () => {
    fc.assert(
      fc.property(day, fc.double({ min: 10, max: 30, noNaN: true }), (samples, low) => {
        const learner = new RoomLearner();
        const end = feed(learner, samples);
        for (const expectAt of [learner.temperatureAt.bind(learner), learner.co2At.bind(learner)]) {
          let sigma = 0;
          for (const lead of [0, 7, ...HORIZONS_MIN, 240, 600]) {
            const expected = expectAt(at(end + lead), at(end));
            if (expected === undefined) return;
            expect(Number.isFinite(expected.mean)).toBe(true);
            expect(expected.sigma).toBeGreaterThanOrEqual(sigma * (1 - 1e-9));
            ({ sigma } = expected);
            expect(sigma).toBeGreaterThan(0);
            const p = probabilityInside([low, low + 2], expected);
            expect(p).toBeGreaterThanOrEqual(0);
            expect(p).toBeLessThanOrEqual(1);
          }
        }
      }),
      runs,
    );
  });

  it("stays below 16 kB, whatever it has seen", () => {
    fc.assert(
      fc.property(day, (samples) => {
        const learner = new RoomLearner();
        feed(learner, samples);
        expect(JSON.stringify(learner).length).toBeLessThan(16_384);
      }),
      runs,
    );
  });
});

/** Two days of a room that warms by day and cools by night. */
const daily = (minute: number): number => 21 + 1.5 * Math.sin((minute / 1_440) * 2 * Math.PI);

function lived(everyMin: number, days: number, glitch?: { at: number; by: number }): RoomLearner {
  const learner = new RoomLearner();
  for (let minute = 0; minute <= days * 1_440; minute += everyMin)
    learner.takeTemperature(daily(minute) + (minute === glitch?.at ? glitch.by : 0), at(minute));
  return learner;
}

describe("glitches", () => {
  const end = 2 * 1_440;
  it.each([
    [1, 30],
    [1, -30],
    [5, 30],
    [5, -30],
  ])("in one sample, every %i min, of %i K change the forecast by less than 0.2 K", (everyMin, by) => {
    const clean = lived(everyMin, 2);
    for (const back of [0, 5, 10, 30, 60, 120]) {
      const glitched = lived(everyMin, 2, { at: end - back, by });
      for (const lead of HORIZONS_MIN) {
        const [a, b] = [clean, glitched].map((learner) => learner.temperatureAt(at(end + lead), at(end))?.mean ?? 0);
        expect(Math.abs((a ?? 0) - (b ?? 99))).toBeLessThan(0.2);
      }
    }
  });
});

describe("what a room's days teach", () => {
  it("is foretold: after a week, a daily swing is forecast to a tenth of what as-now misses", () => {
    const learner = new RoomLearner();
    let missed = 0;
    let asNow = 0;
    for (let minute = 0; minute <= 7 * 1_440; minute += 5) {
      learner.takeTemperature(daily(minute), at(minute));
      if (minute < 5 * 1_440) continue;
      missed += Math.abs((learner.temperatureAt(at(minute + 120), at(minute))?.mean ?? 0) - daily(minute + 120));
      asNow += Math.abs(daily(minute) - daily(minute + 120));
    }
    expect(missed).toBeLessThan(asNow / 10);
  });

  it("moves with the room's clock when clocks change", () => {
    // Heating comes on at 06:00 local time; on 25 October clocks go back an hour.
    const zone = "Europe/Berlin";
    const first = Date.UTC(2026, 9, 15);
    const change = Date.UTC(2026, 9, 25, 1);
    const celsius = (ms: number): number => {
      const hour = ((ms + (ms < change ? 2 : 1) * 3_600_000) / 3_600_000) % 24;
      return 18 + 3 * Math.max(0, Math.min(hour - 6, 1, (20 - hour) / 3));
    };
    const learner = new RoomLearner();
    const around = { ...nothingAround, zone };
    const monday = Date.UTC(2026, 9, 26, 4, 30);
    for (let ms = first; ms <= monday; ms += 300_000) learner.takeTemperature(celsius(ms), instant(ms), around);
    const before = learner.temperatureAt(instant(Date.UTC(2026, 9, 26, 4, 55)), instant(monday))?.mean ?? 0;
    const after = learner.temperatureAt(instant(Date.UTC(2026, 9, 26, 6, 0)), instant(monday))?.mean ?? 0;
    expect(before).toBeLessThan(18.7);
    expect(after).toBeGreaterThan(20);
  });

  it("says that a room drifts on that should have warmed by now", () => {
    const learner = new RoomLearner();
    const warm = (minute: number): number => {
      const hour = (minute / 60) % 24;
      return hour < 1 ? 18 + 3 * hour : hour < 11 ? 21 : Math.max(18, 21 - (hour - 11) / 2);
    };
    const days = 8;
    for (let minute = 0; minute < days * 1_440; minute += 5) learner.takeTemperature(warm(minute), at(minute));
    expect(learner.stuck).toBeLessThan(0.1);
    for (let minute = days * 1_440; minute < days * 1_440 + 90; minute += 5) learner.takeTemperature(18, at(minute));
    expect(learner.stuck).toBeGreaterThan(0.5);
  });
});
