import { describe, expect, it } from "vitest";
import { type Instant, instant, minutes, rfc3339 } from "#contract/units.ts";
import { SiteLearner } from "../site/site-learner.ts";
import { type RoomSeen, RoomWatch } from "./room-watch.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (minute: number): Instant => instant(NINE + minutes(minute));

type Sensed = { value?: boolean | number; kind?: string; since?: number } | undefined;

/** A room with a meeting, a broken codec and a visit at minute 60, as it is judged at a minute. */
function judged(minute: number, sensed: Sensed, over: { occupied?: boolean; isWell?: boolean } = {}): RoomSeen {
  const { occupied, isWell = false } = over;
  const part = { key: "c", cause: "codec:c", outcome: isWell ? "ready" : "not_ready", code: "GONE" };
  const settled = { part, outcome: part.outcome, code: "GONE", since: at(10) };
  const codec = { check: "video_call", ...settled, faults: isWell ? [] : [settled] };
  const free = { check: "unoccupied", outcome: "ready", since: at(0), part: { outcome: "ready", cause: "occupied" } };
  const { value, kind = "known", since = minute } = sensed ?? {};
  return {
    room: {
      key: "hq/r",
      devices: new Map(),
      bookings: [{ start: rfc3339(at(5)), end: rfc3339(at(20)) }],
      demos: [],
    },
    rows: [codec],
    visits: [
      {
        visit: { arrival: at(60), demo: { id: "acme" }, before: undefined },
        verdict: { rows: [free] },
        forecast: { checks: [{ check: "unoccupied", cause: "occupied", p: 0.9, raw: 0.9 }] },
      },
    ],
    people: sensed === undefined ? undefined : { kind, slot: { value, changedAt: at(since) } },
    occupied,
  } as unknown as RoomSeen;
}

/** What came of "nobody is in at arrival", by who was in at the last look before: 1 nobody, 0.9 somebody (as was foreseen). */
function cameOf(sensed: Sensed, occupied?: boolean): number | undefined {
  const site = new SiteLearner("hq");
  const watch = new RoomWatch();
  site.turn(NINE);
  const over = { isWell: true, ...(occupied !== undefined && { occupied }) };
  for (const minute of [30, 59, 60]) watch.take(judged(minute, sensed, over), at(minute), site);
  return watch.habits.toJSON()["fine unoccupied"]?.yes;
}

describe("a room's watch", () => {
  it("teaches of its people, its gear and its visits, and all of that outlives a restart", () => {
    const told = (restartAt: number) => {
      const site = new SiteLearner("hq");
      let watch = new RoomWatch();
      site.turn(NINE);
      for (let minute = 0; minute <= 62; minute++) {
        if (minute === restartAt) watch = RoomWatch.from(JSON.parse(JSON.stringify(watch)) as unknown);
        const value = minute >= 5 && minute < 18;
        const since = minute < 5 ? 0 : value ? 5 : 18;
        watch.take(judged(minute, { value, since }, { isWell: minute > 40 || minute < 10 }), at(minute), site);
      }
      site.turn(at(14 * 60));
      return [JSON.stringify(site), JSON.stringify(watch)];
    };
    const whole = told(-1);
    for (const name of ["no-show", "heal codec/GONE", "fail codec/2", "cal unoccupied/1"])
      expect(whole[0]).toContain(`"${name}"`);
    for (const name of ["no-show", "over", "fail codec", "fine unoccupied"]) expect(whole[1]).toContain(`"${name}"`);
    for (const restartAt of [3, 7, 17, 19, 25, 45, 61]) expect(told(restartAt)).toEqual(whole);
  });

  it("begins anew where what was kept cannot be read", () => {
    for (const json of [undefined, null, "all of it", 7, {}, { habits: 1, people: 2, gear: 3, visits: 4 }])
      expect(JSON.stringify(RoomWatch.from(json))).toBe(JSON.stringify(new RoomWatch()));
  });

  it("makes another forecast whenever the room has other habits, or others are in", () => {
    const watch = new RoomWatch();
    const { revision } = watch;
    watch.habits.note("over", 1, 1);
    expect(watch.revision).toBe(revision + 1);
    watch.people.take(judged(30, { value: true }).room, judged(30, { value: true }).people, at(30), {
      site: new SiteLearner("hq"),
      habits: watch.habits,
    });
    expect(watch.revision).toBe(revision + 2);
  });

  it.each<[string, Sensed, boolean | undefined, number | undefined]>([
    ["a sensor that sees somebody", { value: true }, false, 0.9],
    ["a sensor that sees nobody", { value: false }, true, 1],
    ["a sensor that counts some", { value: 2 }, false, 0.9],
    ["a sensor that counts none", { value: 0 }, true, 1],
    ["what has settled, of a sensor that is silent now", { value: true, kind: "stale" }, false, 1],
    ["what has settled, of a sensor that never spoke", { kind: "known" }, true, 0.9],
    ["what has settled, where there is no sensor", undefined, true, 0.9],
    ["nobody, where nothing is known", undefined, undefined, undefined],
  ])("is told who is in before a visit by %s", (_, sensed, occupied, came) => {
    expect(cameOf(sensed, occupied)).toBe(came);
  });
});
