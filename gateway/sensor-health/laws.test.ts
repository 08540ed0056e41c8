import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant, type Instant, parseInstant } from "#contract/units.ts";
import { SensorHealth } from "./sensor-health.ts";
import { START } from "./test-room.ts";

interface Step {
  device: string;
  metric: string;
  value: number;
  afterS: number;
  tick: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  device: fc.constantFrom("a", "b"),
  metric: fc.constantFrom("temperature_c", "co2_ppm", "light_lux", "motion_pct", "humidity_pct"),
  value: fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
    { weight: 2, arbitrary: fc.constant(22) },
    { weight: 1, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  ),
  afterS: fc.oneof(fc.constantFrom(0, 1, 30, 60), fc.integer({ min: 0, max: 200_000 })),
  tick: fc.boolean(),
});
const steps = fc.array(step, { maxLength: 120 });

function play(health: SensorHealth, script: readonly Step[], from: Instant): Instant {
  let now: number = from;
  for (const { device, metric, value, afterS, tick } of script) {
    now += afterS * 1000;
    if (tick) health.tick(instant(now));
    health.observe(device, metric, value, instant(now));
  }
  return instant(now);
}

const fresh = (): SensorHealth => {
  const health = new SensorHealth({ room: "hq/r1" });
  health.know([{ device: "a", intervals_s: { temperature_c: 60 } }, { device: "never" }], START);
  return health;
};

describe("whatever the sensors say", () => {
  it("a finding lies within what was seen, and its confidence is a probability", () => {
    fc.assert(
      fc.property(steps, (script) => {
        const health = fresh();
        const now = play(health, script, START);
        for (const finding of health.findings()) {
          const from = parseInstant(finding.from) as number;
          const to = finding.to === undefined ? now : (parseInstant(finding.to) as number);
          expect(from).toBeGreaterThanOrEqual(START);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(now);
          expect(finding.confidence).toBeGreaterThan(0);
          expect(finding.confidence).toBeLessThanOrEqual(1);
          expect(finding.sentence).not.toMatch(/NaN|undefined|Infinity|\?/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("stopping, keeping as JSON and going on is the same as going on", () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const one = fresh();
        const middle = play(one, before, START);
        const other = SensorHealth.fromJSON(JSON.parse(JSON.stringify(one)), { room: "hq/r1" });
        const end = play(one, after, middle);
        play(other, after, middle);
        one.tick(end);
        other.tick(end);
        expect(other.findings()).toEqual(one.findings());
        expect(JSON.parse(JSON.stringify(other))).toEqual(JSON.parse(JSON.stringify(one)));
      }),
      { numRuns: 300 },
    );
  });

  it("a report applied twice counts once", () => {
    fc.assert(
      fc.property(steps, (script) => {
        const once = fresh();
        const twice = fresh();
        play(once, script, START);
        play(
          twice,
          script.flatMap((s) => [s, { ...s, afterS: 0, tick: false }]),
          START,
        );
        expect(JSON.parse(JSON.stringify(twice))).toEqual(JSON.parse(JSON.stringify(once)));
      }),
      { numRuns: 200 },
    );
  });

  it("ticks only notice: more of them change no finding but silence, and that only while it lasts", () => {
    fc.assert(
      fc.property(steps, (script) => {
        const ticked = fresh();
        const lazy = fresh();
        const end = play(
          ticked,
          script.map((s) => ({ ...s, tick: true })),
          START,
        );
        play(
          lazy,
          script.map((s) => ({ ...s, tick: false })),
          START,
        );
        ticked.tick(end);
        lazy.tick(end);
        const ofValues = (health: SensorHealth) =>
          health.findings().filter(({ kind }) => kind !== "silent" && kind !== "never_reported");
        expect(ofValues(lazy)).toEqual(ofValues(ticked));
      }),
      { numRuns: 200 },
    );
  });
});

it("takes no harm from a state that is not its own", () => {
  for (const state of [
    null,
    7,
    "x",
    [],
    { version: 2 },
    { version: 1 },
    { version: 1, devices: [{}] },
    { version: 1, life: {}, devices: 3 },
  ]) {
    const health = SensorHealth.fromJSON(state, { room: "hq/r1" });
    health.observe("env", "temperature_c", 21, START);
    expect(health.findings()).toEqual([]);
    expect(health.isBelievable("env", "temperature_c")).toBe(true);
  }
});
