import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import type { Outcome } from "#contract/messages/common.ts";
import type { CheckId } from "#contract/messages/readiness.ts";
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
  check?: CheckId;
  key?: string;
}

function rowOf({ outcome, since = 0, says = outcome, cause = "codec:c", check = "video_call", key = check }: Now): Row {
  const part = { key, cause, outcome: says, code: "GONE", device: "c", metric: "registered" };
  const settled = { part, outcome, code: "GONE", since: at(since) };
  return { check, ...settled, faults: outcome === "ready" ? [] : [settled] } as unknown as Row;
}

/** One room whose codec is looked at every minute. */
class Bench {
  readonly site = new SiteLearner("hq");
  readonly habits = new RoomHabits();
  watch = new GearWatch();
  /** Since when the codec has been offline, in minutes after nine. */
  offlineSince: number | undefined;
  #changedAt = NINE;

  constructor() {
    this.site.turn(NINE);
  }

  passes(from: number, to: number, now: Now | readonly Now[]): this {
    if (!Array.isArray(now) && (now as Now).says === "not_ready") this.#changedAt = at(from);
    for (let minute = from; minute < to; minute++) this.looks(minute, now);
    return this;
  }

  looks(minute: number, now: Now | readonly Now[]): this {
    const slots = new Map([["registered", { changedAt: this.#changedAt }]]);
    const { offlineSince } = this;
    const state = offlineSince === undefined ? { state: "online" } : { state: "offline", stateSince: at(offlineSince) };
    const room = { key: "hq/r", devices: new Map([["c", { slots, ...state }]]) } as unknown as RoomState;
    const rows = [now].flat().map(rowOf);
    this.watch.take(room, rows, at(minute), this);
    return this;
  }

  /** Ended by itself, and minutes under watch. */
  seen(name = "heal codec"): { ended: number; watched: number } {
    const counts = this.counts(name, 56) ?? [];
    const sum = (odd: number): number => counts.reduce((all, each, i) => (i % 2 === odd ? all + each : all), 0);
    return { ended: Math.round(sum(0)), watched: Math.round(sum(1)) };
  }

  /** What was taught under that name. */
  counts(name: string, size = 2): number[] | undefined {
    this.site.turn(at(24 * 60 - 541));
    const counts = this.site.counts(name, size);
    return counts && Array.from(counts);
  }
}

const ok: Now = { outcome: "ready" };
const bad = (since: number): Now => ({ outcome: "not_ready", since });

interface Call {
  cause?: string;
  taken?: number;
  done?: number;
  found?: "mended" | "nothing_wrong";
}
function call(bench: Bench, { cause = "codec:c", taken, done, found }: Call): void {
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
  if (found !== undefined)
    bench.site.acts.takeReply("a", { at: rfc3339(at(taken ?? 20)), by: "max", reply: "resolve", found });
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
    // Its room saw the silence begin four minutes later.
    other.take(room, [rowOf({ outcome: "unknown", since: 4, cause: "agent:pi" })], at(6), bench);
    bench.passes(10, 12, ok);
    other.take(room, [rowOf(ok)], at(13), bench);
    expect(bench.seen("heal agent")).toEqual({ ended: 1, watched: 10 });
    // How often its room is without the network says nothing of the room.
    expect(bench.habits.toJSON()).toEqual({});
  });

  it("teaches each outage, of another agent and of another time", () => {
    const silent = (agent: string, since: number): Now => ({
      outcome: "unknown",
      since,
      cause: `agent:${agent}`,
      key: agent,
    });
    const bench = new Bench().passes(0, 10, [silent("pi-1", 0), silent("pi-2", 0)]).passes(10, 60, ok);
    bench.passes(60, 70, silent("pi-1", 60)).passes(70, 72, ok);
    expect(bench.seen("heal agent").ended).toBe(3);
  });

  it("teaches what was behind an outage when somebody found it, and nothing of the sort of a single device", () => {
    const found = (cause: string, found?: "mended" | "nothing_wrong") => {
      const bench = new Bench().passes(0, 10, ok).passes(10, 25, { ...bad(10), cause });
      call(bench, { cause, taken: 24, ...(found !== undefined && { found }) });
      return bench.passes(25, 30, { ...bad(10), cause }).passes(30, 32, ok);
    };
    expect(found("switch:sw", "mended").counts("broken switch")).toEqual([1, 1]);
    expect(found("switch:sw", "nothing_wrong").counts("broken switch")).toEqual([0, 1]);
    expect(found("switch:sw").counts("broken switch")).toBeUndefined();
    expect(found("codec:c", "mended").counts("broken codec")).toBeUndefined();
    expect(found("codec:c", "mended").counts("mend restart_remote", 5)?.[4]).toBe(1);
    expect(found("codec:c", "nothing_wrong").counts("mend restart_remote", 5)).toBeUndefined();
  });

  it("goes on with what it watched after a restart", () => {
    const bench = new Bench().passes(0, 10, ok).passes(10, 25, bad(10));
    const restart = () => (bench.watch = GearWatch.from(JSON.parse(JSON.stringify(bench.watch)) as unknown));
    restart();
    bench.passes(25, 30, bad(10)).passes(30, 40, ok);
    expect(bench.seen()).toEqual({ ended: 1, watched: 20 });
    restart();
    // From minute 30 on it was well; handed in since minute 30, when that was done last.
    expect(bench.passes(40, 46, ok).habits.toJSON()["fail codec"]).toEqual({ yes: 1, of: 30 });
    for (const json of [undefined, null, {}, { spells: "many" }])
      expect(GearWatch.from(json).toJSON()).toEqual(new GearWatch().toJSON());
  });

  it("tells several faults of a room apart", () => {
    const [one, two]: Now[] = [bad(10), { ...bad(12), cause: "codec:d", key: "other" }];
    const bench = new Bench()
      .passes(0, 10, ok)
      .passes(12, 20, [one as Now, two as Now])
      .passes(20, 25, two as Now);
    expect(bench.seen()).toEqual({ ended: 1, watched: 8 });
    expect(bench.watch.toJSON().spells.map(({ cause }) => cause)).toEqual(["codec:d"]);
  });

  it("leaves open how long a fault lasted that turns out to be another's, or that nobody sees any more", () => {
    const others: Now[] = [
      { ...bad(25), cause: "switch:sw" },
      { outcome: "unknown", since: 25 },
    ];
    for (const other of others) {
      const bench = new Bench().passes(0, 10, ok).passes(10, 25, bad(10)).passes(25, 40, other).passes(40, 42, ok);
      expect(bench.seen()).toEqual({ ended: 0, watched: 15 });
    }
  });

  it("takes no notice of what is no gear, is usable or only unknown, and no more than sixty faults", () => {
    const others: Now[] = [
      { outcome: "not_ready", check: "temperature", cause: "temperature" },
      { outcome: "degraded", check: "display", cause: "display:d" },
    ];
    expect(new Bench().passes(0, 5, others).watch.toJSON().spells).toEqual([]);
    const unknown = new Bench().passes(0, 5, { outcome: "unknown" }).passes(5, 8, ok);
    expect([unknown.counts("heal codec", 56), unknown.counts("fail codec/2")]).toEqual([undefined, undefined]);
    const many = Array.from({ length: 70 }, (_, i): Now => ({ ...bad(0), key: `k${i}` }));
    const bench = new Bench().looks(0, many);
    expect(bench.watch.toJSON().spells).toHaveLength(60);
    expect(
      GearWatch.from({ spells: [...bench.watch.toJSON().spells, ...bench.watch.toJSON().spells] }).toJSON().spells,
    ).toHaveLength(60);
  });

  it("takes what works again for well while it is only watched whether it stays so", () => {
    const back: Now = { outcome: "not_ready", since: 10, says: "ready" };
    const bench = new Bench().passes(0, 10, ok).passes(10, 20, bad(10)).passes(20, 30, back).passes(30, 32, ok);
    expect(bench.seen()).toEqual({ ended: 1, watched: 10 });
    const silent: Now = { outcome: "unknown", says: "ready", cause: "agent:pi" };
    expect(new Bench().passes(0, 10, silent).passes(10, 12, ok).seen("heal agent").ended).toBe(1);
  });

  it("counts the flaps of a device that is gone from when it went", () => {
    const flap: Now = { outcome: "ready", says: "not_ready" };
    const bench = new Bench().passes(0, 10, ok);
    bench.offlineSince = 8;
    expect(bench.passes(10, 12, flap).watch.toJSON().spells[0]).toMatchObject({ from: at(8), seenFrom: at(10) });
    const stranger = new Bench();
    const room = { key: "hq/r", devices: new Map() } as unknown as RoomState;
    stranger.watch.take(room, [rowOf(flap)], at(10), stranger);
    expect(stranger.watch.toJSON().spells).toEqual([]);
    const silent = { key: "hq/r", devices: new Map([["c", { slots: new Map() }]]) } as unknown as RoomState;
    stranger.watch.take(silent, [rowOf(flap)], at(10), stranger);
    expect(stranger.watch.toJSON().spells).toEqual([]);
  });

  it("counts against the room what lasts for three minutes", () => {
    const lasts = (minutes: number) =>
      new Bench()
        .looks(9, ok)
        .looks(10, bad(10))
        .looks(10 + minutes, ok)
        .habits.toJSON()["fail codec"]?.yes ?? 0;
    expect([lasts(2.9), lasts(3)]).toEqual([0, 1]);
  });

  it("counts each fault that begins, by the time of day", () => {
    const bench = new Bench().passes(0, 10, ok).passes(10, 12, bad(10)).passes(12, 20, ok).passes(20, 22, bad(20));
    expect(bench.counts("fail codec/2")?.[0]).toBe(2);
    // From noon on it is another part of the day.
    expect(new Bench().looks(180, bad(180)).counts("fail codec/3")).toEqual([1, 0]);
  });

  it("counts the minutes in which all was well", () => {
    const bench = new Bench().passes(0, 61, ok);
    expect(bench.counts("fail codec/2")).toEqual([0, 60]);
    expect(bench.habits.toJSON()).toEqual({ "fail codec": { yes: 0, of: 60 } });
  });

  it("counts them every quarter of an hour, and those of a pause of an hour, but of no longer one", () => {
    const minutes = (...looks: number[]) => {
      const bench = new Bench();
      for (const minute of looks) bench.looks(minute, ok);
      return bench.counts("fail codec/2")?.[1];
    };
    expect([minutes(0, 14.9), minutes(0, 15), minutes(0, 15, 29)]).toEqual([undefined, 15, 15]);
    expect([minutes(0, 60), minutes(0, 61), minutes(0, 61, 76)]).toEqual([60, undefined, 15]);
  });

  it("counts them of gear that is in order alone", () => {
    const rows: Now[] = [
      { outcome: "ready", check: "display", cause: "display:d" },
      { outcome: "degraded", check: "audio", cause: "audio:a" },
      bad(0),
      { outcome: "unknown", check: "network", cause: "network:ap" },
      { outcome: "ready", check: "temperature", cause: "temperature" },
    ];
    const bench = new Bench().passes(0, 16, rows);
    const kinds = ["display", "audio", "codec", "network", "temperature"];
    expect(kinds.map((kind) => bench.counts(`fail ${kind}/2`)?.[1])).toEqual([15, 15, 0, undefined, undefined]);
    expect(bench.habits.toJSON()).toEqual({ "fail display": { yes: 0, of: 15 }, "fail audio": { yes: 0, of: 15 } });
  });
});
