import { afterEach, beforeEach, expect, test } from "vitest";
import type { PublishOptions } from "#contract/bus.ts";
import { GreenroomError } from "#contract/errors.ts";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import { hours, later, minutes, rfc3339, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { parsePayload, topicOf } from "#contract/wire.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { cardOf, inHours, SITE, START } from "../test-server.ts";
import { Planner } from "./planner.ts";
import { WirePublisher } from "./wire-publisher.ts";

/** A bus whose link can be cut. */
class CutBus extends MemoryBus {
  isUp = true;
  readonly sent: string[] = [];
  readonly #listeners = new Set<(connected: boolean) => void>();

  override publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void> {
    if (!this.isUp) return Promise.reject(new GreenroomError("LINK_DOWN", "the link is cut"));
    this.sent.push(topic);
    return super.publish(topic, payload, options);
  }

  override onLink(listener?: (connected: boolean) => void): () => void {
    if (listener !== undefined) this.#listeners.add(listener);
    return () => {};
  }

  link(up: boolean): void {
    this.isUp = up;
    for (const listener of this.#listeners) listener(up);
  }
}

let clock: VirtualClock;
let broker: MemoryBroker;
let bus: CutBus;
let store: Store;
let publisher: WirePublisher;
let planner: Planner;
beforeEach(async () => {
  clock = new VirtualClock(START);
  broker = new MemoryBroker();
  bus = new CutBus(broker);
  store = await openStore(":memory:", { clock });
  publisher = new WirePublisher(bus, clock, silentLog);
  planner = new Planner({ store, publisher, clock, log: silentLog });
  await store.rooms.put(SITE, "harbour", cardOf("Harbour"));
});
afterEach(async () => {
  await planner.stop();
  publisher.stop();
  await store.close();
});

const told = <K extends "demos" | "maintenance">(kind: K): ReturnType<typeof parsed<K>> => parsed(kind);
const parsed = <K extends "demos" | "maintenance">(kind: K) => {
  const payload = broker.retained.get(topicOf(kind, { site: SITE, room: "harbour" }));
  const result = parsePayload(kind, payload ?? "");
  if (!result.ok) throw new Error(result.why);
  return result.value;
};
const times = (from: number, to: number): { start_ms: number; end_ms: number; arrival_ms: number } => ({
  start_ms: later(START, hours(from)),
  arrival_ms: later(START, hours(from)),
  end_ms: later(START, hours(to)),
});
const where = { site: SITE, room: "harbour", source: "api" };
const addDemo = (id: string, from: number, to: number) =>
  store.demos.add({ ...where, id, title: id, needs: {}, ...times(from, to) });

test("a visit is told from 48 h before its start until its end, to the moment", async () => {
  await addDemo("far", 60, 61);
  await addDemo("running", -1, 1);
  await planner.start();
  expect(told("demos").demos.map((demo) => demo.id)).toEqual(["running"]);
  await clock.advanceToSettled(later(START, minutes(59.9)));
  expect(told("demos").demos.map((demo) => demo.id)).toEqual(["running"]);
  await clock.advanceToSettled(later(START, hours(1)));
  expect(told("demos").demos).toEqual([]);
  await clock.advanceToSettled(later(START, hours(12.001)));
  expect(told("demos").demos).toMatchObject([{ id: "far", start: inHours(60), arrival: inHours(60) }]);
});

test("bookings carry times and nothing else; windows come and go in the same way", async () => {
  const { arrival_ms: _, ...span } = times(5, 6);
  await store.bookings.put({ ...where, ...span });
  await store.maintenance.add({ site: SITE, room: "harbour", ...span, reason: "Filter", created_by: "x", id: "m1" });
  await planner.start();
  expect(told("demos").bookings).toEqual([{ start: inHours(5), end: inHours(6) }]);
  expect(told("maintenance").windows).toEqual([{ id: "m1", start: inHours(5), end: inHours(6), reason: "Filter" }]);
  await clock.advanceToSettled(later(START, hours(6.01)));
  expect(told("demos").bookings).toEqual([]);
  expect(told("maintenance").windows).toEqual([]);
});

test("what has not changed is not said again", async () => {
  await planner.start();
  const before = bus.sent.length;
  expect(before).toBe(3);
  await clock.advanceToSettled(later(START, hours(10)));
  await planner.changed();
  expect(bus.sent).toHaveLength(before);
});

test("while the link is down the newest plan waits, and only the newest is sent when it is back", async () => {
  await planner.start();
  bus.link(false);
  for (const n of [1, 2, 3]) {
    await addDemo(`d${n}`, n, n + 0.5);
    await planner.changed([`${SITE}/harbour`]);
  }
  expect(told("demos").demos).toEqual([]);
  const before = bus.sent.length;
  bus.link(true);
  await publisher.settled();
  expect(told("demos").demos.map((demo) => demo.id)).toEqual(["d1", "d2", "d3"]);
  // Card and maintenance once more, too: the broker may have lost what it kept.
  expect(bus.sent).toHaveLength(before + 3);
});

test("a send that fails without the link's word is tried again by itself", async () => {
  bus.isUp = false;
  await planner.start();
  expect(broker.retained.size).toBe(0);
  bus.isUp = true;
  await clock.advanceToSettled(later(clock.now(), seconds(5)));
  expect(broker.retained.size).toBe(3);
});

test("a room that was taken out while the broker was away is taken off the wire at the next start", async () => {
  await planner.start();
  expect(broker.retained.size).toBe(3);
  await store.rooms.remove(SITE, "harbour");
  const next = new Planner({ store, publisher: new WirePublisher(bus, clock, silentLog), clock, log: silentLog });
  await next.start();
  expect(broker.retained.size).toBe(0);
  await next.stop();
});

test("listeners are told of each plan, and of a room that is no more", async () => {
  const heard: [string, boolean][] = [];
  planner.onPlan((key, plan) => heard.push([key, plan !== undefined]));
  await planner.start();
  await store.rooms.remove(SITE, "harbour");
  await planner.changed([`${SITE}/harbour`]);
  expect(heard).toEqual([
    [`${SITE}/harbour`, true],
    [`${SITE}/harbour`, false],
  ]);
  expect(rfc3339(START)).toBe("2026-11-21T12:00:00.000Z");
});
