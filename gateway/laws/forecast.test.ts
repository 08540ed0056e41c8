import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Demo, RemedyDuration, RoomCard } from "#contract/messages/room.ts";
import { decideActBy } from "../forecast/act-by.ts";
import { decideForecast, type Forecast } from "../forecast/forecast.ts";
import { SiteLearner } from "../forecast/site/site-learner.ts";
import { RoomWatch } from "../forecast/watch/room-watch.ts";
import { RoomLearner } from "../forecast/learner.ts";
import { demoIn, NINE, testCard } from "../readiness/check-fixture.ts";
import { checksWith } from "../readiness/checks.ts";
import { Planner } from "../readiness/plan.ts";
import { Judge } from "../readiness/verdict.ts";
import { Agents } from "../rooms/agents.ts";
import { RoomState } from "../rooms/room-state.ts";
import { cases } from "./cases.ts";

const runs = cases();

const speakers: Readonly<Record<string, string>> = { power_state: "proj", registered: "codec", reachable: "net" };
const checks = checksWith(() => []);
const learner = new RoomLearner();

interface Situation {
  values: Readonly<Record<string, number | boolean | string>>;
  leadMin: number;
  isAgentDown: boolean;
}
const situation: fc.Arbitrary<Situation> = fc.record({
  values: fc
    .record(
      {
        temperature_c: fc.double({ min: 15, max: 30, noNaN: true }),
        co2_ppm: fc.integer({ min: 400, max: 2_500 }),
        occupied: fc.boolean(),
        power_state: fc.constantFrom("on", "standby"),
        registered: fc.boolean(),
        reachable: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    .map((some) => some as Situation["values"]),
  leadMin: fc.integer({ min: 0, max: 600 }),
  isAgentDown: fc.boolean(),
});

/** The forecast for a visit so many minutes ahead, of a room that has just said this. */
function foresee(
  { values, leadMin, isAgentDown }: Situation,
  { demo = {}, remedies = {} }: { demo?: Partial<Demo>; remedies?: Record<string, RemedyDuration> } = {},
): Forecast {
  const card: RoomCard = { ...testCard, remedies, devices: testCard.devices.map((each) => ({ ...each, agent: "pi" })) };
  const agents = new Agents();
  const room = new RoomState("hq", "harbour", agents);
  room.takeCard(card, NINE);
  room.takeDemos([demoIn(leadMin, demo)], []);
  for (const [metric, value] of Object.entries(values))
    room.takeReading(speakers[metric] ?? "air", { at: "", metrics: { [metric]: value } }, NINE, NINE);
  if (isAgentDown) agents.take("hq", "pi", { at: "", state: "offline" }, { at: NINE, retained: false });
  const judge = new Judge({ room, settled: new Map() }, NINE);
  const [planned] = new Planner(checks).plan(room, card, NINE).visits;
  if (planned === undefined) throw new Error("the visit went missing");
  const { ask, requirements } = planned;
  const { rows } = judge.verdict(requirements);
  const { occupied } = judge.scene;
  const [site, watch] = [new SiteLearner(""), new RoomWatch()];
  return decideForecast({ room, ask, visit: ask.visit, rows, learner, site, watch, occupied, now: NINE, leadMin });
}

describe("laws of the forecast", { timeout: 600_000 }, () => {
  it("16: max(0, 1 − Σ(1 − p of each cause)) ≤ P(ready) ≤ the least p (Fréchet)", () => {
    fc.assert(
      fc.property(situation, (each) => {
        const { p, checks: opinions } = foresee(each);
        const ofCause = new Map<string, number>();
        for (const { cause, p: own } of opinions) ofCause.set(cause, Math.min(own, ofCause.get(cause) ?? 1));
        const missing = [...ofCause.values()].reduce((sum, own) => sum + 1 - own, 0);
        expect(p).toBeLessThanOrEqual(Math.min(1, ...ofCause.values()) + 1e-9);
        expect(p).toBeGreaterThanOrEqual(Math.max(0, 1 - missing) - 1e-9);
      }),
      runs,
    );
  });

  it("17: act-by ≤ arrival, of each cause and step, and earlier for a higher target and for longer remedies", () => {
    const targets = fc.tuple(
      fc.double({ min: 0.5, max: 0.999, noNaN: true }),
      fc.double({ min: 0.5, max: 0.999, noNaN: true }),
    );
    fc.assert(
      fc.property(situation, targets, (each, [a, b]) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((target) => foresee(each, { demo: { target } })) as [
          Forecast,
          Forecast,
        ];
        const arrival = NINE + each.leadMin * 60_000;
        for (const { causes } of [low, high]) {
          for (const cause of causes) {
            expect(cause.actBy).toBeLessThanOrEqual(arrival);
            for (const step of cause.steps) expect(step.actBy).toBeLessThanOrEqual(arrival);
          }
        }
        for (const cause of low.causes) {
          const same = high.causes.find((other) => other.cause === cause.cause);
          if (same !== undefined) expect(same.actBy).toBeLessThanOrEqual(cause.actBy);
        }
      }),
      runs,
    );
  });

  it("17: a longer remedy, by its card, is never to be started later", () => {
    const duration = fc
      .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }))
      .map(([p50, more]): RemedyDuration => ({ p50_min: p50, p90_min: p50 + more }));
    const situated = { values: { registered: false }, leadMin: 240, isAgentDown: false } as const;
    fc.assert(
      fc.property(duration, fc.double({ min: 1, max: 4, noNaN: true }), (quick, times) => {
        const slow = { p50_min: quick.p50_min * times, p90_min: quick.p90_min * times };
        const [sooner, later] = [slow, quick].map((each) =>
          foresee(situated, { remedies: { restart_remote: each } }).causes.find(({ cause }) => cause === "codec:codec"),
        );
        expect(sooner?.steps[0]?.actBy).toBeLessThanOrEqual(later?.steps[0]?.actBy ?? 0);
        const deadline = { arrival: NINE, target: 0.9, p: 0.1, recoveryMin: 0 };
        expect(decideActBy(slow, deadline)).toBeLessThanOrEqual(decideActBy(quick, deadline));
      }),
      runs,
    );
  });
});
