import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import { NINE, testCard } from "../readiness/check-fixture.ts";
import { checksWith } from "../readiness/checks.ts";
import { Planner } from "../readiness/plan.ts";
import type { Settled } from "../readiness/settle.ts";
import { Judge } from "../readiness/verdict.ts";
import { Agents } from "../rooms/agents.ts";
import { RoomState } from "../rooms/room-state.ts";
import { decideForecast, type Forecast } from "./forecast.ts";
import { SiteLearner } from "./site/site-learner.ts";
import { RoomWatch } from "./watch/room-watch.ts";
import { RoomLearner } from "./learner.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 1_000) };
type Values = Record<string, number | boolean | string>;

interface Situation {
  values?: Values;
  leadMin?: number;
  card?: Partial<RoomCard>;
  demo?: Partial<Demo>;
  bookings?: { from: number; to: number }[];
  agentDown?: boolean;
  /** For how long everything has been as it is. */
  forMin?: number;
}

const speakers: Record<string, string> = { power_state: "proj", registered: "codec", reachable: "net" };
const fine: Values = {
  temperature_c: 22,
  co2_ppm: 600,
  occupied: false,
  power_state: "on",
  registered: true,
  reachable: true,
};
const at = (minutes: number): string => new Date(NINE + minutes * 60_000).toISOString();

/** The forecast at nine for a visit so many minutes later. */
function forecast({
  values = {},
  leadMin = 60,
  card = {},
  demo = {},
  bookings = [],
  agentDown = false,
  forMin = 0,
}: Situation): Forecast {
  const agents = new Agents();
  const room = new RoomState("hq", "harbour", agents);
  const full: RoomCard = { ...testCard, capabilities: ["display", "video_call"], ...card };
  room.takeCard(full, NINE);
  const report = (on: Instant): void => {
    for (const [metric, value] of Object.entries({ ...fine, ...values }))
      room.takeReading(speakers[metric] ?? "air", { at: "", agent: "pi", metrics: { [metric]: value } }, on, on);
  };
  const begun = instant(NINE - forMin * 60_000);
  report(begun);
  if (agentDown) agents.take("hq", "pi", { at: at(0), state: "offline" }, { at: NINE, retained: false });
  const visit: Demo = {
    id: "acme",
    title: "Acme",
    start: at(leadMin),
    arrival: at(leadMin),
    end: at(leadMin + 60),
    needs: {},
    ...demo,
  };
  room.takeDemos(
    [visit],
    bookings.map(({ from, to }) => ({ start: at(from), end: at(to) })),
  );
  const [planned] = new Planner(checksWith(() => [])).plan(room, full, NINE).visits;
  if (planned === undefined) throw new Error("no visit");
  const settled = new Map<string, Settled>();
  new Judge({ room, settled }, begun).verdict(planned.requirements);
  report(NINE);
  const judge = new Judge({ room, settled }, NINE);
  const { rows } = judge.verdict(planned.requirements);
  const { occupied } = judge.scene;
  const { ask } = planned;
  return decideForecast({
    room,
    ask,
    visit: ask.visit,
    rows,
    learner: new RoomLearner(),
    site: new SiteLearner(""),
    watch: new RoomWatch(),
    occupied,
    now: NINE,
    leadMin,
  });
}

const causes = (situation: Situation): string[] => forecast(situation).causes.map(({ cause }) => cause);

describe("a room that is in order", () => {
  it.each([1, 15, 60, 120, 240, 720, 2_880])("is likely to be so %s min ahead", (leadMin) => {
    const found = forecast({ leadMin });
    expect(found.p).toBeGreaterThan(0.93);
    for (const { p } of found.causes) expect(p).toBeGreaterThan(0.95);
    expect(found.actBy).toBeUndefined();
    expect(found.basis).toBe("prior");
  });
});

describe("temperature", () => {
  it("is told with what it will be, and needs longer the further it is off", () => {
    const near = forecast({ values: { temperature_c: 19 }, leadMin: 120 });
    const far = forecast({ values: { temperature_c: 17 }, leadMin: 120 });
    expect(near.causes[0]).toMatchObject({ cause: "temperature", checks: ["temperature"] });
    expect(near.causes[0]?.expects?.()).toBe("expected 19 °C at 11:00");
    expect((near.actBy ?? 0) - (far.actBy ?? 0)).toBeGreaterThan(100 * 60_000);
  });

  it("is helped by a set-point that the room obeys", () => {
    const cold = { temperature_c: 19 };
    expect(forecast({ values: { ...cold, setpoint_c: 22 }, leadMin: 150 }).p).toBeGreaterThan(
      forecast({ values: cold, leadMin: 150 }).p,
    );
  });

  it("says less of a visit the further ahead it is", () => {
    const ps = [30, 120, 360, 1_440].map((leadMin) => forecast({ values: { temperature_c: 17 }, leadMin }).p);
    expect(ps).toEqual(ps.toSorted((a, b) => a - b));
    expect(ps[0]).toBeLessThan(0.05);
    expect(ps[3]).toBeGreaterThan(0.9);
  });

  it("warms as fast as the card says", () => {
    const cold = { values: { temperature_c: 18 }, leadMin: 240 };
    const slow = forecast({ ...cold, card: { physics: { warm_k_per_h: 1 } } }).actBy ?? 0;
    const quick = forecast({ ...cold, card: { physics: { warm_k_per_h: 4 } } }).actBy ?? 0;
    expect((quick - slow) / 60_000).toBeCloseTo(90, 0);
  });
});

describe("CO₂", () => {
  it("decays in an empty room, and rises while a booking runs", () => {
    const stale = { values: { co2_ppm: 1_600 } };
    expect(forecast({ ...stale, leadMin: 30 }).p).toBeLessThan(0.25);
    expect(forecast({ ...stale, leadMin: 120 }).p).toBeGreaterThan(0.7);
    const used = {
      values: { co2_ppm: 1_100, occupied: true },
      leadMin: 90,
      card: { physics: { air_changes_per_h: 0.5 } },
    };
    const booked =
      forecast({ ...used, bookings: [{ from: -30, to: 80 }] }).causes.find(({ cause }) => cause === "co2")?.p ?? 1;
    const free = forecast({ ...used, bookings: [] }).causes.find(({ cause }) => cause === "co2")?.p ?? 1;
    expect(booked).toBeLessThanOrEqual(free);
  });
});

describe("people", () => {
  const occupied = (situation: Situation): number =>
    1 - (forecast(situation).causes.find(({ cause }) => cause === "occupied")?.p ?? 1);

  it("run over more likely the later they should have left", () => {
    const running = { values: { occupied: true }, leadMin: 30 };
    const early = occupied({ ...running, bookings: [{ from: -60, to: 0 }] });
    const backToBack = occupied({ ...running, bookings: [{ from: -60, to: 30 }] });
    const overrun = occupied({ values: { occupied: true }, leadMin: 5, bookings: [{ from: -60, to: -5 }] });
    expect(early).toBeLessThan(backToBack);
    expect(backToBack).toBeLessThan(overrun);
    expect(occupied({ values: { occupied: false }, leadMin: 30, bookings: [{ from: -60, to: 30 }] })).toBeLessThan(
      0.03,
    );
  });
});

describe("gear", () => {
  it("may heal by itself, less likely the nearer the visit", () => {
    const broken = { values: { registered: false }, forMin: 10 };
    expect(forecast({ ...broken, leadMin: 30 }).p).toBeLessThan(0.15);
    expect(forecast({ ...broken, leadMin: 600 }).p).toBeGreaterThan(0.85);
    expect(forecast({ ...broken, forMin: 0, leadMin: 30 }).p).toBeGreaterThan(0.5);
    expect(causes({ ...broken, leadMin: 30 })).toEqual(["codec:codec"]);
  });

  it("shows the chain of remedies, each with its own act-by, and counts the quickest that mends", () => {
    const found = forecast({ values: { registered: false }, leadMin: 120 }).causes[0];
    expect(found?.steps.map(({ remedy }) => remedy)).toEqual(["restart_remote", "technician_codec", "move"]);
    const [remote, onSite, move] = found?.steps ?? [];
    expect(onSite?.actBy).toBeLessThan(remote?.actBy ?? 0);
    expect(remote?.actBy).toBeLessThan(move?.actBy ?? 0);
    expect(found?.actBy).toBe(remote?.actBy);
  });

  it("takes the card's durations and the visit's target", () => {
    const broken = { values: { registered: false }, leadMin: 120 };
    const usual = forecast(broken).actBy ?? 0;
    const slow = {
      remedies: { restart_remote: { p50_min: 40, p90_min: 60 }, technician_codec: { p50_min: 50, p90_min: 90 } },
    };
    expect(forecast({ ...broken, card: slow }).actBy).toBeLessThan(usual);
    expect(forecast({ ...broken, demo: { target: 0.99 } }).actBy).toBeLessThan(usual);
  });
});

it("folds everything behind a dead agent into one cause", () => {
  const found = forecast({ agentDown: true });
  expect(found.causes.map(({ cause }) => cause)).toEqual(["agent:pi"]);
  expect(found.causes[0]?.checks.length).toBeGreaterThanOrEqual(5);
  expect(found.causes[0]).toMatchObject({ isUnknown: true, isMendable: true });
});

it("knows what nothing but another room mends", () => {
  const found = forecast({ demo: { needs: { people: 30 } } }).causes[0];
  expect(found).toMatchObject({ cause: "capacity", p: 0, isMendable: false });
  expect(found?.steps.map(({ remedy }) => remedy)).toEqual(["move"]);
});

describe("16: the chance of ready", () => {
  it("lies within what its causes allow, however they hang together", () => {
    const values = fc.record(
      {
        temperature_c: fc.double({ min: 15, max: 30, noNaN: true }),
        co2_ppm: fc.integer({ min: 400, max: 2_500 }),
        occupied: fc.boolean(),
        power_state: fc.constantFrom("on", "standby"),
        registered: fc.boolean(),
        reachable: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 600 }), fc.boolean(), (some, leadMin, agentDown) => {
        const { p, causes } = forecast({ values: some, leadMin, agentDown });
        expect(p).toBeGreaterThanOrEqual(0);
        for (const cause of causes) {
          expect(p).toBeLessThanOrEqual(cause.p + 1e-12);
          expect(cause.actBy).toBeLessThanOrEqual(NINE + leadMin * 60_000);
          for (const step of cause.steps) expect(step.actBy).toBeLessThanOrEqual(NINE + leadMin * 60_000);
        }
        // What is not told is below 3 % each, of at most eight more causes.
        const told = causes.reduce((sum, cause) => sum + 1 - cause.p, 0);
        expect(p).toBeGreaterThanOrEqual(Math.max(0, 1 - told - 8 * 0.03));
      }),
      runs,
    );
  });
});

describe("17: act-by, of the whole chain", () => {
  const situation = fc.record({
    leadMin: fc.integer({ min: 1, max: 400 }),
    values: fc.record({ registered: fc.boolean(), temperature_c: fc.double({ min: 16, max: 28, noNaN: true }) }),
    target: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
  });
  const ids = ["restart_remote", "technician_codec", "setpoint", "technician_climate", "move"];
  const minutesOf = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: ids.length, maxLength: ids.length });
  const cardOf = (medians: readonly number[], times: number) => ({
    remedies: Object.fromEntries(
      ids.map((id, i) => [id, { p50_min: (medians[i] ?? 1) * times, p90_min: (medians[i] ?? 1) * times * 1.8 }]),
    ),
  });
  const byCause = ({ causes: all }: Forecast) => new Map(all.map((each) => [each.cause, each]));

  it("is never after arrival, and no later than what saves the visit at last", () => {
    fc.assert(
      fc.property(situation, minutesOf, ({ target, ...seen }, medians) => {
        for (const cause of forecast({ ...seen, demo: { target }, card: cardOf(medians, 1) }).causes) {
          expect(cause.actBy).toBeLessThanOrEqual(NINE + seen.leadMin * 60_000);
          expect(cause.deadline).toBeGreaterThanOrEqual(cause.actBy);
          expect(cause.pMended).toBeGreaterThanOrEqual(0);
          expect(cause.pMended).toBeLessThanOrEqual(1);
        }
      }),
      runs,
    );
  });

  it("is earlier for longer remedies and for a higher target", () => {
    fc.assert(
      fc.property(
        situation,
        minutesOf,
        fc.double({ min: 1, max: 3, noNaN: true }),
        ({ target, ...seen }, medians, times) => {
          const usual = byCause(forecast({ ...seen, demo: { target }, card: cardOf(medians, 1) }));
          const longer = byCause(forecast({ ...seen, demo: { target }, card: cardOf(medians, times) }));
          const higher = byCause(
            forecast({ ...seen, demo: { target: Math.min(0.999, target * times) }, card: cardOf(medians, 1) }),
          );
          for (const [name, cause] of usual) {
            // Tables are cut into cells: a minute is what they round by.
            expect(longer.get(name)?.actBy ?? 0).toBeLessThanOrEqual(cause.actBy + 60_000);
            expect(higher.get(name)?.actBy ?? 0).toBeLessThanOrEqual(cause.actBy);
          }
        },
      ),
      runs,
    );
  });
});
