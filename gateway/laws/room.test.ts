import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomReadiness, Verdict } from "#contract/messages/readiness.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { isPlausible, metrics, type MetricValue } from "#contract/metrics.ts";
import { badness } from "../readiness/score.ts";
import { restsOnStale } from "../readiness/rests-on-stale.ts";
import { cases } from "./cases.ts";
import { HouseBench, type HouseBenchOptions } from "../judge/house-fixture.ts";

const runs = cases();
const SECONDS = 300;

type Values = Record<string, MetricValue>;
/** Something that devices say, so many seconds after what came before. */
interface Said {
  after: number;
  values: Values;
}

const good: Values = {
  temperature_c: 22,
  co2_ppm: 600,
  occupied: false,
  power_state: "on",
  lamp_health: "ok",
  registered: true,
  cameras_connected: 2,
  microphones_connected: 2,
};
const bad: Values = {
  temperature_c: 29,
  co2_ppm: 2500,
  occupied: true,
  power_state: "standby",
  lamp_health: "error",
  registered: false,
  cameras_connected: 0,
  microphones_connected: 0,
};
const names = Object.keys(good);

const anyValue: Record<string, fc.Arbitrary<MetricValue>> = {
  temperature_c: fc.double({ min: 15, max: 30, noNaN: true }),
  co2_ppm: fc.integer({ min: 400, max: 2_500 }),
  occupied: fc.boolean(),
  power_state: fc.constantFrom("on", "off", "standby", "warming"),
  lamp_health: fc.constantFrom("ok", "warning", "error"),
  registered: fc.boolean(),
  cameras_connected: fc.integer({ min: 0, max: 2 }),
  microphones_connected: fc.integer({ min: 0, max: 2 }),
};
const values = fc.oneof(
  fc.record(anyValue, { requiredKeys: [] }).map((some) => some as Values),
  fc.constant(good),
  fc.constant(bad),
);
const said = fc.record({ after: fc.integer({ min: 0, max: 280 }), values });
const history = fc.array(said, { minLength: 1, maxLength: 4 });

/** The last word on a room after a history, `more` seconds on. */
function after(
  told: readonly Said[],
  { more = 10, ...asked }: HouseBenchOptions & { more?: number } = {},
): RoomReadiness {
  const house = new HouseBench(asked);
  for (const each of told) tell(house, each);
  house.passes(more);
  return house.readiness;
}

const tell = (house: HouseBench, each: Said): void => {
  house.passes(each.after);
  house.report(each.values);
};

/** What does not depend on when exactly it was published. */
const essence = (readiness: RoomReadiness): unknown => ({ ...readiness, at: "" });

/** What was concluded, without how new the evidence was when it was last told. */
const conclusions = ({ now, demos }: RoomReadiness): unknown => ({
  now: concluded(now),
  demos: demos.map(({ verdict, causes, ...rest }) => ({
    verdict: concluded(verdict),
    causes: causes.map(({ cause, p_ready, act_by }) => [cause, p_ready, act_by]),
    status: rest.status,
    p_ready: rest.p_ready,
  })),
});

const concluded = ({ outcome, score, checks }: Verdict): unknown => ({
  outcome,
  score,
  checks: checks.map(({ check, outcome, code, since, lost }) => [check, outcome, code, since, lost]),
});

/** A room that has nothing but a thermometer, so that it is quickly judged. */
const lone: RoomCard = {
  name: "Alcove",
  floor: "1",
  zone: "UTC",
  seats: 4,
  capabilities: [],
  devices: [{ device: "air", name: "Air", kind: "sensor", agent: "pi", intervals_s: { temperature_c: 60 } }],
};
const NO_VISITS = { at: "2026-11-23T08:00:00.000Z", demos: [] };
const HYSTERESIS_K = 0.3;

const temperatureOf = ({ now }: RoomReadiness): string =>
  now.checks.find(({ check }) => check === "temperature")?.outcome ?? "missing";

describe("laws of a room, whatever arrives", { timeout: 600_000 }, () => {
  it("4: a better value never lowers the score nor the verdict", () => {
    const metric = fc.constantFrom(...names);
    const late = { more: 290, demos: NO_VISITS };
    fc.assert(
      fc.property(history, metric, (told, name) => {
        const last = told.at(-1) as Said;
        const as = (value: MetricValue | undefined): Said[] => [
          ...told,
          { after: SECONDS, values: { ...last.values, [name]: value as MetricValue } },
        ];
        const [better, worse] = [after(as(good[name]), late), after(as(bad[name]), late)];
        expect(better.now.score).toBeGreaterThanOrEqual(worse.now.score);
        expect(badness[better.now.outcome]).toBeLessThanOrEqual(badness[worse.now.outcome]);
      }),
      runs,
    );
  });

  it("8: the order of messages in one instant is irrelevant; 14: so is telling them again", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 3 }), fc.boolean(), (told, times, turned) => {
        const once = after(told);
        const house = new HouseBench();
        for (const each of told) {
          house.passes(each.after);
          house.report(each.values, { times, turned });
        }
        house.passes(10);
        const again = house.readiness;
        expect(essence(again)).toEqual(essence(once));
      }),
      runs,
    );
  });

  it("8: readings that arrive late and out of order change nothing that is newer", () => {
    fc.assert(
      fc.property(history, fc.nat(), (told, which) => {
        const plain = new HouseBench();
        const disturbed = new HouseBench();
        const old = told[which % told.length] as Said;
        for (const house of [plain, disturbed]) {
          for (const each of told) tell(house, each);
          house.report(good);
        }
        disturbed.report(old.values, { ageS: 30 });
        disturbed.report(bad, { late: true });
        for (const house of [plain, disturbed]) house.passes(10);
        expect(essence(disturbed.readiness)).toEqual(essence(plain.readiness));
      }),
      runs,
    );
  });

  it("10: what the visit does not require changes nothing of its verdict", () => {
    const extra = fc.record({
      voc_ppb: fc.integer({ min: 1, max: 900 }),
      chip_temperature_c: fc.integer({ min: 20, max: 90 }),
    });
    fc.assert(
      fc.property(history, extra, (told, noise) => {
        // The noise comes with what its device says anyway: that it speaks at all is news. Both are judged at the end: in between, what ages is looked at only with each report that stays out.
        const whole = [...told, { after: 5, values: { registered: true } }];
        const plain = after(whole);
        const noisy = after([
          ...told.map((each) => ({
            ...each,
            values: "temperature_c" in each.values ? { ...each.values, ...noise } : each.values,
          })),
          ...whole.slice(-1),
        ]);
        expect(conclusions(noisy)).toEqual(conclusions(plain));
      }),
      runs,
    );
  });

  it("11: with nothing said, score and verdict never improve as the clock runs", () => {
    fc.assert(
      fc.property(
        history,
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 }),
        (told, waits) => {
          const house = new HouseBench();
          for (const each of told) tell(house, each);
          house.passes(1);
          let before = house.readiness;
          for (const wait of waits) {
            house.passes(wait);
            const now = house.readiness;
            for (const [a, b] of [
              [before.now, now.now],
              [before.demos[0]?.verdict, now.demos[0]?.verdict],
            ] as const) {
              if (a === undefined || b === undefined) throw new Error("the demo went missing");
              expect(b.score).toBeLessThanOrEqual(a.score);
              expect(badness[b.outcome]).toBeGreaterThanOrEqual(badness[a.outcome]);
            }
            before = now;
          }
        },
      ),
      runs,
    );
  });

  it("13: a blip that is shorter than the dwell changes no verdict", () => {
    const metric = fc.constantFrom("temperature_c", "co2_ppm", "power_state", "registered");
    fc.assert(
      fc.property(metric, fc.integer({ min: 1, max: 110 }), (name, lasts) => {
        const house = new HouseBench({ demos: NO_VISITS });
        house.report(good);
        house.passes(60);
        house.report({ ...good, [name]: bad[name] as MetricValue });
        house.passes(lasts);
        for (let minute = 0; minute < 10; minute++) {
          house.report(good);
          house.passes(60);
        }
        expect(new Set(house.told.slice(1).map(({ now }) => now.outcome))).toEqual(new Set(["ready"]));
      }),
      runs,
    );
  });

  it("15: whatever was, ten good minutes make it ready", () => {
    fc.assert(
      fc.property(history, (told) => {
        const house = new HouseBench({ demos: NO_VISITS });
        for (const each of told) tell(house, each);
        for (let minute = 0; minute <= 11; minute++) {
          house.passes(60);
          house.report(good);
        }
        house.passes(1);
        expect(house.readiness.now.outcome).toBe("ready");
      }),
      runs,
    );
  });

  it("5, 18: no clock skew, gap or restart makes ready what is not known, fresh and good", () => {
    const skewed = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 900 }),
        values,
        skewS: fc.constantFrom(0, 0, 0, 30, -30, 240, -240, 3_600, -3_600),
        crash: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(skewed, fc.integer({ min: 1, max: 1_200 }), (told, more) => {
        const house = new HouseBench({ remembers: true });
        for (const each of told) {
          house.passes(each.after);
          house.report(each.values, { ageS: -each.skewS });
          if (each.crash) house.crash();
        }
        house.passes(more);
        for (const readiness of house.told) expectHonest(readiness);
      }),
      runs,
    );
  });

  it("12: an outcome changes no more often than its value moves by the hysteresis", () => {
    const course = fc.array(fc.double({ min: 23, max: 26.5, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(course, (values) => {
        const house = new HouseBench({ card: lone, demos: NO_VISITS });
        const outcomes: string[] = [];
        for (const value of values) {
          // Long enough for whatever comes to settle.
          for (let minute = 0; minute < 7; minute++) {
            house.report({ temperature_c: value });
            house.passes(60);
          }
          outcomes.push(temperatureOf(house.readiness));
        }
        const changes = outcomes.filter((outcome, i) => i > 0 && outcome !== outcomes[i - 1]).length;
        const moved = values.reduce((sum, value, i) => sum + Math.abs(value - (values[i - 1] ?? value)), 0);
        expect(changes - 1).toBeLessThanOrEqual(moved / HYSTERESIS_K);
      }),
      runs,
    );
  });

  it("taking a sensor's word away never turns a room ready", () => {
    fc.assert(
      fc.property(history, fc.constantFrom("temperature_c", "occupied", "registered", "power_state"), (told, name) => {
        const whole = after(told, { demos: NO_VISITS });
        const lacking = after(
          told.map(({ after: wait, values: some }) => ({ after: wait, values: omit(some, name) })),
          { demos: NO_VISITS },
        );
        if (whole.now.outcome !== "ready") expect(lacking.now.outcome).not.toBe("ready");
      }),
      runs,
    );
  });
});

/** Ready rests on evidence younger than five reports, by the gateway's own clock, and on plausible values. */
function expectHonest(readiness: RoomReadiness): void {
  for (const verdict of [readiness.now, ...readiness.demos.map((demo) => demo.verdict)]) {
    if (verdict.outcome !== "ready") continue;
    expect(restsOnStale(verdict, readiness)).toBe(false);
    for (const check of verdict.checks) {
      expect(check.outcome).toBe("ready");
      expect(check.freshness).toBeGreaterThan(0);
      if (check.evidence_at === undefined) continue;
      expect(Date.parse(readiness.at) - Date.parse(check.evidence_at)).toBeLessThan(5 * 60_000);
      const metric = metrics.get(check.metric ?? "");
      if (metric !== undefined && check.value !== undefined) expect(isPlausible(metric, check.value)).toBe(true);
    }
  }
}

const omit = (from: Values, name: string): Values =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
