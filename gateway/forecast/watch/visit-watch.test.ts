import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import type { CheckId } from "#contract/messages/readiness.ts";
import { type Instant, instant, minutes, rfc3339 } from "#contract/units.ts";
import type { RoomState } from "../../rooms/room-state.ts";
import type { CheckOutlook } from "../forecast.ts";
import { RoomHabits } from "../habits.ts";
import { setRight } from "../site/forecast-record.ts";
import { SiteLearner } from "../site/site-learner.ts";
import { takeAlert } from "../site/take-alert.ts";
import { type VisitSeen, VisitWatch } from "./visit-watch.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (minute: number): Instant => instant(NINE + minutes(minute));

type Saying = "ready" | "degraded" | "not_ready" | "unknown";
interface Said {
  check?: CheckId;
  p?: number;
  /** What its expert said before it was set right. */
  raw?: number;
  outcome?: Saying;
  /** What it says this moment, where that has not settled. */
  says?: Saying;
  value?: number | string;
  hasBand?: boolean;
  since?: number;
  isDoubted?: boolean;
}
interface Look {
  isOccupied?: boolean | undefined;
  id?: string;
  /** When the use before the visit ends, in minutes after nine. */
  usedUntil?: number;
  bookings?: readonly (readonly [number, number])[];
}

/** One room with one visit after another, each arriving at the full hour. */
class Bench {
  readonly site = new SiteLearner("hq");
  readonly habits = new RoomHabits();
  watch = new VisitWatch();

  constructor() {
    this.site.turn(NINE);
  }

  looks(minute: number, told: Said | readonly Said[], arrival = 60, over: Look = {}): this {
    const all = [told].flat();
    const { id = `v${arrival}`, usedUntil, bookings = [] } = over;
    const checks = all.map(({ check = "display", p = 0.9, raw = p, isDoubted = false }): CheckOutlook => {
      return {
        check,
        cause: causeOf(check, id),
        p,
        raw,
        isDoubted,
        mean: undefined,
        sigma: undefined,
        unit: undefined,
      };
    });
    const rows = all.map(({ check = "display", outcome = "ready", says = outcome, value, hasBand = true, ...own }) => {
      const band = { ready: [20, 24], usable: [19, 25] };
      const part = { outcome: says, cause: causeOf(check, id), value, ...(hasBand && { band }) };
      return { check, outcome, since: at(own.since ?? minute - 5), part };
    });
    const before = usedUntil === undefined ? undefined : { start: at(usedUntil - 30), end: at(usedUntil) };
    const seen = {
      visit: { arrival: at(arrival), demo: { id }, before },
      // A check of which nothing is forecast is a row all the same.
      verdict: { rows: [{ check: "light", outcome: "ready", since: at(minute), part: { outcome: "ready" } }, ...rows] },
      forecast: { checks },
    } as unknown as VisitSeen;
    const booked = bookings.map(([start, end]) => ({ start: rfc3339(at(start)), end: rfc3339(at(end)) }));
    const room = { key: "hq/r", bookings: booked, demos: [] } as unknown as RoomState;
    const isOccupied = "isOccupied" in over ? over.isOccupied : false;
    this.watch.take(room, [seen], at(minute), { site: this.site, habits: this.habits, isOccupied });
    return this;
  }

  /** Somebody takes a call on, and has done it where that is told. */
  act(
    cause: string,
    { taken, done, found }: { taken: number; done?: number; found?: "mended" | "nothing_wrong" },
  ): this {
    const event = (minute: number, event: string) => ({ at: rfc3339(at(minute)), event, by: "max" });
    const history = [event(taken, "acknowledged")];
    const told = { id: cause, cause, rooms: ["hq/r"], raised_at: rfc3339(at(taken - 5)), history };
    takeAlert(this.site, { ...told, at: rfc3339(at(taken)), status: "acknowledged" } as unknown as Alert);
    if (found !== undefined)
      this.site.acts.takeReply(cause, { at: rfc3339(at(taken)), by: "max", reply: "resolve", found });
    if (done === undefined) return this;
    history.push(event(done, "resolved"));
    takeAlert(this.site, { ...told, at: rfc3339(at(done)), status: "resolved" } as unknown as Alert);
    return this;
  }

  /** How long resets were waited for, by the class of the gap before the visit: how many were seen made, and minutes watched. */
  resets(cls: 0 | 1 | 2): { made: number; minutes: number } {
    this.site.turn(at(14 * 60));
    const counts = Array.from(this.site.counts(`reset ${cls}`, 44) ?? []);
    const sum = (odd: number): number => counts.reduce((all, each, i) => (i % 2 === odd ? all + each : all), 0);
    return { made: sum(0), minutes: sum(1) };
  }

  share(name: string): number[] | undefined {
    this.site.turn(at(14 * 60));
    const counts = this.site.counts(name, 2);
    return counts && Array.from(counts);
  }

  /** Outcomes noted for a check and a lead: how many, and how many were as wanted. */
  noted(check: CheckId = "display", lead: 0 | 1 | 2 = 1): { count: number; came: number } {
    this.site.turn(at(14 * 60));
    const counts = Array.from(this.site.counts(`cal ${check}/${lead}`, 96) ?? []);
    const sum = (which: number): number => counts.reduce((all, each, i) => (i % 3 === which ? all + each : all), 0);
    return { count: Math.round(sum(0)), came: Math.round(sum(2) * 100) / 100 };
  }
}

const causeOf = (check: CheckId, visit: string): string =>
  check === "reset_visit" ? `${check}:${visit}` : `${check}:x`;

describe("a visit's forecasts", () => {
  it("are held against what the check says at arrival, apart by how far ahead they were made", () => {
    const bench = new Bench();
    for (const minute of [-180, -120, -60, -30, 0, 30, 45, 55]) bench.looks(minute, { p: 0.9 });
    bench.looks(60, { p: 1, outcome: "not_ready" });
    expect([0, 1, 2, 3].map((lead) => bench.noted("display", lead as 0).count)).toEqual([2, 2, 2, 2]);
    expect(bench.noted()).toEqual({ count: 2, came: 0 });
    expect(bench.habits.toJSON()["fine display"]).toEqual({ yes: 0, of: 1 });
  });

  it("are made once for each moment, however often the room is judged", () => {
    const bench = new Bench();
    for (let minute = -10; minute < 60; minute++) bench.looks(minute, { p: 0.9 });
    bench.looks(60, { p: 1 });
    expect(bench.noted()).toEqual({ count: 2, came: 2 });
  });

  it("count a value by its band and not by what has settled; usable gear is fine", () => {
    const warm = new Bench().looks(0, { check: "temperature", p: 0.9 });
    warm.looks(60, { check: "temperature", p: 1, outcome: "ready", value: 24.5 });
    expect(warm.noted("temperature")).toEqual({ count: 1, came: 0 });
    const asleep = new Bench().looks(0, { p: 0.9 }).looks(60, { p: 1, outcome: "degraded" });
    expect(asleep.noted()).toEqual({ count: 1, came: 1 });
  });

  it.each<[string, Said, number | undefined]>([
    ["at the lower edge", { value: 20 }, 1],
    ["below it", { value: 19.9 }, 0],
    ["at the upper edge", { value: 24 }, 1],
    ["above it, though it has not settled", { value: 24.1, outcome: "ready" }, 0],
    ["well, of a value that is no number", { value: "warm", outcome: "ready" }, 1],
    ["badly, of a value without a band", { value: 22, hasBand: false, outcome: "degraded" }, 0],
    ["nowhere: it is not known", { value: 22, outcome: "unknown" }, undefined],
    ["nowhere, though its last word was well", { value: 22, outcome: "unknown", says: "ready" }, undefined],
    ["nowhere any more: it is not known now", { value: 22, says: "unknown" }, undefined],
  ])("of a temperature come out %s", (_, said, came) => {
    const bench = new Bench().looks(0, { check: "temperature" }).looks(60, { ...said, check: "temperature" });
    expect(bench.noted("temperature")).toEqual(came === undefined ? { count: 0, came: 0 } : { count: 1, came });
  });

  it("are left open when nobody knows how it was", () => {
    expect(new Bench().looks(0, { p: 0.9 }).looks(60, { p: 1, outcome: "unknown" }).noted().count).toBe(0);
    expect(new Bench().looks(0, { p: 0.9 }).looks(80, { p: 1 }).noted().count).toBe(0);
  });

  it("are left open where what is measured may well be wrong", () => {
    const hot = { check: "temperature", outcome: "not_ready", value: 28 } as const;
    expect(new Bench().looks(0, hot).looks(60, hot).noted("temperature").count).toBe(1);
    expect(
      new Bench()
        .looks(0, hot)
        .looks(60, { ...hot, isDoubted: true })
        .noted("temperature").count,
    ).toBe(0);
  });

  it("are held against what came of the other checks all the same", () => {
    const hot = { check: "temperature", outcome: "not_ready", value: 28, isDoubted: true } as const;
    const bench = new Bench().looks(0, [hot, {}]).looks(60, [hot, {}]);
    expect([bench.noted("temperature").count, bench.noted().count]).toEqual([0, 1]);
    expect([0, 1, 2].map((cls) => bench.resets(cls as 0).minutes)).toEqual([0, 0, 0]);
  });

  it("stand by what was believed when somebody took it on, and say nothing from then on", () => {
    const bench = new Bench().looks(0, { p: 0.6 }).act("display:x", { taken: 20 });
    bench.looks(21, { p: 0.3 }).looks(30, { p: 0.9 }).looks(60, { p: 1 });
    expect(bench.noted()).toEqual({ count: 1, came: 0.3 });
    expect(bench.habits.toJSON()["fine display"]).toBeUndefined();
  });

  it("take who is in the room just before arrival for what was foreseen of them: at arrival the visit itself is in", () => {
    const said = (p: number): Said => ({ check: "unoccupied", p });
    const free = new Bench().looks(0, said(0.7)).looks(59, said(0.99));
    expect(free.looks(60, said(1), 60, { isOccupied: true }).noted("unoccupied")).toEqual({ count: 1, came: 1 });
    const used = new Bench().looks(0, said(0.7)).looks(59, [said(0.4), { p: 0.8 }], 60, { isOccupied: true });
    expect(used.looks(60, said(1), 60, { isOccupied: true }).noted("unoccupied")).toEqual({ count: 1, came: 0.4 });
    const blind = new Bench().looks(0, said(0.7)).looks(59, said(0.4), 60, { isOccupied: undefined });
    expect(blind.looks(60, said(1)).noted("unoccupied").count).toBe(0);
  });

  it("go on after a restart", () => {
    const bench = new Bench().looks(0, { p: 0.9 });
    bench.watch = VisitWatch.from(JSON.parse(JSON.stringify(bench.watch)) as unknown);
    expect(bench.looks(60, { p: 1 }).noted()).toEqual({ count: 1, came: 1 });
  });

  it("begin anew when the visit is moved", () => {
    const demo = { id: "acme" };
    const moved = new Bench().looks(0, { p: 0.9 }, 60, demo).looks(10, { p: 0.8 }, 70, demo);
    moved.looks(60, { p: 1 }, 70, demo).looks(70, { p: 1 }, 70, demo);
    expect(moved.noted()).toEqual({ count: 1, came: 1 });
    // To a moment that has passed already: nothing was forecast of that one.
    expect(new Bench().looks(0, { p: 0.9 }, 60, demo).looks(30, { p: 1 }, 28, demo).noted().count).toBe(0);
  });

  it.each([
    [-180, 1],
    [-180.1, 0],
    [3.9, 1],
    [4, 0],
  ])("are followed from four hours before, each mark for four minutes: at minute %d that is %d", (minute, count) => {
    const bench = new Bench().looks(minute, {}).looks(60, {});
    expect([0, 1, 2, 3].reduce((all, lead) => all + bench.noted("display", lead as 0).count, 0)).toBe(count);
    expect(new Bench().looks(-181, {}).watch.toJSON()).toEqual([]);
  });

  it("between the marks teach nothing at all", () => {
    const bench = new Bench().looks(10, {}).looks(60, {});
    expect(bench.noted().count).toBe(0);
    expect(bench.habits.toJSON()).toEqual({});
  });

  it("are held against the first look after arrival, once, and not later than four minutes after it", () => {
    expect(new Bench().looks(0, {}).looks(60, {}).looks(61, {}).noted().count).toBe(1);
    expect(new Bench().looks(0, {}).looks(63.9, {}).noted().count).toBe(1);
    expect(new Bench().looks(0, {}).looks(64, {}).noted().count).toBe(0);
    expect(new Bench().looks(60, {}).noted().count).toBe(0);
  });

  it("are forgotten an hour after arrival, and those of more than forty visits are not followed", () => {
    const bench = new Bench().looks(0, {}).looks(110, {}, 300);
    expect(bench.watch.toJSON().map(([id]) => id)).toEqual(["v60", "v300"]);
    expect(bench.looks(120, {}, 300).watch.toJSON()).toHaveLength(2);
    expect(
      bench
        .looks(121, {}, 300)
        .watch.toJSON()
        .map(([id]) => id),
    ).toEqual(["v300"]);
    for (let i = 0; i < 60; i++) bench.looks(130, {}, 310 + i);
    expect(bench.watch.toJSON()).toHaveLength(40);
  });

  it("are none of what is fixed: what the calendar or the card says does not come to be", () => {
    const said: Said[] = [{ check: "capacity", p: 0 }, {}];
    const bench = new Bench().looks(0, said).looks(60, said);
    expect([bench.noted("capacity").count, bench.noted().count]).toEqual([0, 1]);
  });

  it("are what the experts said, and stand by what was believed of all when somebody stepped in", () => {
    const bench = new Bench()
      .looks(0, { p: 0.8, raw: 0.02 })
      .act("display:x", { taken: 20 })
      .looks(21, { p: 0.3, raw: 0.6 });
    bench.looks(60, {});
    bench.site.turn(at(14 * 60));
    const counts = Array.from(bench.site.counts("cal display/1", 96) ?? []);
    // ln(0.02 / 0.98) = −3.89 is the one forecast, 0.3 what was believed.
    expect(counts.filter((each) => each !== 0).map((each) => Math.round(each * 100) / 100)).toEqual([1, -3.89, 0.3]);
  });

  it.each([
    ["was over before it went bad this time", { taken: 5, done: 10 }, { since: 15 }, 1],
    ["was over only after it had gone bad", { taken: 5, done: 20 }, { since: 15 }, 0.3],
    ["was over more than twelve hours before the visit", { taken: -665, done: -661 }, { since: -2_000 }, 1],
    ["was over within twelve hours before the visit", { taken: -665, done: -660 }, { since: -2_000 }, 0.3],
  ])("stand by themselves or by what was believed where work %s", (_, work, said, came) => {
    const bench = new Bench().act("display:x", work).looks(30, { p: 0.3, ...said });
    expect(bench.looks(60, {}).noted()).toEqual({ count: 1, came });
  });

  it("are not read from what cannot be read", () => {
    for (const json of [
      undefined,
      null,
      {},
      "all",
      [
        ["a", null],
        [7, { arrival: 1 }],
        ["b", { arrival: "soon" }],
      ],
    ])
      expect(VisitWatch.from(json).toJSON()).toEqual([]);
    const many = Array.from({ length: 60 }, (_, i) => [`v${i}`, { arrival: 1, made: {}, acted: {} }]);
    expect(VisitWatch.from(many).toJSON()).toHaveLength(40);
  });

  it("set themselves right in time", () => {
    const bench = new Bench();
    for (let i = 0; i < 200; i++) {
      bench.looks(60 * i, { p: 0.95 }, 60 * i + 60);
      bench.looks(60 * i + 60, { p: 1, outcome: i % 3 === 0 ? "not_ready" : "ready" }, 60 * i + 60);
    }
    bench.site.turn(at(300 * 60));
    expect(setRight(bench.site, "display", { p: 0.95, leadMin: 60 })).toBeCloseTo(0.7, 1);
    expect(setRight(bench.site, "audio", { p: 0.95, leadMin: 60 })).toBe(0.95);
  });
});

describe("what a visit teaches of the room before it", () => {
  const isFree: Said = { check: "unoccupied", p: 0.9 };
  const strays = (last: Look) =>
    new Bench().looks(0, isFree).looks(59, isFree, 60, last).looks(60, [{}, isFree], 60, last).share("stray");

  it("is how often somebody is in whom nobody expects", () => {
    expect(strays({ isOccupied: true })).toEqual([1, 1]);
    expect(strays({ isOccupied: false })).toEqual([0, 1]);
    expect(strays({ isOccupied: undefined })).toBeUndefined();
    expect(strays({ isOccupied: true, bookings: [[0, 30]] })).toBeUndefined();
    expect(new Bench().looks(0, {}).looks(60, {}).share("stray")).toBeUndefined();
  });

  const reset = (outcome: Saying): Said[] => [{ check: "reset_visit", p: 0.8, outcome }, {}];
  /** A visit at minute 60 that follows a meeting which ends twenty minutes before. */
  const after = { usedUntil: 40 };
  const waits = (bench = new Bench()) => bench.looks(30, reset("degraded"), 60, { ...after, isOccupied: true });

  it("is how long a reset takes from the end of the use before, and that it came", () => {
    const bench = waits().looks(45, reset("degraded"), 60, after).looks(50, reset("ready"), 60, after);
    bench.looks(55, reset("ready"), 60, after).looks(60, reset("ready"), 60, after);
    expect(bench.resets(0)).toEqual({ made: 1, minutes: 10 });
    expect(bench.noted("reset_visit", 0)).toEqual({ count: 2, came: 2 });
    expect(bench.noted("display", 0)).toEqual({ count: 2, came: 2 });
  });

  it("is, where nobody has reported one, how long that was waited for: half of them are made all the same", () => {
    const bench = waits().looks(45, reset("degraded"), 60, after).looks(60, reset("not_ready"), 60, after);
    expect(bench.resets(0)).toEqual({ made: 0, minutes: 20 });
    expect(bench.noted("reset_visit", 0)).toEqual({ count: 1, came: 0.5 });
    expect(bench.share("reset unreported")).toBeUndefined();
  });

  it("is counted from the last who were in, also by a reset that they undo", () => {
    const bench = waits().looks(45, reset("ready"), 60, after);
    bench.looks(52, reset("degraded"), 60, { ...after, isOccupied: true }).looks(54, reset("degraded"), 60, after);
    bench.looks(58, reset("ready"), 60, after).looks(60, reset("ready"), 60, after);
    expect(bench.resets(0)).toEqual({ made: 1, minutes: 6 });
  });

  it("is not counted from before the end of the use before, nor from more than 95 minutes before the visit", () => {
    const early = new Bench().looks(30, reset("ready"), 60, after).looks(60, reset("ready"), 60, after);
    expect(early.resets(0)).toEqual({ made: 1, minutes: 0 });
    const bench = new Bench().looks(-120, reset("degraded")).looks(30, reset("degraded"));
    expect(bench.looks(60, reset("not_ready")).resets(2)).toEqual({ made: 0, minutes: 95 });
  });

  it.each([
    [16, 0],
    [15, 1],
    [-29, 1],
    [-30, 2],
  ] as const)("is learned apart for long gaps: after a use until minute %d as class %d", (usedUntil, cls) => {
    const bench = new Bench()
      .looks(30, reset("degraded"), 60, { usedUntil })
      .looks(60, reset("not_ready"), 60, { usedUntil });
    expect([0, 1, 2].filter((each) => bench.resets(each as 0).minutes > 0)).toEqual([cls]);
  });

  it.each([
    // When somebody took the call on, whether the reset came by itself, minutes for which that could be seen.
    [48, 0, 8],
    [50, 1, 10],
    [53, 1, 10],
  ])("is no reset that somebody was called for: taken on at minute %d", (taken, made, minutes) => {
    const bench = waits().act("reset_visit:v60", { taken }).looks(50, reset("ready"), 60, after);
    expect(bench.looks(60, reset("ready"), 60, after).resets(0)).toEqual({ made, minutes });
    expect(bench.share("reset unreported")).toBeUndefined();
  });

  it("is how long it went unseen until somebody took it on, where none came", () => {
    const bench = waits().act("reset_visit:v60", { taken: 48 }).looks(60, reset("not_ready"), 60, after);
    expect(bench.resets(0)).toEqual({ made: 0, minutes: 8 });
  });

  it.each([
    ["mended", 0],
    ["nothing_wrong", 1],
  ] as const)("is whether it had been made unreported: who went to see found %s", (found, made) => {
    const bench = waits().act("reset_visit:v60", { taken: 48, found }).looks(60, reset("not_ready"), 60, after);
    expect(bench.share("reset unreported")).toEqual([made, 1]);
  });
});
