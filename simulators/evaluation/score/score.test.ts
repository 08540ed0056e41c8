import { describe, expect, it } from "vitest";
import type { DemoReadiness } from "#contract/messages/readiness.ts";
import { type Call, flawsOfKind } from "../policies/policy.ts";
import { quietScenario } from "../quiet-scenario.ts";
import type { Played } from "../run/run-world.ts";
import type { Flaw } from "../world/building.ts";
import { DAY_MIN } from "../world/faults.ts";
import { makeWorld } from "../world/world.ts";
import { binsOf, calibrationError, scoreForecasts, withoutPeople } from "./score-forecasts.ts";
import { scoredVisits, scorePolicy } from "./score-policy.ts";
import { deviation, median } from "./statistics.ts";

const world = makeWorld(quietScenario(), 1, { rooms: 10, days: 2 });
const visits = scoredVisits(world);
const [first, second, third] = visits as [(typeof visits)[0], (typeof visits)[0], (typeof visits)[0]];
const at = ({ day, arrival }: { day: number; arrival: number }, before: number): number =>
  day * DAY_MIN + arrival - before;

const played = (over: Partial<Played>): Played => ({
  flaws: new Map(visits.map(({ id }) => [id, []])),
  moved: new Map(),
  hadAlternative: new Set(),
  kept: 0,
  calls: [],
  offersRooms: false,
  told: [],
  forecasts: [],
  readyOnStale: 0,
  published: 0,
  errors: [],
  ...over,
});
const call = (visit: (typeof visits)[0], before: number, over: Partial<Call> = {}): Call => ({
  cause: "x",
  kind: "codec",
  flaws: flawsOfKind["codec"],
  isNudge: false,
  room: visit.room,
  at: at(visit, before),
  visits: new Map([[visit.id, at(visit, before)]]),
  ...over,
});
const doom = new Map<string, Flaw[]>([
  ...visits.map(({ id }): [string, Flaw[]] => [id, []]),
  [first.id, ["codec"]],
  [second.id, ["clean"]],
]);

describe("the score of a policy", () => {
  it("counts what was rescued, where, and what was named in time", () => {
    const calls = [call(first, 40), call(third, 50)];
    const flaws = new Map([...played({}).flaws, [second.id, ["clean"] as const]]);
    const { figures, causes } = scorePolicy(world, doom, played({ calls, flaws }));
    expect(figures).toMatchObject({ rescued_own: 0.5, rescued_any: 0.5, recall: 0.5, eqcl_recall: 1, eqcl_rescued: 1 });
    expect(figures).toMatchObject({ precision: 0.5, median_lead_min: 40, nudges_per_100: 0 });
    expect(figures.false_work_orders_per_100).toBeCloseTo(100 / visits.length);
    expect(figures.eqcl_false_per_100).toBeCloseTo(100 / visits.length);
    expect(causes.codec).toEqual({ doomed: 1, left: 0, right: 1, wrong: 1 });
    expect(causes.clean).toEqual({ doomed: 1, left: 1, right: 0, wrong: 0 });
  });

  it("does not count a call about another cause, nor one after arrival", () => {
    const calls = [call(first, 40, { kind: "mic", flaws: ["mic"] }), call(first, -1)];
    expect(scorePolicy(world, doom, played({ calls })).figures).toMatchObject({ recall: 0, precision: 0 });
  });

  it("does not take nudges for work orders", () => {
    const calls = [call(third, 30, { kind: "occ", flaws: ["occ"], isNudge: true })];
    const { figures } = scorePolicy(world, doom, played({ calls }));
    expect(figures.false_work_orders_per_100).toBe(0);
    expect(figures.nudges_per_100).toBeCloseTo(100 / visits.length);
  });

  it("counts a move by whether the other room did, and a move into a bad room as a new failure", () => {
    const flaws = new Map([...played({}).flaws, [first.id, ["codec"] as const], [second.id, ["clean"] as const]]);
    const moved = new Map([
      [first.id, { room: 9, did: true }],
      [third.id, { room: 8, did: false }],
    ]);
    const { figures } = scorePolicy(world, doom, played({ flaws, moved, offersRooms: true }));
    expect(figures).toMatchObject({ rescued_own: 0, rescued_any: 0.5, new_failures: 1 });
  });

  it("lets those who were called early enough move by themselves, where the policy offers no room", () => {
    const flaws = new Map([...played({}).flaws, [first.id, ["codec"] as const], [second.id, ["clean"] as const]]);
    const story = { flaws, hadAlternative: new Set([first.id]) };
    const rescued = (before: number): number =>
      scorePolicy(world, doom, played({ ...story, calls: [call(first, before)] })).figures.rescued_any;
    expect(rescued(15)).toBe(0.5);
    expect(rescued(14)).toBe(0);
  });

  it("tells the load of the busiest contact", () => {
    const told = [0, 1, 2, 15].map((min) => ({ contact: "desk", event: "raised" as const, at: 500 + min, alert: "a" }));
    const { figures } = scorePolicy(world, doom, played({ told: [...told, { ...told[0]!, contact: "lead" }] }));
    expect(figures.peak_per_10_min).toBe(3);
    expect(figures.mean_per_10_min).toBeCloseTo(4 / 156);
  });
});

const told = (p_ready: number, over: Partial<DemoReadiness> = {}): DemoReadiness =>
  ({ p_ready, causes: [], forecasts: [], ...over }) as unknown as DemoReadiness;

describe("the score of forecasts", () => {
  it("is Brier's, beside persistence and the base rate", () => {
    const records = [
      { visit: first.id, lead: 60, told: told(0.2), persistence: 0 as const },
      { visit: third.id, lead: 60, told: told(0.9), persistence: 0 as const },
    ];
    const known = new Map([
      [
        60,
        new Map([
          [first.id, 0],
          [third.id, 0.7],
        ]),
      ],
    ]);
    const figures = scoreForecasts(records, doom, known);
    expect(figures.brier_eqcl_knowable["60"]).toBeCloseTo(0.09 / 2);
    expect(figures.brier["60"]).toBeCloseTo((0.04 + 0.01) / 2);
    expect(figures.brier_persistence["60"]).toBeCloseTo(0.5);
    expect(figures.brier_climatology["60"]).toBeCloseTo(0.25);
    expect(figures.brier["30"]).toBeUndefined();
  });

  it("takes people out of the whole for equipment and climate", () => {
    const forecasts = [
      { check: "unoccupied" as const, p_ready: 0.5 },
      { check: "display" as const, p_ready: 0.8 },
    ];
    expect(withoutPeople(told(0.4, { forecasts }))).toBeCloseTo(0.8);
    expect(withoutPeople(told(0, { forecasts: [{ check: "reset_visit", p_ready: 0 }] }))).toBe(1);
  });

  it("measures calibration as the mean distance between told and come true", () => {
    const pairs = [...Array.from({ length: 9 }, () => ({ p: 0.85, y: 1 as const })), { p: 0.85, y: 0 as const }];
    expect(calibrationError(binsOf(pairs))).toBeCloseTo(0.05);
    expect(calibrationError(binsOf([{ p: 1, y: 1 }]))).toBe(0);
  });

  it("knows its statistics", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(deviation([1, 3])).toBe(1);
  });
});
