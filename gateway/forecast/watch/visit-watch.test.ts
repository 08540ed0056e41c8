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

interface Said {
  check?: CheckId;
  p: number;
  outcome?: "ready" | "degraded" | "not_ready" | "unknown";
  value?: number;
  isOccupied?: boolean;
}

/** One room with one visit after another, each arriving at the full hour. */
class Bench {
  readonly site = new SiteLearner("hq");
  readonly habits = new RoomHabits();
  watch = new VisitWatch();

  constructor() {
    this.site.turn(NINE);
  }

  looks(
    minute: number,
    { check = "display", p, outcome = "ready", value, isOccupied = false }: Said,
    arrival = 60,
  ): this {
    const cause = `${check}:x`;
    const checks: CheckOutlook[] = [{ check, cause, p, raw: p, mean: undefined, sigma: undefined, unit: undefined }];
    const band = { ready: [20, 24], usable: [19, 25] };
    const part = { outcome, cause, ...(value !== undefined && { value, band }) };
    const seen = {
      visit: { arrival: at(arrival), demo: { id: `v${arrival}` }, before: undefined },
      verdict: { rows: [{ check, outcome, since: at(minute - 5), part }] },
      forecast: { checks },
    } as unknown as VisitSeen;
    const room = { key: "hq/r", bookings: [], demos: [] } as unknown as RoomState;
    this.watch.take(room, [seen], at(minute), { site: this.site, habits: this.habits, isOccupied });
    return this;
  }

  /** Outcomes noted for a check and a lead: how many, and how many were as wanted. */
  noted(check: CheckId = "display", lead: 0 | 1 | 2 = 1): { count: number; came: number } {
    this.site.turn(at(14 * 60));
    const counts = Array.from(this.site.counts(`cal ${check}/${lead}`, 96) ?? []);
    const sum = (which: number): number => counts.reduce((all, each, i) => (i % 3 === which ? all + each : all), 0);
    return { count: Math.round(sum(0)), came: Math.round(sum(2) * 100) / 100 };
  }
}

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

  it("are left open when nobody knows how it was", () => {
    expect(new Bench().looks(0, { p: 0.9 }).looks(60, { p: 1, outcome: "unknown" }).noted().count).toBe(0);
    expect(new Bench().looks(0, { p: 0.9 }).looks(80, { p: 1 }).noted().count).toBe(0);
  });

  it("stand by what was believed when somebody took it on, and say nothing from then on", () => {
    const bench = new Bench().looks(0, { p: 0.6 });
    const history = [{ at: rfc3339(at(20)), event: "acknowledged", by: "max" }];
    const alert = {
      id: "a",
      at: rfc3339(at(20)),
      cause: "display:x",
      status: "acknowledged",
      rooms: ["hq/r"],
      history,
    };
    takeAlert(bench.site, { ...alert, raised_at: rfc3339(at(15)) } as unknown as Alert);
    bench.looks(21, { p: 0.3 }).looks(30, { p: 0.9 }).looks(60, { p: 1 });
    expect(bench.noted()).toEqual({ count: 1, came: 0.3 });
    expect(bench.habits.toJSON()["fine display"]).toBeUndefined();
  });

  it("take who is in the room just before arrival for what was foreseen of them: at arrival the visit itself is in", () => {
    const free = new Bench().looks(0, { check: "unoccupied", p: 0.7 });
    free.looks(59, { check: "unoccupied", p: 0.99 }).looks(60, { check: "unoccupied", p: 1, isOccupied: true });
    expect(free.noted("unoccupied")).toEqual({ count: 1, came: 1 });
    const used = new Bench().looks(0, { check: "unoccupied", p: 0.7 });
    used
      .looks(59, { check: "unoccupied", p: 0.4, isOccupied: true })
      .looks(60, { check: "unoccupied", p: 1, isOccupied: true });
    expect(used.noted("unoccupied")).toEqual({ count: 1, came: 0.4 });
  });

  it("go on after a restart", () => {
    const bench = new Bench().looks(0, { p: 0.9 });
    bench.watch = VisitWatch.from(JSON.parse(JSON.stringify(bench.watch)) as unknown);
    expect(bench.looks(60, { p: 1 }).noted()).toEqual({ count: 1, came: 1 });
  });

  it("begin anew when the visit is moved", () => {
    const bench = new Bench();
    bench.looks(0, { p: 0.9 });
    bench.looks(10, { p: 0.8 }, 70);
    bench.looks(60, { p: 1 });
    bench.looks(70, { p: 1 }, 70);
    expect(bench.noted().count).toBe(2);
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
