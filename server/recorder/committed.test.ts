import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import type { Committed } from "#contract/messages/edge.ts";
import { instant, millis, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { EngineConfig } from "../history/engine-config.ts";
import { CrashDisk } from "./crash-disk.ts";
import type { RunningDrain, startDrain } from "./drain/start-drain.ts";
import { decodeReading, nextMark, readRecord, recordType } from "./journal/record.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const TOPIC = "greenroom/v1/hq/atrium/sensor-1/reading";

/** Readings of one agent, over two of its boots. */
interface Send {
  boot: "b1" | "b2";
  seq: number;
}
const MOST = 12;

type Step = { send: Send } | { tick: true } | { turn: true } | { crash: number } | { kill: true } | { stop: true };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      send: fc.record({ boot: fc.constantFrom("b1" as const, "b2" as const), seq: fc.integer({ min: 1, max: MOST }) }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ tick: true as const }) },
  { weight: 3, arbitrary: fc.constant({ turn: true as const }) },
  { weight: 2, arbitrary: fc.record({ crash: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 2, arbitrary: fc.constant({ kill: true as const }) },
  { weight: 1, arbitrary: fc.constant({ stop: true as const }) },
);

const noDrain: typeof startDrain = () =>
  Promise.resolve({ history: undefined as never, stop: () => Promise.resolve() } satisfies RunningDrain);

/** A recorder on a machine that may lose its power. */
class World {
  readonly dataDir = mkdtempSync(join(tmpdir(), "greenroom-committed-"));
  readonly broker = new MemoryBroker();
  readonly clock = new VirtualClock(instant(NOW));
  readonly acknowledged = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  disk = new CrashDisk();
  #recorder: Recorder | undefined;

  get journal(): string {
    return join(this.dataDir, "journal");
  }

  async start(disk = new CrashDisk()): Promise<void> {
    this.disk = disk;
    this.#recorder = await startRecorder({
      bus: new MemoryBus(this.broker),
      clock: this.clock,
      log: silentLog,
      dataDir: this.dataDir,
      engine: EngineConfig.parse({ engine: "sqlite" }),
      attach: "intake",
      // Small, so that segments turn over within a run.
      limits: { segmentBytes: 700 },
      disk: this.disk,
      drain: noDrain,
    });
  }

  send({ boot, seq }: Send): Promise<void> {
    const reading = { at: rfc3339(instant(NOW - seq)), agent: "edge-1", boot, seq, metrics: { co2_ppm: 600 } };
    const taken = this.#recorder?.accept({ topic: TOPIC, payload: Buffer.from(JSON.stringify(reading)) });
    const sent = Promise.resolve(taken)
      .then(
        () => void this.acknowledged.add(`${boot}/${seq}`),
        () => {},
      )
      .finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
    return sent;
  }

  /** Lets the disk get somewhere in what it is doing. */
  tick(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets the disk finish and the throttle pass. */
  async turn(): Promise<void> {
    await Promise.all(this.#underWay);
    this.clock.advance(millis(1_500));
  }

  async crash(survives: number): Promise<void> {
    const recorder = this.#recorder;
    this.disk.crash(this.journal, survives);
    await this.start();
    // What is left of the old process must not speak any more; its disk is off, and its end is only tidying up.
    await recorder?.stop().catch(() => {});
  }

  async kill(): Promise<void> {
    const recorder = this.#recorder;
    this.disk.kill();
    await this.start(new CrashDisk(this.disk));
    await recorder?.stop().catch(() => {});
  }

  async restart(): Promise<void> {
    await this.#recorder?.stop();
    await this.start(new CrashDisk(this.disk));
  }

  async dispose(): Promise<void> {
    await this.#recorder?.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  committed(): Map<string, number> {
    const kept = this.broker.retained.get("greenroom/v1/hq/agents/edge-1/committed");
    if (kept === undefined) return new Map();
    const { boots } = JSON.parse(new TextDecoder().decode(kept)) as Committed;
    return new Map(boots.map(({ boot, seq }) => [boot, seq]));
  }

  /** What is really in the files. */
  stored(): Set<string> {
    const found = new Set<string>();
    for (const name of readdirSync(this.journal)) {
      const bytes = readFileSync(join(this.journal, name));
      for (let at: number | undefined = 0; at !== undefined && at < bytes.length;) {
        const record = readRecord(bytes, at);
        if (record.kind === "record" && record.type === recordType.reading) {
          const { boot, seq } = JSON.parse(decodeReading(record.body).payload.toString()) as Send;
          found.add(`${boot}/${seq}`);
        }
        at = record.kind === "record" ? record.end : nextMark(bytes, at);
      }
    }
    return found;
  }

  /** Everything that is acknowledged, and everything that is called committed, is there. */
  check(): void {
    const stored = this.stored();
    for (const one of this.acknowledged) expect(stored).toContain(one);
    for (const [boot, upTo] of this.committed())
      for (let seq = 1; seq <= upTo; seq++) expect(stored).toContain(`${boot}/${seq}`);
  }
}

describe("what is called committed", () => {
  it("was synced, even where a killed process has left more than it had synced", async () => {
    const world = new World();
    try {
      await world.start();
      await world.send({ boot: "b1", seq: 1 });
      world.disk.holdSyncs();
      void world.send({ boot: "b1", seq: 2 });
      await vi.waitFor(() => expect(world.stored()).toContain("b1/2"));
      await world.kill();
      await world.turn();
      expect(world.committed()).toEqual(new Map([["b1", 2]]));
      await world.crash(0);
      world.check();
    } finally {
      await world.dispose();
    }
  });

  it("is durable whatever is sent, repeated, crashes and starts again; and in the end it is everything", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new World();
        try {
          await world.start();
          for (const one of steps) {
            if ("send" in one) void world.send(one.send);
            else if ("crash" in one) await world.crash(one.crash);
            else if ("kill" in one) await world.kill();
            else if ("stop" in one) await world.restart();
            else if ("tick" in one) await world.tick();
            else await world.turn();
            if (!("send" in one)) world.check();
          }
          // An outbox sends again what is not committed.
          for (const boot of ["b1", "b2"] as const)
            await Promise.all(Array.from({ length: MOST }, (_, i) => world.send({ boot, seq: MOST - i })));
          await world.turn();
          world.check();
          expect(world.committed()).toEqual(
            new Map([
              ["b1", MOST],
              ["b2", MOST],
            ]),
          );
        } finally {
          await world.dispose();
        }
      }),
      { numRuns: process.env["CI"] === "true" ? 300 : 40 },
    );
  });
});
