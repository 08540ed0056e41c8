import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Observed } from "../rooms/observed.ts";
import type { Opinion, Outlook } from "./context.ts";
import { forecastTemperature } from "./temperature.ts";

const clock = (time: string): Instant => instant(Date.parse(`2026-11-23T${time}:00Z`));

/** What is seen of a room at ten, and what was learned of it: wanted are 20 to 24 °C an hour later, unless told otherwise. */
interface Room {
  celsius?: number | string | undefined;
  setpoint?: number | string | undefined;
  setpointIs?: Observed["kind"];
  hasBand?: boolean;
  kind?: Observed["kind"];
  leadMin?: number;
  /** K/h. */
  trend?: number | undefined;
  warms?: number | undefined;
  cools?: number | undefined;
  card?: { warm_k_per_h?: number; cool_k_per_h?: number };
  hvac?: { on: string; off: string };
  /** By how much control is known to begin later. */
  startsLateMin?: number;
  /** What its learner expects; nothing of a room that it does not know yet. */
  usual?: { mean: number; sigma: number };
  knowsDay?: boolean;
  stuck?: number;
  /** Standard error of a damped trend. */
  sigma?: number;
}

function opinion(room: Room): Opinion {
  const { leadMin = 60, trend = 0, usual, stuck = 0, sigma = 0.5, hvac, setpoint, setpointIs = "known" } = room;
  const celsius = "celsius" in room ? room.celsius : 19;
  const now = clock("10:00");
  const seen = celsius === undefined ? undefined : { kind: room.kind ?? "known", slot: { value: celsius } };
  const row = { part: { seen, ...(room.hasBand !== false && { band: { ready: [20, 24] } }) } } as unknown as Row;
  return forecastTemperature(row, {
    now,
    leadMin,
    visit: { arrival: instant(now + leadMin * 60_000) },
    site: { acts: { foundNothing: () => undefined } },
    room: {
      best: () => ({ kind: setpointIs, slot: setpoint === undefined ? undefined : { value: setpoint } }),
    },
    ask: { card: { zone: "UTC", ...(hvac !== undefined && { hvac }), ...(room.card && { physics: room.card }) } },
    learner: {
      knowsDay: room.knowsDay ?? usual !== undefined,
      stuck,
      warmKPerHour: room.warms,
      coolKPerHour: room.cools,
      temperatureAt: () => usual,
      trend: () => ("trend" in room && room.trend === undefined ? undefined : trend / 60),
      temperatureAgo: () => undefined,
      occupiedAgo: () => undefined,
      lastStepAt: undefined,
      startsLateMin: room.startsLateMin,
      sigma: () => sigma,
    },
  } as unknown as Outlook);
}

describe("a room of which nothing is learned yet", () => {
  it.each<[string, Room]>([
    ["has no sensor", { celsius: undefined }],
    ["has one that is silent", { kind: "stale" }],
    ["has one that says no number", { celsius: "warm" }],
    ["is asked for no temperature", { hasBand: false }],
  ])("is in order nine times in ten where it %s", (_, room) => {
    expect(opinion(room)).toEqual({ p: 0.9 });
  });

  it("stays as it is: one that is 1 σ too cold is warm enough in 16 of 100 cases", () => {
    const { p, mean, sigma, isPassing, expects } = opinion({ celsius: 19.4, sigma: 0.6 });
    expect([p, mean, sigma]).toEqual([expect.closeTo(0.1587, 4), 19.4, expect.closeTo(0.6, 9)]);
    expect(isPassing).toBe(true);
    expect(expects?.()).toBe("expected 19.4 °C at 11:00");
    expect(opinion({ celsius: 19.4, sigma: 0.6, trend: undefined }).mean).toBe(19.4);
  });

  it("says less and less of a visit that is hours away: an e-fold in three hours after the first", () => {
    // e⁻¹ of 0.1587, the rest of 0.985.
    expect(opinion({ celsius: 19.4, sigma: 0.6, leadMin: 240 }).p).toBeCloseTo(0.681, 3);
    expect(opinion({ celsius: 19.4, sigma: 0.6, leadMin: 5_000 }).p).toBeCloseTo(0.985, 6);
    // Once its day is known, after three hours: 0.7165 of it at four.
    const known = { celsius: 19.4, usual: { mean: 19.4, sigma: 0.6 }, leadMin: 240 };
    expect(opinion(known).p).toBeCloseTo(0.7165 * 0.1587 + 0.2835 * 0.985, 3);
  });

  it("goes to its set-point at 1 K/h, or stays, as likely as not: both ways spread its error", () => {
    const { p, mean, sigma } = opinion({ setpoint: 22 });
    // 20 °C or 19 °C, each ± 0.5: 0.5² + 0.5² between them.
    expect([mean, sigma]).toEqual([19.5, expect.closeTo(Math.SQRT1_2, 6)]);
    // Half of Φ(0), half of Φ(−2).
    expect(p).toBeCloseTo(0.2614, 3);
    expect(opinion({ celsius: 25, setpoint: 22 }).mean).toBe(24.5);
    // No further than that: 21 °C.
    expect(opinion({ celsius: 20, setpoint: 21, leadMin: 300 }).mean).toBe(20.5);
  });

  it.each([
    // The trend in K/h, with what it leads to in an hour (0.405 of it), and how likely control obeys.
    [0.3, 19.1215, 0.93],
    [0.25, 19.1013, 0.5],
    [-0.25, 18.8987, 0.5],
    [-0.3, 18.8785, 0.15],
  ])("obeys the likelier the more it is seen to: at %d K/h", (trend, drift, obeys) => {
    expect(opinion({ setpoint: 22, trend }).mean).toBeCloseTo(obeys * 20 + (1 - obeys) * drift, 3);
    const hot = opinion({ celsius: 25, setpoint: 22, trend: -trend }).mean;
    expect(hot).toBeCloseTo(obeys * 24 + (1 - obeys) * (44 - drift), 3);
  });

  it("obeys where it is within half a degree already", () => {
    expect(opinion({ celsius: 21.6, setpoint: 22 }).mean).toBeCloseTo(0.93 * 22 + 0.07 * 21.6, 9);
    expect(opinion({ celsius: 21.5, setpoint: 22 }).mean).toBeCloseTo(21.75, 9);
  });

  it("warms and cools at the rate that is learned, else its card's, else 1 K/h, and at 0.3 K/h at least", () => {
    const warming = (room: Room) => 2 * ((opinion({ ...room, setpoint: 26 }).mean ?? 0) - 19);
    const cooling = (room: Room) => 2 * (26 - (opinion({ ...room, celsius: 26, setpoint: 19 }).mean ?? 0));
    const card = { warm_k_per_h: 2, cool_k_per_h: 3 };
    const learned = { warms: 1.5, cools: 2.5 };
    for (const [room, up, down] of [
      [{}, 1, 1],
      [{ card }, 2, 3],
      [{ ...learned, card }, 1.5, 2.5],
      [{ warms: 0.1, cools: 0.1 }, 0.3, 0.3],
    ] as const)
      expect([warming(room), cooling(room)]).toEqual([expect.closeTo(up, 6), expect.closeTo(down, 6)]);
  });

  it.each<[string, Room]>([
    ["is not there", {}],
    ["is not told any more", { setpoint: 22, setpointIs: "stale" }],
    ["is no number", { setpoint: "eco" }],
  ])("goes to no set-point that %s", (_, room) => {
    expect(opinion(room).mean).toBe(19);
  });

  it("needs, once somebody has seen to it, its way to the band at its rate, and none where it is in it", () => {
    expect(opinion({ celsius: 18 }).recoveryMin).toBeCloseTo(120, 6);
    expect(opinion({ celsius: 26, cools: 2, warms: 1 }).recoveryMin).toBeCloseTo(60, 6);
    expect(opinion({ celsius: 18, cools: 2, warms: 4 }).recoveryMin).toBeCloseTo(30, 6);
    expect(opinion({ celsius: 21 }).recoveryMin).toBe(0);
    // 19 °C at arrival if control obeys: a boost makes up for 1 K at half the rate. The whole way is 1.5 K.
    const weak = opinion({ celsius: 18.5, setpoint: 22, trend: 0.3, sigma: 0.01, leadMin: 30, warms: 1 });
    expect(weak.recoveryMin).toBeCloseTo(90, 0);
    const strong = opinion({ celsius: 18.5, setpoint: 22, trend: 0.3, sigma: 0.01, leadMin: 60, warms: 1 });
    expect(strong.recoveryMin).toBeCloseTo(0.93 * 60 + 0.07 * 90, 0);
  });
});

describe("a room whose days are known", () => {
  const usual = { mean: 21, sigma: 0.3 };

  it("does what it usually does, or drifts on as far as it has been seen not to", () => {
    const { mean, sigma } = opinion({ usual, stuck: 0.2 });
    expect(mean).toBeCloseTo(0.8 * 21 + 0.2 * 19, 9);
    // 0.3², and 2 K between the two ways: 0.16 · 4.
    expect(sigma).toBeCloseTo(Math.sqrt(0.09 + 0.64), 6);
    expect(opinion({ usual, stuck: 1, trend: 0.3 }).mean).toBeCloseTo(19.1215, 3);
    expect(opinion({ usual, stuck: 1, trend: undefined }).mean).toBe(19);
  });

  it("is too weak where it does so, and is not steered where it does not: only then it has all the way to go", () => {
    const below = { usual: { mean: 19.5, sigma: 0.001 }, celsius: 18 };
    // Half a degree at half of 1 K/h, or 2 K at 1 K/h.
    expect(opinion(below).recoveryMin).toBeCloseTo(60, 0);
    expect(opinion({ ...below, stuck: 1 }).recoveryMin).toBeCloseTo(120, 0);
  });

  it("is like one of which nothing is learned where two days are not over, or its last value is too old and control decides nothing", () => {
    const first = opinion({ setpoint: 22 });
    expect(opinion({ setpoint: 22, usual, knowsDay: false }).mean).toBe(first.mean);
    const near = { celsius: 21.6, setpoint: 22 };
    expect(opinion({ ...near, knowsDay: true }).mean).toBe(opinion(near).mean);
    // After a gap as well, climate control takes it from 19 °C to its set-point.
    const cold = { setpoint: 22, knowsDay: true, trend: 1, leadMin: 240 };
    expect(opinion(cold).mean).toBeGreaterThan(21.5);
    expect(opinion(cold).p).toBeGreaterThan(0.97);
    // Half of the way to it is its set-point's: 22 °C in nearly all cases, the other half 22 or 21.15.
    const half = { celsius: 21.15, setpoint: 22, knowsDay: true, trend: 1, leadMin: 240 };
    expect(opinion(half).mean).toBeCloseTo(0.5 * 22 + 0.5 * (0.93 * 22 + 0.07 * 21.66), 1);
  });

  it.each([
    // The nearer it is to its set-point, the more it does what it usually does: 20 °C, from half a degree on.
    [21.6, 20],
    [21.5, 20],
    // Half of that; the other half 22.15 ± 0.31 °C if nothing stopped it at 22: 21.94. 0.7 % that control fails, which leaves it at 21.56 °C.
    [21.15, 20.968],
    // Not any more: 21.8 ± 0.31 °C, of which 22 cuts off 0.05.
    [20.8, 21.752],
    [18, 18.996],
  ])("goes where climate control takes it from %d °C, set to 22 °C", (celsius, mean) => {
    const moving: Room = { celsius, setpoint: 22, trend: 1, usual: { mean: 20, sigma: 0.3 } };
    expect(opinion(moving).mean).toBeCloseTo(mean, 2);
    const mirrored = { ...moving, celsius: 44 - celsius, trend: -1, usual: { mean: 24, sigma: 0.3 } };
    expect(opinion(mirrored).mean).toBeCloseTo(44 - mean, 2);
  });

  /** P(control does not obey), from where a room is expected that is far from its set-point. */
  const fails = (room: Room, obeying: number, drift: number): number =>
    ((opinion({ celsius: 18, setpoint: 22, usual, ...room }).mean ?? 0) - obeying) / (drift - obeying);

  it("does not obey the likelier the less it has moved in the last half hour", () => {
    // Odds 0.03 · e^1.78, as it lies 1 K/h = 1.89 σ below what it should: 15 %.
    expect(fails({ warms: 1 }, 19, 18)).toBeCloseTo(0.151, 3);
    // 1.5 of 2 K/h are missing, 1.85 σ; not to move at all would be 0.83 σ off.
    expect(fails({ warms: 2, trend: 0.5 }, 20, 18.47)).toBeCloseTo(0.1054, 3);
    // As it should: 1.67 σ from not moving at all.
    expect(fails({ warms: 1, trend: 1 }, 19, 18.94)).toBeCloseTo(0.0074, 3);
  });

  it("is told nothing by half an hour until control has been on for forty minutes: plants start late", () => {
    const on = (time: string) => ({ warms: 2, hvac: { on: time, off: "19:00" } });
    // 3 % then; it goes at its usual rate, as today's is not seen yet.
    expect(fails(on("09:25"), 20, 18)).toBeCloseTo(0.0291, 3);
    // 2 K/h are missing, 2.47 σ.
    expect(fails(on("09:15"), 20, 18)).toBeCloseTo(0.3874, 3);
  });

  it("is told so sooner where it is known when control begins: after twenty-five minutes, from then on", () => {
    const on = (time: string, startsLateMin: number) => ({ warms: 2, hvac: { on: time, off: "19:00" }, startsLateMin });
    expect(fails(on("09:35", 0), 20, 18)).toBeCloseTo(0.3874, 3);
    expect(fails(on("09:40", 0), 20, 18)).toBeCloseTo(0.0291, 3);
    expect(fails(on("08:35", 60), 20, 18)).toBeCloseTo(0.3874, 3);
    // An hour is left of which it needs no minute: by its schedule it has run all the time.
    expect(fails(on("08:45", 60), 20, 18)).toBeCloseTo(0.0291, 3);
    // It begins in half an hour, and has 1 K to go then.
    expect(opinion({ celsius: 18, setpoint: 22, usual, trend: 0, ...on("09:30", 60) }).mean).toBeCloseTo(18.97, 2);
  });

  it("goes on for as long as its schedule lets it", () => {
    const off = (time: string) => ({ warms: 1, trend: 1, hvac: { on: "06:00", off: time } });
    expect(fails(off("10:30"), 18.5, 18.94)).toBeCloseTo(0.0074, 2);
    expect(opinion({ celsius: 18, setpoint: 22, usual, ...off("10:30") }).mean).toBeCloseTo(18.503, 3);
    expect(opinion({ celsius: 18, setpoint: 22, usual, ...off("19:00") }).mean).toBeCloseTo(19, 3);
  });

  it("is the less certain the farther it has to go, and most where nobody knows whether control obeys", () => {
    // 2 K in two hours at ± 28 %: 0.57 K; seven in a thousand go on to 19.77 °C ± 0.71 K.
    const sure = opinion({ celsius: 18, setpoint: 22, usual, trend: 1, warms: 1, leadMin: 120 });
    expect(sure.sigma).toBeCloseTo(0.576, 3);
    // 2 K ± 0.57 in 85 of 100, 0 K ± 0.71 in 15.
    const doubtful = opinion({ celsius: 18, setpoint: 22, usual, warms: 1, leadMin: 120 });
    expect(doubtful.sigma).toBeCloseTo(Math.sqrt(0.849 * (0.5749 ** 2 + 2 ** 2) + 0.151 * 0.712 ** 2 - 1.698 ** 2), 2);
  });

  it("needs a boost where control obeys and all the way where it does not, once somebody has seen to it", () => {
    // 19 °C at arrival in nearly all cases: 1 K at 0.5 K/h is as long as the way there itself, 2 K at 1 K/h.
    const far = { celsius: 18.5, setpoint: 22, usual, trend: 1, warms: 1 };
    expect(opinion(far).recoveryMin).toBeGreaterThan(60);
    expect(opinion(far).recoveryMin).toBeLessThan(80);
    // Hardly one that obeys is not there in two hours.
    const { recoveryMin = 0 } = opinion({ ...far, trend: 0, warms: 2, leadMin: 240 });
    expect(recoveryMin).toBeGreaterThan(43);
    expect(recoveryMin).toBeLessThan(45);
  });
});

describe("what waiting shows of a room that is not as it should be", () => {
  it("is the same where it is too hot", () => {
    const room: Room = { celsius: 18, setpoint: 22, usual: { mean: 18, sigma: 0.3 }, leadMin: 240 };
    const hvac = { on: "10:30", off: "19:00" };
    const cold = opinion({ ...room, hvac });
    const hot = opinion({ ...room, hvac, celsius: 26, usual: { mean: 26, sigma: 0.3 } });
    expect(cold.soonMin).toBeCloseTo(90, 6);
    expect(cold.goneSoon).toBeGreaterThan(0.5);
    expect([hot.soonMin, hot.goneSoon]).toEqual([cold.soonMin, expect.closeTo(cold.goneSoon ?? 0, 9)]);
  });

  it("is no more than what its set-point holds it at: 0.2 K inside", () => {
    const hvac = { on: "10:30", off: "19:00" };
    const near: Room = { celsius: 18, setpoint: 20.2, usual: { mean: 18, sigma: 0.3 }, leadMin: 240, hvac };
    // 3.5 ± 0.99 K if nothing stopped it, of which ± 0.40 are left after an hour, and must be to spare: z = 1.218; and held within ± 0.13 K.
    expect(opinion(near).goneSoon).toBeCloseTo(0.8884 * 0.938, 2);
    expect(opinion({ ...near, setpoint: 20 }).goneSoon).toBeCloseTo(0.8884 * 0.5, 2);
  });

  it.each<[string, Room]>([
    ["a room at the lower edge", { celsius: 20 }],
    ["a room at the upper edge", { celsius: 24 }],
    ["a room without a set-point", { setpoint: undefined }],
    ["a room whose days are not known", { knowsDay: false }],
    ["a room whose control comes on in more than an hour", { hvac: { on: "11:10", off: "19:00" } }],
    ["a visit by then", { leadMin: 90 }],
  ])("is nothing for %s", (_, over) => {
    const hvac = { on: "10:30", off: "19:00" };
    const room: Room = { celsius: 18, setpoint: 23, usual: { mean: 20, sigma: 0.3 }, leadMin: 240, hvac };
    expect(opinion(room).goneSoon).toBeDefined();
    const { goneSoon, soonMin } = opinion({ ...room, ...over });
    expect([goneSoon, soonMin]).toEqual([undefined, undefined]);
  });
});
