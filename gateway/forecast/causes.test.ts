import { describe, expect, it } from "vitest";
import type { CheckId } from "#contract/messages/readiness.ts";
import { hours, type Instant, instant, minutes } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Outlook } from "./context.ts";
import { type CauseForecast, decideForecast } from "./forecast.ts";
import { noteRepair } from "./site/repairs.ts";
import { SiteLearner } from "./site/site-learner.ts";
import { RoomWatch } from "./watch/room-watch.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const ago = (min: number): Instant => instant(NINE - minutes(min));

/** A check as it stands at nine, well unless said otherwise. */
function row(check: CheckId, over: { part?: object } & Omit<Partial<Row>, "part"> = {}): Row {
  const outcome = over.outcome ?? "ready";
  const part = { outcome, cause: check, code: outcome === "ready" ? "OK" : "BAD", ...over.part };
  return { check, hard: true, since: ago(30), faults: [{ part }], ...over, outcome, part } as unknown as Row;
}
const broken = (check: CheckId, cause: string, over: object = {}): Row =>
  row(check, { outcome: "not_ready", part: { cause }, ...over });
const microphone = broken("audio", "audio:mic");
/** A room that is 2 K below its band and warms by 1 K/h, once somebody has seen to it. */
const cold = (metric?: string): Row =>
  broken("temperature", "temperature", {
    part: {
      cause: "temperature",
      seen: { kind: "known", slot: { value: 18 } },
      band: { ready: [20, 24] },
      ...(metric !== undefined && { metric }),
    },
  });

interface Situation {
  leadMin?: number;
  target?: number;
  site?: SiteLearner;
  isLearned?: boolean;
  remedies?: object;
  /** It is 25 °C and set to 22: it rises by 0.5 K/h, through the set-point, although control has run since three. */
  isThermometerWrong?: boolean;
}
const hot = row("temperature", {
  outcome: "not_ready",
  part: {
    cause: "temperature",
    metric: "temperature_c",
    seen: { kind: "known", slot: { value: 25 } },
    band: { ready: [20, 24] },
  },
});
const risingLearner = {
  knowsDay: true,
  stuck: 0,
  temperatureAt: () => ({ mean: 25.5, sigma: 0.3 }),
  temperatureAgo: (minutes: number) => (minutes >= 360 ? 20 : 25 - minutes / 120),
  occupiedAgo: () => undefined,
  lastStepAt: undefined,
  trend: () => 0.5 / 60,
};
function forecast(rows: Row[], situation: Situation = {}) {
  const { leadMin = 60, target = 0.9, site = new SiteLearner("hq"), isLearned = false, remedies } = situation;
  const { isThermometerWrong = false } = situation;
  const control = isThermometerWrong ? { zone: "UTC", hvac: { on: "03:00", off: "19:00" } } : {};
  return decideForecast({
    rows,
    now: NINE,
    leadMin,
    site,
    visit: { arrival: instant(NINE + minutes(leadMin)), target },
    ask: { card: { ...control, ...(remedies !== undefined && { remedies }) } },
    room: {
      key: "hq/harbour",
      devices: new Map(),
      best: () => (isThermometerWrong ? { kind: "known", slot: { value: 22 } } : undefined),
    },
    learner: isThermometerWrong ? risingLearner : { isLearned, trend: () => 0, sigma: () => 0.5 },
    watch: new RoomWatch(),
    occupied: false,
  } as unknown as Outlook);
}
function causeOf(rows: Row[], situation: Situation = {}): CauseForecast {
  const [cause] = forecast(rows, situation).causes;
  return cause ?? expect.fail("nothing endangers the visit");
}
const minutesBefore = (leadMin: number, at: Instant | undefined): number =>
  (NINE + minutes(leadMin) - (at ?? Number.NaN)) / 60_000;

describe("what endangers a visit", () => {
  it("is told the least likely to be gone first, by name among equals, in whatever order the checks come", () => {
    const rows = [
      microphone,
      row("capacity", { outcome: "not_ready" }),
      row("capability", { outcome: "not_ready" }),
      row("access"),
    ];
    for (const some of [rows, rows.toReversed()])
      expect(forecast(some).causes.map(({ cause }) => cause)).toEqual(["capability", "capacity", "audio:mic"]);
    expect(forecast(rows).p).toBe(0);
    expect(forecast(rows).checks.map(({ check }) => check)).toEqual(["audio", "capacity", "capability", "access"]);
  });

  it("counts once what falls together: as likely as the least likely of its checks", () => {
    const behind = (check: CheckId) => row(check, { outcome: "unknown", part: { cause: "switch:sw" } });
    const rows = [behind("display"), behind("video_call"), behind("audio")];
    for (const some of [rows, rows.toReversed()]) {
      const { p, causes } = forecast(some);
      expect(causes).toHaveLength(1);
      expect(causes[0]).toMatchObject({ cause: "switch:sw", isUnknown: true });
      expect(causes[0]?.row.check).toBe("video_call");
      expect(new Set(causes[0]?.checks)).toEqual(new Set(["display", "video_call", "audio"]));
      expect(p).toBe(causes[0]?.p);
      expect(p).toBe(forecast([behind("video_call")]).p);
    }
    const mixed = causeOf([behind("audio"), broken("video_call", "switch:sw")]);
    expect(mixed.isUnknown).toBe(false);
  });

  it("leaves out what is watched but seldom in the way, and checks that nothing is forecast of", () => {
    const soft = row("network", { outcome: "not_ready", hard: false });
    const unwatched = row("power", { outcome: "unknown", hard: false });
    expect(forecast([soft, unwatched, row("power"), row("light", { outcome: "not_ready" })])).toMatchObject({
      p: 1,
      causes: [],
      checks: [
        { check: "network", p: 1 },
        { check: "power", p: 1 },
        { check: "power", p: 1 },
      ],
    });
    expect(forecast([broken("network", "network:ap")]).p).toBeLessThan(0.7);
    expect(forecast([broken("power", "power:ups")]).p).toBeLessThan(0.7);
    const worn = forecast([row("power", { outcome: "degraded", part: { cause: "power:ups" } })]).p;
    expect(worn).toBeGreaterThan(0.9);
    expect(worn).toBeLessThan(0.98);
  });

  it("tells what is bad now however likely it is to be well by then, and what is not needed only for a risk", () => {
    const far = { leadMin: 20_000 };
    expect(forecast([microphone], far).p).toBeGreaterThan(0.97);
    expect(forecast([microphone], far).causes).toHaveLength(1);
    expect(forecast([broken("audio", "audio:mic", { hard: false })], far).causes).toEqual([]);
    expect(forecast([broken("audio", "audio:mic", { hard: false })]).causes).toHaveLength(1);
    const quiet = row("audio", { part: { cause: "audio:mic" } });
    expect(causeOf([quiet, broken("video_call", "audio:mic")], far).checks).toHaveLength(2);
  });

  it("says what is measured, with its unit and its spread, of what measures alone", () => {
    const { checks } = forecast([microphone, row("capacity")]);
    for (const check of checks) {
      expect([check.mean, check.sigma, check.unit]).toEqual([undefined, undefined, undefined]);
      expect(check.raw).toBe(check.p);
    }
    const unitOf = (one: Row) => forecast([one]).checks[0]?.unit;
    expect(forecast([cold("temperature_c")]).checks[0]).toMatchObject({ mean: 18, sigma: 0.5, unit: "°C" });
    expect(unitOf(cold())).toBeUndefined();
    expect(unitOf(row("audio", { part: { metric: "temperature_c" } }))).toBeUndefined();
  });

  it("counts what a wrong sensor measures as right in 985 of 1000 cases, and does not count on it", () => {
    const { checks, passing } = forecast([hot, microphone], { isThermometerWrong: true, target: 0.85 });
    const [temperature, audio] = checks;
    // 1 / (1 + e^−(3 − 0.4)): no room goes there without control.
    const doubt = 0.9309;
    expect(temperature?.raw).toBeLessThan(0.2);
    expect(temperature?.p).toBeCloseTo(doubt * 0.985 + (1 - doubt) * (temperature?.raw ?? 0), 3);
    expect([temperature?.isDoubted, audio?.isDoubted]).toEqual([true, false]);
    expect(temperature?.p).toBeGreaterThan(0.85);
    expect([...passing]).toEqual([]);
  });

  it("names what is bad now and will pass by itself in time", () => {
    const visit = (leadMin: number, target = 0.9) =>
      forecast([row("reset_visit", { outcome: "degraded", part: { code: "NOT_YET_RESET" } }), row("audio")], {
        leadMin,
        target,
      });
    const early = visit(95);
    expect([...early.passing]).toEqual(["reset_visit"]);
    expect([...visit(15).passing]).toEqual([]);
    expect([...visit(95, early.checks[0]?.p).passing]).toEqual(["reset_visit"]);
    expect([...visit(95, 0.999).passing]).toEqual([]);
  });

  it("is learned once both the room and its site have been watched for long enough", () => {
    const site = new SiteLearner("hq");
    site.turn(instant(NINE - hours(15 * 24)));
    const basis = (of: SiteLearner, isLearned: boolean) => forecast([], { site: of, isLearned }).basis;
    expect([basis(site, true), basis(site, false), basis(new SiteLearner("hq"), true)]).toEqual([
      "learned",
      "prior",
      "prior",
    ]);
  });
});

describe("act-by of a visit", () => {
  it("is that of the first cause that needs acting, and the deadline until when anything saves it", () => {
    const slow = broken("display", "display:p", { since: ago(200) });
    const takes = (audio: number, display: number) => ({
      technician_audio: { p50_min: audio, p90_min: audio + 1 },
      wake_remote: { p50_min: display, p90_min: display + 1 },
      technician_display: { p50_min: display, p90_min: display + 1 },
    });
    const far = { leadMin: 120, remedies: takes(30, 60) };
    for (const [audio, display] of [
      [30, 60],
      [60, 30],
    ] as const) {
      const remedies = takes(audio, display);
      const { actBy, deadline, causes } = forecast([microphone, slow], { leadMin: 120, remedies });
      expect(actBy).toBe(Math.min(...causes.map((each) => each.actBy)));
      expect(deadline).toBe(Math.min(...causes.map((each) => each.deadline)));
      expect(actBy).toBeLessThan(Math.max(...causes.map((each) => each.actBy)));
    }
    const { actBy, deadline, causes } = forecast([microphone], far);
    expect(actBy).toBe(causes[0]?.actBy);
    expect(deadline).toBe(causes[0]?.deadline);
    expect(deadline).toBeGreaterThan(actBy ?? 0);
  });

  it("asks nobody to act on what is as likely to be well as the visit wants", () => {
    const { p } = forecast([microphone]);
    expect(forecast([microphone], { target: p }).actBy).toBeUndefined();
    expect(forecast([microphone], { target: p + 1e-9 }).actBy).toBeDefined();
    const rows = [microphone, row("capacity", { outcome: "not_ready" })];
    expect(forecast(rows, { target: p }).actBy).toBe(forecast(rows.slice(1), { target: p }).actBy);
  });

  it("is the move's where nothing mends it", () => {
    const cause = causeOf([row("capacity", { outcome: "not_ready" })]);
    expect(cause).toMatchObject({ isMendable: false, pMended: 0, p: 0 });
    expect(cause.steps.map(({ remedy }) => remedy)).toEqual(["move"]);
    expect(cause.actBy).toBe(cause.steps[0]?.actBy);
    expect(cause.deadline).toBe(cause.actBy);
    expect(minutesBefore(60, cause.actBy)).toBeGreaterThan(10);
    expect(minutesBefore(60, cause.actBy)).toBeLessThan(25);
  });
});

describe("the steps of a remedy", () => {
  it("say how long each takes: the median and what nine of ten keep to", () => {
    const { steps, isMendable } = causeOf([microphone]);
    expect(isMendable).toBe(true);
    expect(steps.map(({ remedy, p50Min, p90Min }) => [remedy, p50Min, p90Min])).toEqual([
      ["technician_audio", 16, 30],
      ["move", 10, 15],
    ]);
    // Nine of ten moves are done in a quarter of an hour, whatever comes before them in the chain.
    const move = minutesBefore(60, steps[1]?.actBy);
    expect(move).toBeGreaterThanOrEqual(10);
    expect(move).toBeLessThanOrEqual(15);
  });

  it("count in what the room itself needs then, but for the move: 2 K at 1 K/h are two hours", () => {
    const { steps } = causeOf([cold()]);
    expect(steps.map(({ remedy, p50Min, p90Min }) => [remedy, p50Min, p90Min])).toEqual([
      ["setpoint", 130, 140],
      ["technician_climate", 155, 180],
      ["move", 10, 15],
    ]);
    const mended = (leadMin: number) => causeOf([cold()], { leadMin }).pMended;
    for (const leadMin of [60, 120]) expect(mended(leadMin)).toBeCloseTo(0, 9);
    expect(mended(300)).toBeGreaterThan(0.9);
  });

  it("take longer while the same people have other calls, not for the one they have for this, and the move does not", () => {
    const site = new SiteLearner("hq");
    site.turn(instant(NINE - hours(48)));
    for (let i = 0; i < 60; i++) noteRepair(site, { cause: "audio:mic", minutes: 48, queue: 3 });
    site.turn(instant(NINE - hours(24)));
    const call = (id: string, room: string) =>
      site.acts.takeAlert({
        id,
        at: new Date(NINE).toISOString(),
        cause: "audio:mic",
        rooms: [room],
        status: "open",
        raised_at: new Date(NINE - minutes(5)).toISOString(),
        history: [],
      } as never);
    const alone = causeOf([microphone], { site });
    call("own", "hq/harbour");
    expect(causeOf([microphone], { site }).steps).toEqual(alone.steps);
    for (const id of ["a", "b", "c"]) call(id, `hq/${id}`);
    const queued = causeOf([microphone], { site });
    const factor = (queued.steps[0]?.p50Min ?? 0) / (alone.steps[0]?.p50Min ?? 1);
    expect(factor).toBeGreaterThan(1.5);
    expect((queued.steps[0]?.p90Min ?? 0) / (alone.steps[0]?.p90Min ?? 1)).toBeCloseTo(factor, 0);
    expect(queued.actBy).toBeLessThan(alone.actBy);
    expect(queued.pMended).toBeLessThan(alone.pMended);
    const sooner = causeOf([microphone], { site, leadMin: 55 });
    expect(queued.waiting.costs).toBeCloseTo((1 - queued.p) * (queued.pMended - sooner.pMended), 6);
    expect(queued.steps[1]).toEqual(alone.steps[1]);
  });

  it("are mended the surer the more time there is", () => {
    const mended = [5, 15, 30, 60, 240].map((leadMin) => causeOf([microphone], { leadMin }).pMended);
    expect(mended).toEqual(mended.toSorted((a, b) => a - b));
    expect(mended[0]).toBeLessThan(0.1);
    expect(mended[4]).toBeCloseTo(0.98, 2);
  });
});

describe("what waiting costs", () => {
  const costs = (leadMin: number) => causeOf([microphone], { leadMin }).waiting.costs;

  it("is nothing long before, most where five minutes decide it, nothing once it is lost", () => {
    expect(costs(600)).toBeCloseTo(0, 3);
    expect(costs(1)).toBeCloseTo(0, 3);
    expect(costs(18)).toBeGreaterThan(0.1);
    for (const leadMin of [1, 5, 10, 18, 30, 60, 600]) expect(costs(leadMin)).toBeGreaterThanOrEqual(0);
  });

  it("is the risk times what five minutes less leave of the chance to mend it", () => {
    for (const leadMin of [10, 18, 25, 40]) {
      const now = causeOf([microphone], { leadMin });
      const soon = causeOf([microphone], { leadMin: leadMin - 5 });
      expect(now.waiting.costs).toBeCloseTo((1 - now.p) * (now.pMended - soon.pMended), 6);
    }
  });

  it("teaches how often it goes by itself meanwhile", () => {
    const young = causeOf([broken("audio", "audio:mic", { since: NINE })]).waiting.teaches;
    expect(young).toBeGreaterThan(0.3);
    expect(causeOf([microphone]).waiting.teaches).toBeLessThan(young);
    expect(causeOf([row("capacity", { outcome: "not_ready" })]).waiting.teaches).toBe(0);
  });
});
