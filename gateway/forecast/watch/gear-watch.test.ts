import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import type { Outcome } from "#contract/messages/common.ts";
import { type Instant, instant, minutes, rfc3339 } from "#contract/units.ts";
import type { Row } from "../../readiness/verdict.ts";
import type { RoomState } from "../../rooms/room-state.ts";
import { RoomHabits } from "../habits.ts";
import { SiteLearner } from "../site/site-learner.ts";
import { takeAlert } from "../site/take-alert.ts";
import { GearWatch } from "./gear-watch.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (minute: number): Instant => instant(NINE + minutes(minute));

interface Now {
  outcome: Outcome;
  since?: number;
  /** What it says this moment, where that has not settled. */
  says?: Outcome;
  cause?: string;
}

function rowOf({ outcome, since = 0, says = outcome, cause = "codec:c" }: Now): Row {
  const part = { key: "video_call:c", cause, outcome: says, code: "GONE", device: "c", metric: "registered" };
  const settled = { part, outcome, code: "GONE", since: at(since) };
  return { check: "video_call", ...settled, faults: outcome === "ready" ? [] : [settled] } as unknown as Row;
}

/** One room whose codec is looked at every minute. */
class Bench {
  readonly site = new SiteLearner("hq");
  readonly habits = new RoomHabits();
  watch = new GearWatch();
  #changedAt = NINE;

  constructor() {
    this.site.turn(NINE);
  }

  passes(from: number, to: number, now: Now): this {
    if (now.says === "not_ready") this.#changedAt = at(from);
    const slots = new Map([["registered", { changedAt: this.#changedAt }]]);
    const room = { key: "hq/r", devices: new Map([["c", { slots, state: "online" }]]) } as unknown as RoomState;
    for (let minute = from; minute < to; minute++) this.watch.take(room, [rowOf(now)], at(minute), this);
    return this;
  }

  /** Ended by itself, and minutes under watch. */
  seen(name = "heal codec"): { ended: number; watched: number } {
    this.site.turn(at(24 * 60 - 541));
    const counts = Array.from(this.site.counts(name, 56) ?? []);
    const sum = (odd: number): number => counts.reduce((all, each, i) => (i % 2 === odd ? all + each : all), 0);
    return { ended: Math.round(sum(0)), watched: Math.round(sum(1)) };
  }
}

const ok: Now = { outcome: "ready" };
const bad = (since: number): Now => ({ outcome: "not_ready", since });

function call(
  bench: Bench,
  { cause = "codec:c", taken, done }: { cause?: string; taken?: number; done?: number },
): void {
  const history: Alert["history"] = [{ at: rfc3339(at(20)), event: "raised" }];
  const told = (status: Alert["status"]): void =>
    takeAlert(bench.site, {
      id: "a",
      at: rfc3339(at(20)),
      cause,
      status,
      rooms: ["hq/r"],
      raised_at: rfc3339(at(20)),
      history: [...history],
      ...(done !== undefined && { reached: { raised: rfc3339(at(20)), resolved: rfc3339(at(done)) } }),
    } as unknown as Alert);
  told("open");
  if (taken !== undefined) history.push({ at: rfc3339(at(taken)), event: "acknowledged", by: "max" });
  if (taken !== undefined) told("acknowledged");
  if (done !== undefined) history.push({ at: rfc3339(at(done)), event: "resolved", by: "max" });
  if (done !== undefined) told("resolved");
}

describe("gear under watch", () => {
  it("teaches how long it was bad when it healed by itself", () => {
    const bench = new Bench().passes(0, 10, ok).passes(13, 30, bad(10)).passes(30, 40, ok);
    // Seen from its third minute on, when it had lasted long enough to count.
    expect(bench.seen()).toEqual({ ended: 1, watched: 17 });
    expect(bench.seen("heal codec/GONE").ended).toBe(1);
  });

  it("teaches of flaps, too, that never last long enough to count", () => {
    const flap: Now = { outcome: "ready", says: "not_ready" };
    const bench = new Bench().passes(0, 10, ok).passes(10, 12, flap).passes(12, 20, ok);
    expect(bench.seen()).toEqual({ ended: 1, watched: 2 });
    expect(bench.habits.toJSON()["fail codec"]?.yes ?? 0).toBe(0);
  });

  it("does not take a repair for healing: from when somebody took it on it is not watched", () => {
    const bench = new Bench().passes(0, 10, ok).passes(10, 25, bad(10));
    call(bench, { taken: 24 });
    bench.passes(25, 35, bad(10)).passes(35, 40, ok);
    expect(bench.seen()).toEqual({ ended: 0, watched: 14 });
    // From the call to when it was well: 15 minutes.
    expect(bench.site.counts("mend restart_remote", 5)?.[4]).toBe(1);
  });

  it("counts a call that nobody took on for nothing: it healed by itself", () => {
    const bench = new Bench().passes(0, 10, ok).passes(10, 25, bad(10));
    call(bench, {});
    bench.passes(25, 35, bad(10)).passes(35, 40, ok);
    expect(bench.seen().ended).toBe(1);
    expect(bench.site.counts("mend restart_remote", 5)).toBeUndefined();
  });

  it("counts a repair once, by the word of who made it", () => {
    const bench = new Bench().passes(0, 10, ok).passes(10, 25, bad(10));
    call(bench, { taken: 24, done: 34 });
    bench.passes(25, 35, bad(10)).passes(35, 40, ok);
    bench.seen();
    expect(bench.site.counts("mend restart_remote", 5)?.[4]).toBe(1);
  });

  it("leaves open how long a fault lasted that has turned into silence", () => {
    const bench = new Bench().passes(0, 10, ok).passes(10, 25, bad(10));
    bench.passes(25, 60, { outcome: "unknown", since: 25, cause: "agent:pi" });
    expect(bench.seen()).toEqual({ ended: 0, watched: 15 });
  });

  it("teaches an outage once, however many devices see it", () => {
    const bench = new Bench().passes(0, 10, { outcome: "unknown", since: 0, cause: "agent:pi" });
    const other = new GearWatch();
    const room = { key: "hq/s", devices: new Map() } as unknown as RoomState;
    other.take(room, [rowOf({ outcome: "unknown", since: 0, cause: "agent:pi" })], at(1), bench);
    bench.passes(10, 12, ok);
    other.take(room, [rowOf(ok)], at(12), bench);
    expect(bench.seen("heal agent").ended).toBe(1);
  });

  it("goes on with what it watched after a restart", () => {
    const bench = new Bench().passes(0, 10, ok).passes(10, 25, bad(10));
    bench.watch = GearWatch.from(JSON.parse(JSON.stringify(bench.watch)) as unknown);
    bench.passes(25, 30, bad(10)).passes(30, 40, ok);
    expect(bench.seen()).toEqual({ ended: 1, watched: 20 });
  });

  it("counts the minutes in which all was well", () => {
    const bench = new Bench().passes(0, 61, ok);
    bench.seen();
    expect(bench.site.counts("fail codec/2", 2)?.[1]).toBe(60);
  });
});
