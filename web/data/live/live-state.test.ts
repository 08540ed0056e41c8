import { describe, expect, test } from "vitest";
import type { LiveMessage } from "#contract/api/live.ts";
import { makeBuilding } from "../../dev/sample-building.ts";
import { LiveStore } from "./live-store.ts";
import { emptyLiveState, type LiveState, stepLiveState } from "./live-state.ts";

const at = "2026-11-24T07:41:00.000Z";
const { rooms, demos, alerts, system } = makeBuilding(Date.parse(at));
const snapshot = (seq: number, epoch = "e1"): LiveMessage => ({
  type: "snapshot",
  epoch,
  seq,
  at,
  rooms,
  demos,
  alerts,
  system,
});
const [harbour] = rooms;
if (harbour === undefined) throw new Error("no rooms");
const warmer = { ...harbour, temperature_c: 19 };
const delta = (seq: number, more: object = { rooms: [warmer] }): LiveMessage => ({ type: "delta", seq, at, ...more });

const after = (...messages: LiveMessage[]): LiveState => {
  let state = emptyLiveState;
  for (const message of messages) {
    const step = stepLiveState(state, message);
    if (step.kind === "hole") throw new Error(`hole at ${JSON.stringify(message).slice(0, 60)}`);
    if (step.kind === "moved") state = step.state;
  }
  return state;
};

describe("the feed's state", () => {
  test("a delta changes what it names and leaves the rest the very same", () => {
    const before = after(snapshot(4));
    const now = after(snapshot(4), delta(5));
    expect(now.rooms.get(harbour.key)?.temperature_c).toBe(19);
    expect(now.rooms.get(rooms[1]?.key ?? "")).toBe(before.rooms.get(rooms[1]?.key ?? ""));
    expect(now.seq).toBe(5);
  });

  test("what is gone is gone", () => {
    const [alert] = alerts;
    const now = after(snapshot(4), delta(5, { gone: { alerts: [alert?.id ?? ""] } }));
    expect(now.alerts.size).toBe(alerts.length - 1);
    expect(now.demos.size).toBe(demos.length);
  });

  test("a missing number is a hole: in a delta, and in a ping that is ahead", () => {
    const state = after(snapshot(4));
    expect(stepLiveState(state, delta(6)).kind).toBe("hole");
    expect(stepLiveState(state, { type: "ping", seq: 5, at }).kind).toBe("hole");
    expect(stepLiveState(state, { type: "ping", seq: 4, at }).kind).toBe("moved");
  });

  test("a delta that is known already changes nothing", () => {
    expect(stepLiveState(after(snapshot(4)), delta(4)).kind).toBe("same");
  });

  test("nothing counts before a snapshot", () => {
    expect(stepLiveState(emptyLiveState, delta(1)).kind).toBe("hole");
    expect(stepLiveState(emptyLiveState, { type: "ping", seq: 0, at }).kind).toBe("hole");
  });

  test("a resumed feed must be of the same run; a snapshot of another run replaces everything", () => {
    const state = after(snapshot(4));
    expect(stepLiveState(state, { type: "hello", epoch: "e1", seq: 9, resumed: true }).kind).toBe("same");
    expect(stepLiveState(state, { type: "hello", epoch: "e2", seq: 9, resumed: true }).kind).toBe("hole");
    expect(after(snapshot(400), snapshot(1, "e2"), delta(2)).seq).toBe(2);
  });

  test("a message of a kind that is not known is passed over", () => {
    expect(stepLiveState(after(snapshot(4)), { type: "weather" } as unknown as LiveMessage).kind).toBe("same");
  });
});

describe("the store", () => {
  const start = (): { store: LiveStore; frame: () => void } => {
    let task: (() => void) | undefined;
    const store = new LiveStore({ now: () => 0, schedule: (next) => (task = next) });
    return { store, frame: () => task?.() };
  };

  test("shows what arrived once per frame, and wakes only who asked for what changed", () => {
    const { store, frame } = start();
    const woken: string[] = [];
    for (const key of [`rooms:${harbour.key}`, `rooms:${rooms[1]?.key}`, "rooms", "demos", "first"])
      store.subscribe(key, () => woken.push(key));
    store.accept(snapshot(4));
    expect(store.hasData).toBe(false);
    frame();
    expect(woken).toContain("first");
    woken.length = 0;
    for (const seq of [5, 6, 7, 8]) store.accept(delta(seq, { rooms: [{ ...harbour, co2_ppm: seq }] }));
    expect(woken).toEqual([]);
    frame();
    expect(woken).toEqual(["rooms", `rooms:${harbour.key}`]);
    expect(store.thing("rooms", harbour.key)?.co2_ppm).toBe(8);
  });

  test("a collection is the same array until something in it changes", () => {
    const { store, frame } = start();
    store.accept(snapshot(4));
    frame();
    const [roomsBefore, demosBefore] = [store.list("rooms"), store.list("demos")];
    expect(store.list("rooms")).toBe(roomsBefore);
    store.accept(delta(5));
    frame();
    expect(store.list("rooms")).not.toBe(roomsBefore);
    expect(store.list("demos")).toBe(demosBefore);
  });

  test("resumes from what has arrived, shown or not", () => {
    const { store } = start();
    expect(store.resumeFrom()).toBeUndefined();
    store.accept(snapshot(4));
    store.accept(delta(5));
    expect(store.resumeFrom()).toEqual({ epoch: "e1", since: 5 });
  });

  test("somebody who left leaves nothing behind", () => {
    const { store, frame } = start();
    store.accept(snapshot(4));
    frame();
    store.clear();
    expect(store.hasData).toBe(false);
    expect(store.list("demos")).toEqual([]);
  });
});
