import { describe, expect, test, vi } from "vitest";
import { eventually } from "#contract/bus.suite.ts";
import { type Log, silentLog } from "#contract/log.ts";
import { millis } from "#contract/units.ts";
import { startEmbeddedBroker } from "./embedded.ts";
import { connectPacket, packet, publishPacket } from "./test-client.ts";
import { useBroker } from "./use-broker.ts";

const READING = "greenroom/v1/hq/atrium/codec/reading";
const STATE = "greenroom/v1/hq/atrium/codec/state";
const LIFE = "greenroom/v1/hq/agents/agent-1/state";
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

const { start, raw, join, clients } = useBroker();

describe("limits", () => {
  test("a payload of 1 MB is refused at its header, named, and costs only its own connection", async () => {
    const { refused } = await start();
    const [one, two] = [await join({ agent: "agent-1" }), await join({ agent: "agent-2" })];
    one.socket.write(publishPacket({ topic: READING, payload: Buffer.alloc(1_000_000, 65) }));
    await one.closed;
    expect(refused).toEqual([expect.objectContaining({ code: "TOO_LARGE", agent: "agent-1", topic: READING })]);
    expect(await two.publish({ topic: READING, payload: Buffer.alloc(60_000, 65) })).toBe(true);
  });

  test("a packet that claims 200 MB is refused before any of it has come, also before the sign-in", async () => {
    const { refused } = await start();
    const client = raw();
    client.socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x5f]));
    await client.closed;
    expect(refused[0]).toMatchObject({ code: "TOO_LARGE", topic: "$connect" });
  });

  test("a flood is slowed, loses nothing, and does not slow the others", async () => {
    const { broker, accepted } = await start({ limits: { messagesPerSecond: 1_000, messageBurst: 100 } });
    const [flood, other] = [await join({ agent: "agent-1" }), await join({ agent: "agent-2" })];
    const began = performance.now();
    for (let i = 0; i < 800; i++) flood.socket.write(publishPacket({ topic: READING, payload: String(i), id: i + 1 }));
    const waits: number[] = [];
    for (let i = 0; i < 20; i++) {
      const from = performance.now();
      await other.publish({ topic: STATE, payload: String(i) });
      waits.push(performance.now() - from);
    }
    await eventually(
      () => flood.acknowledged.length === 800,
      () => `${flood.acknowledged.length} of 800`,
    );
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(600);
    expect(accepted.map(({ payload }) => text(payload))).toEqual(Array.from({ length: 800 }, (_, i) => String(i)));
    expect(broker.stats()).toMatchObject({ refused: 0 });
    expect(broker.stats().slowed).toBeGreaterThan(0);
    expect(waits.toSorted((a, b) => a - b)[10]).toBeLessThan(100);
  });

  test("a client that is wrong all the time is slowed to a crawl", async () => {
    const { broker } = await start({ limits: { messagesPerSecond: 1_000, messageBurst: 100 } });
    const client = await join();
    const began = performance.now();
    for (let i = 0; i < 8; i++) await client.publish({ topic: "wrong/topic", payload: "x" });
    expect(performance.now() - began).toBeGreaterThan(400);
    expect(broker.stats().refused).toBe(8);
  });

  test("a subscriber that does not read is dropped, and nobody waits for it", async () => {
    const { broker } = await start({ limits: { backlogBytes: 256 * 1024, drainTimeout: millis(60_000) } });
    const [frozen, quick] = [await join({ agent: "agent-1" }), await join({ agent: "agent-2" })];
    for (const client of [frozen, quick]) await client.subscribe("greenroom/v1/hq/atrium/+/command");
    frozen.socket.pause();
    const bus = broker.bus();
    const payload = "x".repeat(20_000);
    for (let i = 0; i < 1_000 && !frozen.isClosed && broker.stats().connections > 1; i++) {
      await bus.publish("greenroom/v1/hq/atrium/codec/command", `${i} ${payload}`, { qos: 1 });
      await eventually(() => quick.messages.length === i + 1, `message ${i} for the one that reads`);
    }
    expect(broker.stats().connections).toBe(1);
  });

  test("a subscriber that stops reading is dropped by the drain timeout too", async () => {
    const { broker } = await start({ limits: { drainTimeout: millis(200), backlogBytes: 64 * 1024 * 1024 } });
    const frozen = await join();
    await frozen.subscribe("greenroom/v1/hq/atrium/+/command");
    frozen.socket.pause();
    const payload = "x".repeat(60_000);
    for (let i = 0; i < 300; i++)
      await broker.bus().publish("greenroom/v1/hq/atrium/codec/command", payload, { qos: 1 });
    await eventually(() => broker.stats().connections === 0, "the drain timeout");
  });

  test("a CONNECT that stays half is cut; half a message is held by its keep-alive only", async () => {
    const { broker } = await start({ limits: { connectTimeout: millis(200) } });
    const half = raw();
    half.socket.write(connectPacket().subarray(0, 12));
    const silent = raw();
    const late = await join({ agent: "agent-2", keepalive: 1 });
    late.socket.write(publishPacket({ topic: READING, payload: "a longer payload" }).subarray(0, 20));
    const other = await join({ agent: "agent-3" });
    expect(await other.publish({ topic: READING, payload: "{}" })).toBe(true);
    await Promise.all([half.closed, silent.closed, late.closed]);
    expect(broker.stats().connections).toBe(1);
  });

  test("one address has so many connections, all together so many; one more is cut and counted", async () => {
    const { broker, refused } = await start({ limits: { connectionsPerAddress: 3 } });
    await Promise.all([1, 2, 3].map((i) => join({ agent: `agent-${i}` })));
    const extra = raw();
    await extra.closed;
    expect(refused).toEqual([expect.objectContaining({ code: "TOO_FAST", topic: "$connect" })]);
    clients[0]?.socket.destroy();
    await eventually(() => broker.stats().connections === 2, "a place to become free");
    await join({ agent: "agent-4" });
  });

  test("an address that connects without end is cut and counted, and shown some of the times", async () => {
    const { broker, refused } = await start({ limits: { connectBurst: 20, connectsPerSecond: 1 } });
    for (let i = 0; i < 100; i++) await raw().signIn({ key: "wrong", agent: `agent-${i}` });
    const { refused_too_fast: tooFast = 0, refused_not_allowed: wrongKeys = 0 } = broker.stats();
    expect(tooFast + wrongKeys).toBe(100);
    expect(wrongKeys).toBeLessThan(30);
    expect(refused.length).toBeLessThan(60);
  });

  test("an agent that makes up devices without end is told so; its readings go on", async () => {
    const { refused, broker } = await start({ limits: { retainedTopicsPerAgent: 3 } });
    const client = await join();
    for (let i = 0; i < 5; i++)
      expect(
        await client.publish({ topic: `greenroom/v1/hq/atrium/device-${i}/state`, payload: "{}", retain: true }),
      ).toBe(true);
    expect(broker.stats().retained_topics).toBe(3);
    expect(refused.map(({ code }) => code)).toEqual(["NOT_ALLOWED", "NOT_ALLOWED"]);
    expect(
      await client.publish({ topic: "greenroom/v1/hq/atrium/device-1/state", payload: '{"new":1}', retain: true }),
    ).toBe(true);
    expect(refused).toHaveLength(2);
  });

  test("a thousand connections, each with its reading", async () => {
    const { broker, accepted } = await start();
    const many = await Promise.all(Array.from({ length: 1_000 }, (_, i) => join({ agent: `agent-${i}` })));
    expect(broker.stats().connections).toBe(1_000);
    const all = await Promise.all(many.map((client, i) => client.publish({ topic: READING, payload: String(i) })));
    expect(all.every(Boolean)).toBe(true);
    expect(new Set(accepted.map(({ agent }) => agent)).size).toBe(1_000);
  });
});

describe("one agent, one link", () => {
  test("the same client id takes over, and another agent's is not within reach", async () => {
    const { broker } = await start();
    const first = await join({ agent: "agent-1", clientId: "laptop" });
    const other = await join({ agent: "agent-2", clientId: "laptop" });
    const second = await join({ agent: "agent-1", clientId: "laptop" });
    await first.closed;
    expect(await other.publish({ topic: READING, payload: "{}" })).toBe(true);
    expect(await second.publish({ topic: READING, payload: "{}" })).toBe(true);
    expect(broker.stats().connections).toBe(2);
  });

  test("two programs with one agent's id do not fight without end: one stays linked, and people are told", async () => {
    const lines: string[] = [];
    const log: Log = { ...silentLog, warn: (fields) => lines.push(JSON.stringify(fields)) };
    const { refused } = await start({ log });
    // Different client ids: the last will on the agent's own state is what makes them the same agent.
    const will = { topic: LIFE, payload: "dead" };
    let holder = await join({ clientId: "here", will });
    let answer: number | undefined = 0;
    for (let i = 0; i < 20 && answer === 0; i++) {
      const rival = raw();
      answer = await rival.signIn({ clientId: i % 2 === 0 ? "there" : "here", will });
      if (answer === 0) {
        await holder.closed;
        holder = rival;
      }
    }
    expect(answer).toBe(2);
    expect(await holder.publish({ topic: READING, payload: "{}" })).toBe(true);
    expect(refused.at(-1)).toMatchObject({ code: "CONFLICT", agent: "agent-1" });
    expect(lines.filter((line) => line.includes("CONFLICT"))).toHaveLength(1);
  });
});

describe("bytes that are not MQTT, and a port that is taken", () => {
  test("garbage ends its own connection and nothing else", async () => {
    const { broker } = await start();
    const good = await join({ agent: "agent-1" });
    let seed = 20_261_121;
    const byte = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) >> 16;
    for (let i = 0; i < 150; i++) {
      const client = raw();
      const isSignedIn = i % 2 === 0 && (await client.signIn({ agent: "agent-2" })) === 0;
      const bytes = Buffer.from(Array.from({ length: 1 + (byte() % 200) }, byte));
      client.socket.end(isSignedIn && i % 4 === 0 ? packet((byte() & 0xf) << 4, bytes) : bytes);
    }
    await Promise.all(clients.slice(1).map((client) => client.closed));
    expect(await good.publish({ topic: READING, payload: "{}" })).toBe(true);
    expect(broker.stats().connections).toBe(1);
  });

  test("half a QoS 2 handshake, doubled, is handed on and ends with its client", async () => {
    const { accepted } = await start();
    const client = await join();
    client.socket.write(publishPacket({ topic: READING, payload: "{}", qos: 2, id: 5 }));
    await eventually(() => accepted.length === 1, "the reading");
    client.socket.write(packet(0x62, Buffer.from([0, 5])));
    expect(await client.publish({ topic: READING, payload: "{}" })).toBe(true);
  });

  test("a port that another program has: PORT_IN_USE names it", async () => {
    const { broker, dataDir } = await start();
    const options = { host: "127.0.0.1", port: broker.port, dataDir: `${dataDir}/other` };
    const rest = { clock: { now: vi.fn(), after: vi.fn(), every: vi.fn() }, log: silentLog, authenticate: vi.fn() };
    const intake = { accept: () => undefined, refused: () => {} };
    const second = startEmbeddedBroker({ ...options, ...rest, intake });
    await expect(second).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: expect.stringContaining(String(broker.port)),
    });
  });
});
