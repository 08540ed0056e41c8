import * as fc from "fast-check";
import { expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { hours, instant, millis, type Millis, rfc3339, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { parsePayload, publish, topicOf } from "#contract/wire.ts";
import { Outbox } from "../outbox/outbox.ts";
import { FlakyBroker, FlakyBus } from "../testing/broker.ts";
import { MemoryDisk } from "../testing/memory-disk.ts";
import { asSent } from "../outbox/record.ts";
import { TestRecorder } from "../testing/recorder.ts";
import { Sender } from "./sender.ts";

const who = { site: "harbour", agent: "pi-3" };
const EVERY = seconds(10);

/** An agent without devices: takes a reading every 10 s, can be cut off, and can be killed with or without its power. */
class MiniAgent {
  readonly kept = new Set<string>();
  readonly outbox: Outbox;
  readonly #bus: FlakyBus;
  readonly #cancel: () => void;

  private constructor(world: World, outbox: Outbox) {
    this.outbox = outbox;
    const { clock, broker } = world;
    const bus = new FlakyBus(broker, clock);
    this.#bus = bus;
    const tellSelf = (): void => {
      const { waiting, oldest, dropped } = outbox.stats();
      const state = { at: rfc3339(clock.now()), state: "online" as const, outbox: { waiting, oldest, dropped } };
      publish(bus, "agentState", who, state).catch(() => {});
    };
    const sender = new Sender({
      outbox,
      clock,
      log: silentLog,
      dated: ({ at }) => at,
      onSilence: tellSelf,
      publish: (reading, isLate) =>
        bus.publish(topicOf("reading", { ...who, ...reading }), asSent(reading, isLate), { qos: 1 }),
    });
    void bus.subscribe(topicOf("committed", who), ({ payload }) => {
      const parsed = parsePayload("committed", payload);
      if (!parsed.ok) throw new Error(parsed.why);
      if (outbox.confirm(parsed.value.boots)) sender.confirmed();
      else sender.heard();
    });
    bus.onLink((isUp) => (isUp ? sender.linkUp() : sender.linkDown()));
    if (bus.connected) sender.linkUp();
    const cancel = clock.every(EVERY, () => {
      const { reading, kept } = outbox.put({
        room: "atrium",
        device: "sensor",
        at: clock.now(),
        metrics: { co2_ppm: 420 },
      });
      void kept.then(() => this.kept.add(`${outbox.boot} ${reading.seq}`)).catch(() => {});
      sender.offer(reading);
    });
    this.#cancel = () => {
      cancel();
      sender.linkDown();
    };
  }

  static async start(world: World): Promise<MiniAgent> {
    const limits = { maxBytes: 1e9, maxAge: hours(1_000), maxMemoryBytes: 1e9 };
    const { disk, clock } = world;
    return new MiniAgent(world, await Outbox.open({ disk, agent: who.agent, clock, log: silentLog, limits }));
  }

  async killed(): Promise<void> {
    this.#cancel();
    await this.#bus.close();
  }
}

interface World {
  clock: VirtualClock;
  broker: FlakyBroker;
  disk: MemoryDisk;
}

async function pass(clock: VirtualClock, span: Millis): Promise<void> {
  for (let left: number = span; left > 0; left -= 500) {
    clock.advance(millis(Math.min(500, left)));
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("pass" as const), s: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: "down" as const }) },
  { weight: 3, arbitrary: fc.constant({ do: "up" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lose" as const), every: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("recorder" as const), isAway: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("full" as const), on: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("kill" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
);

test("law: whatever link, broker, recorder, disk and power do, what was kept is stored in the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (plan) => {
      const clock = new VirtualClock(instant(Date.UTC(2026, 10, 21)));
      const broker = new FlakyBroker();
      const recorder = new TestRecorder(broker, clock, who);
      const world = { clock, broker, disk: new MemoryDisk() };
      let agent = await MiniAgent.start(world);
      const agents = [agent];
      for (const now of plan) {
        if (now.do === "pass") await pass(clock, seconds(now.s));
        else if (now.do === "down") broker.down();
        else if (now.do === "up") broker.up();
        else if (now.do === "lose") {
          let n = 0;
          broker.loses = (topic) => now.every > 0 && topic.endsWith("/reading") && n++ % now.every === 0;
        } else if (now.do === "recorder") recorder.isAway = now.isAway;
        else if (now.do === "full") world.disk.isFull = now.on;
        else {
          await agent.killed();
          world.disk = world.disk.afterPowerCut(now.share);
          agents.push((agent = await MiniAgent.start(world)));
        }
      }
      broker.loses = () => false;
      recorder.isAway = false;
      world.disk.isFull = false;
      broker.up();
      const isBehind = (): boolean => {
        const { waiting, oldest } = agent.outbox.stats();
        return waiting > 1 || oldest.boot !== agent.outbox.boot;
      };
      for (let i = 0; i < 20 && isBehind(); i++) await pass(clock, seconds(15));
      expect(agent.outbox.stats().waiting).toBeLessThanOrEqual(1);
      // The newest may have been taken this very moment.
      const waiting = (await agent.outbox.read({ ordinal: 0, seq: 0 }))?.readings ?? [];
      const held = new Set(waiting.map(({ seq }) => `${agent.outbox.boot} ${seq}`));
      const owed = agents.flatMap(({ kept }) => [...kept]).filter((key) => !held.has(key));
      expect(owed.filter((key) => !recorder.stored.has(key))).toEqual([]);
      await agent.killed();
    }),
    { numRuns: 60 },
  );
});

test("a recorder that has lost its count is told where to go on", async () => {
  const clock = new VirtualClock(instant(0));
  const broker = new FlakyBroker();
  const world = { clock, broker, disk: new MemoryDisk() };
  const forgetful = new TestRecorder(broker, clock, who);
  const agent = await MiniAgent.start(world);
  await pass(clock, seconds(100));
  expect(agent.outbox.stats().oldest.seq).toBeGreaterThan(8);
  forgetful.isAway = true;
  const fresh = new TestRecorder(broker, clock, who);
  await pass(clock, seconds(60));
  expect(agent.outbox.stats().waiting).toBeLessThanOrEqual(2);
  expect(fresh.stored.size).toBeGreaterThan(3);
  await agent.killed();
});

test("a backlog is sent in order and each reading once, while live readings go at their time", async () => {
  const clock = new VirtualClock(instant(0));
  const broker = new FlakyBroker();
  broker.down();
  const recorder = new TestRecorder(broker, clock, who);
  const agent = await MiniAgent.start({ clock, broker, disk: new MemoryDisk() });
  await pass(clock, hours(1));
  broker.up();
  await pass(clock, seconds(60));
  expect(recorder.duplicates).toBe(0);
  const late = recorder.arrivals.filter((reading) => reading.late === true).map(({ seq }) => seq);
  expect(late.length).toBeGreaterThan(340);
  expect(late).toEqual(late.map((_, i) => i + 1));
  expect(agent.outbox.stats().waiting).toBeLessThanOrEqual(1);
  await agent.killed();
});

test("what was given up here and there, by its worth, holds up nothing: the rest is confirmed at once", async () => {
  const world: World = { clock: new VirtualClock(instant(0)), broker: new FlakyBroker(), disk: new MemoryDisk() };
  const { clock, disk } = world;
  const limits = { maxBytes: 64 * 1024, maxAge: hours(72), maxMemoryBytes: 1e9, giveUp: "lowest-value" } as const;
  const before = await Outbox.open({ disk, agent: who.agent, clock, log: silentLog, limits });
  for (let i = 0; i < 900; i++) {
    const metrics = i % 6 === 0 ? { lamp_health: i % 12 === 0 ? "ok" : "error" } : { motion_count: i };
    await before.put({ room: "atrium", device: i % 6 === 0 ? "lamp" : "eye", at: clock.now(), metrics }).kept;
    clock.advance(seconds(1));
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  await before.close();
  const { waiting, dropped } = before.stats();
  expect([waiting > 100, dropped > 300]).toEqual([true, true]);
  const recorder = new TestRecorder(world.broker, clock, who);
  const agent = await MiniAgent.start(world);
  await pass(clock, seconds(8));
  expect(recorder.stored.size).toBeGreaterThanOrEqual(waiting);
  expect(agent.outbox.stats().waiting).toBeLessThan(5);
  await agent.killed();
});
