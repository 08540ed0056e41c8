import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Bus } from "#contract/bus.ts";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import type { Committed } from "#contract/messages/edge.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import { EngineConfig } from "../history/engine-config.ts";
import { type Recorder, type RecorderOptions, startRecorder } from "./recorder.ts";

const TOPIC = "greenroom/v1/hq/atrium/sensor-1/reading";
const MINUTE = 60_000;

let dataDir: string;
let broker: MemoryBroker;
let bus: Bus;
let recorder: Recorder;

const start = (options: Partial<RecorderOptions> = {}): Promise<Recorder> =>
  startRecorder({
    bus,
    clock: systemClock,
    log: silentLog,
    dataDir,
    engine: EngineConfig.parse({ engine: "sqlite" }),
    attach: "intake",
    ...options,
  });

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "greenroom-recorder-"));
  broker = new MemoryBroker();
  bus = new MemoryBus(broker);
  recorder = await start();
});
afterEach(async () => {
  await recorder.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const now = (): number => systemClock.now();
const base = now() - 10 * MINUTE;
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const reading = (seq: number, more: object = {}): object => ({
  at: rfc3339(instant(base + seq * 1_000)),
  agent: "edge-1",
  boot: "b1",
  seq,
  metrics: { temperature_c: 20 + seq / 100, occupied: true, power_state: "on" },
  ...more,
});
const offer = (value: unknown, more: object = {}): Promise<void> =>
  Promise.resolve(recorder.accept({ topic: TOPIC, payload: bytes(value), agent: "edge-1", ...more }));
const committed = (): Committed["boots"] | undefined => {
  const kept = broker.retained.get("greenroom/v1/hq/agents/edge-1/committed");
  return kept === undefined ? undefined : (JSON.parse(new TextDecoder().decode(kept)) as Committed).boots;
};
const stored = async (): Promise<number> =>
  (await recorder.history.rows({ site: "hq", from: instant(0), to: instant(now() + 60 * MINUTE), limit: 100_000 }))
    .length;
const until = (condition: () => unknown): Promise<unknown> => vi.waitFor(condition, { timeout: 15_000, interval: 10 });

describe("the recorder", () => {
  it("does not wait for numbers that an agent says it has given up", async () => {
    await offer(reading(1));
    await offer(reading(5, { skipped: 3 }));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 5 }]));
    await offer(reading(9, { skipped: 1 }));
    await offer(reading(10));
    await until(() => expect(recorder.stats().accepted).toBe(4));
    expect(committed()).toEqual([{ boot: "b1", seq: 5 }]);
    // Told again with the same reading: what was lost on the way counts then.
    await offer(reading(9, { skipped: 3 }));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 10 }]));
    await offer(reading(11, { skipped: "all" }));
    expect(recorder.stats().rejected).toBe(1);
  });

  it("tells an agent that comes what time it is here, with what is stored of it, and with nothing where it is new", async () => {
    const birth = (): Promise<void> =>
      publish(bus, "agentState", { site: "hq", agent: "edge-1" }, { at: rfc3339(instant(0)), state: "online" });
    const toldAt = (): number => {
      const kept = broker.retained.get("greenroom/v1/hq/agents/edge-1/committed");
      return kept === undefined ? 0 : Date.parse((JSON.parse(new TextDecoder().decode(kept)) as Committed).at);
    };
    const before = now();
    await birth();
    await until(() => expect([committed(), toldAt() >= before]).toEqual([[], true]));
    await offer(reading(1));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 1 }]));
    const again = now();
    await birth();
    await until(() => expect([committed(), toldAt() >= again]).toEqual([[{ boot: "b1", seq: 1 }], true]));
  });

  it("takes readings to history and tells the agent what is stored", async () => {
    await Promise.all([1, 2, 3].map((seq) => offer(reading(seq))));
    await until(async () => expect(await stored()).toBe(9));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 3 }]));
    const last = await recorder.history.lastValues("hq");
    expect(last.map(({ metric, value }) => [metric, value])).toEqual([
      ["occupied", true],
      ["power_state", "on"],
      ["temperature_c", 20.03],
    ]);
    await until(() => expect(recorder.stats()).toMatchObject({ accepted: 3, spooled: 0, spooled_bytes: 0 }));
  });

  it("counts a reading once, however often it comes, and waits at a hole", async () => {
    for (const seq of [1, 2, 2, 1, 5, 4, 4]) await offer(reading(seq));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 2 }]));
    await offer(reading(3));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 5 }]));
    expect(recorder.stats()).toMatchObject({ accepted: 5, duplicates: 3 });
    await until(async () => expect(await stored()).toBe(15));
  });

  it("remembers over a restart, before anything new comes", async () => {
    for (const seq of [1, 2, 4]) await offer(reading(seq));
    await recorder.stop();
    broker.retained.clear();
    recorder = await start();
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 2 }]));
    await offer(reading(4));
    expect(recorder.stats().duplicates).toBe(1);
    await offer(reading(3));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 4 }]));
    await until(async () => expect(await stored()).toBe(12));
  });

  it("stops waiting for what the agent's outbox no longer holds", async () => {
    await offer(reading(10));
    await publish(
      bus,
      "agentState",
      { site: "hq", agent: "edge-1" },
      {
        at: rfc3339(systemClock.now()),
        state: "online",
        boot: "b1",
        outbox: { waiting: 1, oldest: { boot: "b1", seq: 9 }, dropped: 8 },
      },
    );
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 8 }]));
    await offer(reading(9));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 10 }]));
    await recorder.stop();
    broker.retained.clear();
    recorder = await start();
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 10 }]));
  });

  it("keeps bad messages aside, acknowledges them and counts them as handled", async () => {
    await offer("not json");
    await offer(reading(1, { metrics: { temperature_f: 70 } }));
    await offer(reading(2, { metrics: { temperature_c: "warm" } }));
    await offer(reading(3, { at: rfc3339(instant(now() + 6 * MINUTE)) }));
    await offer(reading(4, { at: rfc3339(instant(now() - 91 * 1_440 * MINUTE)) }));
    await offer(reading(5, { metrics: { flux_gw: 1.21 } }));
    await offer(reading(6, { agent: "edge-2" }));
    await offer(reading(6), { topic: "greenroom/v1/hq/atrium/card" });
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 6 }]));
    const listed = await recorder.rejected.list({ limit: 100 });
    expect(listed.map(({ code, where }) => [code, where]).toReversed()).toEqual([
      ["BAD_JSON", "payload"],
      ["BAD_UNIT", "metrics.temperature_f"],
      ["BAD_SHAPE", "metrics.temperature_c"],
      ["BAD_TIME", "at"],
      ["BAD_TIME", "at"],
      ["UNKNOWN_METRIC", "metrics"],
      ["NOT_ALLOWED", "agent"],
      ["WRONG_TOPIC", "topic"],
    ]);
    expect(listed[7]).toMatchObject({ topic: TOPIC, payload: "not json", sender: "edge-1", count: 1 });
    expect(await recorder.rejected.countSince(instant(now() - 60 * MINUTE))).toBe(8);
    expect(recorder.stats()).toMatchObject({ accepted: 0, rejected: 8 });
  });

  it("stores what a sensor claims, and what it does not know it leaves out", async () => {
    await offer(reading(1, { metrics: { temperature_c: 394, humidity_pct: null, novelty: 1 } }));
    await until(async () => expect(await stored()).toBe(1));
    expect((await recorder.history.lastValues("hq"))[0]?.value).toBe(394);
    expect(recorder.stats()).toMatchObject({ implausible: 1, unknown_metrics: 1 });
  });

  it("takes readings without an agent, told apart by their time", async () => {
    const at = rfc3339(instant(now() - MINUTE));
    for (let i = 0; i < 2; i++)
      await recorder.accept({ topic: TOPIC, payload: bytes({ at, metrics: { co2_ppm: 600 } }) });
    await until(() => expect(recorder.stats().spooled).toBe(0));
    expect(await stored()).toBe(1);
  });

  it("takes a byte order mark for none, on the way in, to history and over a restart", async () => {
    await offer(`\uFEFF${JSON.stringify(reading(1))}`);
    await until(async () => expect(await stored()).toBe(3));
    await recorder.stop();
    broker.retained.clear();
    recorder = await start();
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 1 }]));
    expect(recorder.stats().damaged_bytes).toBe(0);
  });

  it("subscribes by itself beside an external broker", async () => {
    await recorder.stop();
    recorder = await start({ attach: "bus" });
    await bus.publish(TOPIC, bytes(reading(1)), { qos: 1 });
    await until(async () => expect(await stored()).toBe(3));
    await until(() => expect(committed()).toEqual([{ boot: "b1", seq: 1 }]));
  });

  it("refuses to start on a history that is no database", async () => {
    const engine = EngineConfig.parse({ engine: "sqlite", file: join(dataDir, "journal") });
    await expect(start({ engine })).rejects.toThrow("unable to open");
  });
});
