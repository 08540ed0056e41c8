import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { LiveDelta, LiveSnapshot } from "#contract/api/live.ts";
import type { Role } from "#contract/api/views.ts";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { hours, instant, later, millis, minutes, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { publish, topicOf } from "#contract/wire.ts";
import { Planner } from "../planning/planner.ts";
import { WirePublisher } from "../planning/wire-publisher.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { cardOf, readinessOf, SITE, START } from "../test-server.ts";
import type { Audience } from "./audience.ts";
import { LiveFeed } from "./live-feed.ts";
import { LiveView } from "./live-view.ts";
import { WireState } from "./wire-state.ts";

interface House {
  clock: VirtualClock;
  bus: MemoryBus;
  store: Store;
  planner: Planner;
  feed: LiveFeed;
  stop(): Promise<void>;
}

/** `look` is called whenever a batch is put together. */
async function makeHouse({ look = () => {} }: { look?: (clock: VirtualClock) => void } = {}): Promise<House> {
  const clock = new VirtualClock(START);
  const bus = new MemoryBus(new MemoryBroker());
  const store = await openStore(":memory:", { clock });
  const publisher = new WirePublisher(bus, clock, silentLog);
  const planner = new Planner({ store, publisher, clock, log: silentLog });
  const wire: WireState = new WireState({
    clock,
    log: silentLog,
    listener: { rooms: (keys) => feed.touch(keys), alert: () => {} },
  });
  const system = () => {
    look(clock);
    return { broker: true, history: "ok" as const, spooled: 0, rejected_last_hour: 0 };
  };
  const view = new LiveView({ clock, wire, planner, system });
  const feed: LiveFeed = new LiveFeed(view, clock);
  planner.onPlan((key) => feed.touch([key]));
  for (const room of ROOMS) await store.rooms.put(SITE, room, cardOf(room));
  await planner.start();
  await wire.start(bus);
  feed.start();
  const stop = async (): Promise<void> => {
    feed.stop();
    await planner.stop();
    await store.close();
  };
  return { clock, bus, store, planner, feed, stop };
}

const ROOMS = ["harbour", "lotus", "peak"];
const room = fc.constantFrom(...ROOMS);
const id = fc.constantFrom("v1", "v2", "v3");

type Act =
  | { act: "verdict"; room: string; score: number; outcome: "ready" | "not_ready" }
  | { act: "alert"; room: string; id: string; demo: string; status: "open" | "resolved" }
  | { act: "close"; room: string; id: string }
  | { act: "demo"; room: string; id: string; inMinutes: number }
  | { act: "undemo"; id: string }
  | { act: "unroom"; room: string }
  | { act: "room"; room: string; seats: number }
  | { act: "time"; minutes: number };

const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    act: fc.constant("verdict" as const),
    room,
    score: fc.integer({ min: 0, max: 100 }),
    outcome: fc.constantFrom("ready" as const, "not_ready" as const),
  }),
  fc.record({
    act: fc.constant("alert" as const),
    room,
    id: fc.constantFrom("a1", "a2"),
    demo: id,
    status: fc.constantFrom("open" as const, "resolved" as const),
  }),
  fc.record({ act: fc.constant("close" as const), room, id: fc.constantFrom("a1", "a2") }),
  fc.record({ act: fc.constant("demo" as const), room, id, inMinutes: fc.integer({ min: -700, max: 4_000 }) }),
  fc.record({ act: fc.constant("undemo" as const), id }),
  fc.record({ act: fc.constant("unroom" as const), room }),
  fc.record({ act: fc.constant("room" as const), room, seats: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ act: fc.constant("time" as const), minutes: fc.constantFrom(0.001, 0.01, 1, 7, 61) }),
);

async function perform(act: Act, { clock, bus, store, planner }: House): Promise<void> {
  const where = { site: SITE, room: "room" in act ? act.room : "" };
  const now = clock.now();
  switch (act.act) {
    case "verdict": {
      const verdict = { ...readinessOf(now).now, score: act.score, outcome: act.outcome };
      return publish(bus, "readiness", where, readinessOf(now, { now: verdict }));
    }
    case "alert":
      return publish(bus, "alert", { ...where, id: act.id }, alertOf(act.id, act.demo, act.status));
    case "close":
      return bus.publish(topicOf("alert", { ...where, id: act.id }), "", { retain: true });
    case "demo": {
      const start = later(now, minutes(act.inMinutes));
      const times = { start_ms: start, arrival_ms: start, end_ms: later(start, hours(1)) };
      const draft = {
        ...where,
        title: `Zeta ${act.id}`,
        account: `Zeta ${act.id} Ltd`,
        needs: {},
        source: "api",
        ...times,
      };
      const known = await store.demos.get(act.id);
      if (known === undefined) await store.demos.add({ ...draft, id: act.id });
      else await store.demos.put(act.id, draft);
      return planner.changed([`${SITE}/${act.room}`, ...(known === undefined ? [] : [known.key])]);
    }
    case "undemo": {
      const known = await store.demos.get(act.id);
      await store.demos.remove(act.id);
      return planner.changed(known === undefined ? [] : [known.key]);
    }
    case "room":
      await store.rooms.put(SITE, act.room, cardOf(act.room, { seats: act.seats }));
      return planner.changed([`${SITE}/${act.room}`]);
    case "unroom":
      await store.rooms.remove(SITE, act.room);
      return planner.changed([`${SITE}/${act.room}`]);
    case "time":
      return clock.advanceToSettled(later(now, millis(act.minutes * 60_000)));
  }
}

const alertOf = (name: string, demo: string, status: Alert["status"]): Alert => ({
  id: name,
  at: rfc3339(START),
  cause: "temperature",
  title: `Cold for Zeta ${demo}`,
  sentence: "Heat it.",
  demo,
  rooms: [],
  status,
  priority: 2,
  raised_at: rfc3339(START),
  act_by: rfc3339(START),
  p_ready: 0.5,
  steps: [],
  level: 0,
  notifications: [],
  history: [],
  held: {},
});

/** What a screen holds after it has applied what it was sent. */
class Screen {
  seq = 0;
  readonly rooms = new Map<string, unknown>();
  readonly demos = new Map<string, unknown>();
  readonly alerts = new Map<string, unknown>();

  show(snapshot: LiveSnapshot): void {
    this.seq = snapshot.seq;
    for (const one of snapshot.rooms) this.rooms.set(one.key, one);
    for (const one of snapshot.demos) this.demos.set(one.id, one);
    for (const one of snapshot.alerts) this.alerts.set(one.id, one);
  }

  apply(delta: LiveDelta): void {
    expect(delta.seq).toBe(this.seq + 1);
    this.seq = delta.seq;
    for (const one of delta.gone?.rooms ?? []) this.rooms.delete(one);
    for (const one of delta.gone?.demos ?? []) this.demos.delete(one);
    for (const one of delta.gone?.alerts ?? []) this.alerts.delete(one);
    for (const one of delta.rooms ?? []) this.rooms.set(one.key, one);
    for (const one of delta.demos ?? []) this.demos.set(one.id, one);
    for (const one of delta.alerts ?? []) this.alerts.set(one.id, one);
  }

  get all(): unknown {
    const sorted = (map: Map<string, unknown>): unknown => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { rooms: sorted(this.rooms), demos: sorted(this.demos), alerts: sorted(this.alerts) };
  }
}

const audienceOf = (role: Role): Audience => ({ role, id: "p1", name: "Pat", email: "pat@example.com" });

test("a snapshot at any time and the deltas after it are the state at any later time, for every role", async () => {
  const audiences = (["viewer", "sales", "facilities"] as const).map(audienceOf);
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { maxLength: 40 }), fc.nat(20), fc.nat(20), async (list, leaves, stays) => {
      const house = await makeHouse();
      const { feed, clock } = house;
      const screens = audiences.map((audience) => ({ audience, screen: new Screen() }));
      for (const { audience, screen } of screens) screen.show(feed.snapshot(audience) as LiveSnapshot);
      let isAway = false;
      feed.listen((step) => {
        for (const { audience, screen } of isAway ? [] : screens)
          screen.apply(JSON.parse(feed.textOf(step, audience)) as LiveDelta);
      });
      const comeBack = (): void => {
        for (const { audience, screen } of isAway ? screens : [])
          for (const step of feed.missed(feed.epoch, screen.seq) ?? [])
            screen.apply(feed.delta(step, audience) as LiveDelta);
        isAway = false;
      };
      for (const [index, act] of list.entries()) {
        if (index === leaves) isAway = true;
        await perform(act, house);
        if (index === leaves + stays) comeBack();
      }
      comeBack();
      await clock.advanceToSettled(later(clock.now(), minutes(1)));
      for (const { audience, screen } of screens) {
        const fresh = new Screen();
        fresh.show(feed.snapshot(audience) as LiveSnapshot);
        expect(screen.seq).toBe(fresh.seq);
        expect(screen.all).toEqual(JSON.parse(JSON.stringify(fresh.all)));
        if (audience.role === "viewer") expect(JSON.stringify(screen.all)).not.toContain("Zeta");
      }
      await house.stop();
    }),
    { numRuns: 100 },
  );
});

test("batches that take long to put together come more seldom, and never more than a second apart", async () => {
  let costMs = 0;
  // Looking at a clock that has moved on is what work that takes its time comes to.
  let spent = 0;
  const house = await makeHouse({
    look: (clock) => {
      spent += costMs;
      vi.spyOn(clock, "now").mockReturnValue(instant(START + spent));
    },
  });
  try {
    const waits: number[] = [];
    vi.spyOn(house.clock, "after").mockImplementation((delay) => {
      waits.push(delay);
      return () => {};
    });
    const gaps = (cost: number): number => {
      costMs = cost;
      for (let i = 0; i < 40; i++) {
        house.feed.flush();
        house.feed.touch(["hq/harbour"]);
      }
      return waits.at(-1) ?? Number.NaN;
    };
    // The wait counts from when the batch began.
    expect(gaps(1)).toBe(99);
    expect(gaps(20)).toBe(15 * 20 - 20);
    expect(gaps(500)).toBe(500);
  } finally {
    vi.restoreAllMocks();
    await house.stop();
  }
});
