import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { HouseBench } from "../judge/house-fixture.ts";
import { cases } from "./cases.ts";

const runs = cases();

type Values = Record<string, MetricValue>;

const valuesWith = (temperatures: readonly number[]): fc.Arbitrary<Values> =>
  fc
    .record(
      {
        temperature_c: fc.constantFrom<MetricValue>(...temperatures),
        co2_ppm: fc.constantFrom<MetricValue>(600, 1_250, 1_900),
        occupied: fc.boolean(),
        power_state: fc.constantFrom<MetricValue>("on", "standby"),
        lamp_health: fc.constantFrom<MetricValue>("ok", "error"),
        registered: fc.boolean(),
        cameras_connected: fc.integer({ min: 0, max: 2 }),
      },
      { requiredKeys: [] },
    )
    .map((some) => some as Values);
interface Step {
  after: number;
  values: Values;
}
const historyOf = (values: fc.Arbitrary<Values>): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ after: fc.constantFrom(1, 20, 60, 60, 61, 180, 400), values }), { minLength: 1, maxLength: 8 });
const history = historyOf(valuesWith([19.2, 21, 21.05, 22.5, 24.6, 26]));

/**
 * No two are so far apart (5 K) that one would be taken for a glitch beside the others: a level that had moved within its
 * band in the minute before a kill is not remembered, so that of a glitch right after it another opinion is possible.
 */
const steady = valuesWith([19.6, 21, 21.05, 22.5, 24.4]);

/**
 * What was concluded of the room. What is said of the sensors' silence is left out: after a restart it counts from then on, so
 * that a gateway's own absence is not blamed on them.
 */
const verdicts = ({ now, demos }: RoomReadiness): unknown =>
  [now, ...demos.map(({ verdict }) => verdict)].map(({ checks }) =>
    checks
      .filter(({ check }) => check !== "sensor_health")
      .map(({ check, outcome, code, since }) => [check, outcome, code, since]),
  );
describe("two gateways, and one that is killed", { timeout: 600_000 }, () => {
  it("publish the same bytes when they are fed the same messages", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const [one, other] = [new HouseBench(), new HouseBench()];
        for (const { after, values: some } of steps) {
          for (const house of [one, other]) {
            house.passes(after);
            house.report(some);
          }
        }
        for (const house of [one, other]) house.passes(90);
        expect(JSON.stringify(one.told)).toBe(JSON.stringify(other.told));
      }),
      runs,
    );
  });

  it("come to the same verdicts when one was killed after any message, and hears again what it had not remembered", () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.integer({ min: 0, max: 300 }), (steps, which, more) => {
        const houses = lastingAndKilled(steps, which, true);
        for (const house of houses) house.passes(more + 2);
        const [lasting, killed] = houses.map(({ readiness }) => verdicts(readiness));
        expect(killed).toEqual(lasting);
      }),
      runs,
    );
  });

  it("come to the same verdicts when one was killed after any message, as soon as each device has spoken again", () => {
    fc.assert(
      fc.property(historyOf(steady), fc.nat(), steady, (steps, which, last) => {
        const houses = lastingAndKilled(steps, which, false);
        for (const house of houses) {
          house.passes(60);
          house.report({ ...all, ...last });
          house.passes(2);
        }
        const [lasting, killed] = houses.map(({ readiness }) => verdicts(readiness));
        expect(killed).toEqual(lasting);
      }),
      runs,
    );
  });
});

const all: Values = {
  temperature_c: 21,
  co2_ppm: 600,
  occupied: false,
  power_state: "on",
  lamp_health: "ok",
  registered: true,
  cameras_connected: 2,
};

/**
 * No pause after a kill is longer than this where what was not remembered is not heard again: a value may then be known as
 * older by a minute than it is, and a silence ends it sooner.
 */
const LONGEST_PAUSE_S = 61;

/** Two gateways that hear the same, one of which is killed after one of the messages. */
function lastingAndKilled(steps: readonly Step[], which: number, hearsAgain: boolean): HouseBench[] {
  const [lasting, killed] = [new HouseBench({ remembers: true }), new HouseBench({ remembers: true })];
  const last = which % steps.length;
  for (const [i, { after, values: some }] of steps.entries()) {
    const isSpokenFor = !hearsAgain && i > last;
    for (const house of [lasting, killed]) {
      house.passes(isSpokenFor ? Math.min(after, LONGEST_PAUSE_S) : after);
      house.report(isSpokenFor ? { ...all, ...some } : some);
      // A message is processed once it has been judged and what it changed remembered: within half a second.
      house.passes(1);
    }
    if (i === last) killed.crash({ hearsAgain });
  }
  return [lasting, killed];
}
