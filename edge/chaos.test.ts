import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cancel } from "#contract/clock.ts";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { millis } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "#gateway/broker/embedded.ts";
import { ChaosBench, wait } from "./testing/chaos-bench.ts";

let bench: ChaosBench;
let broker: EmbeddedBroker | undefined;
let port = 0;
let cancelTelling: Cancel = () => {};

beforeEach(async () => {
  port = 0;
  bench = new ChaosBench();
  await bench.start();
  await brokerUp();
});
afterEach(async () => {
  await bench.stop();
  await brokerDown();
});

const url = (): string => `mqtt://127.0.0.1:${port}`;

/** Stores before it acknowledges, as the recorder does, and tells what it has four times a second. */
async function brokerUp(): Promise<void> {
  const dataDir = join(bench.folder, "broker");
  mkdirSync(dataDir, { recursive: true });
  const started = await startEmbeddedBroker({
    host: "127.0.0.1",
    port,
    dataDir,
    clock: systemClock,
    log: silentLog,
    authenticate: ({ key }) => Promise.resolve(key === bench.key ? { rooms: ["harbour/atrium"] } : undefined),
    intake: {
      accept: async ({ payload }) => {
        await wait(2);
        bench.store(payload);
      },
      refused: ({ topic, why }) => {
        bench.errors.push(`${topic}: ${why}`);
      },
    },
  });
  broker = started;
  port = started.port;
  const bus = started.bus();
  cancelTelling = systemClock.every(millis(250), () => {
    publish(bus, "committed", { site: bench.site, agent: bench.agent }, bench.committed()).catch(() => {});
  });
}

async function brokerDown(): Promise<void> {
  cancelTelling();
  await broker?.stop();
  broker = undefined;
}

test("agents killed at random, through outages and a flapping broker, lose nothing that was on disk", async () => {
  const boots = 3;
  for (let i = 0; i < boots; i++) {
    if (i % 3 === 1) await brokerDown();
    const agent = bench.startAgent(url());
    await bench.keepsSome();
    if (i % 3 === 2) await brokerDown();
    if (broker === undefined) {
      await wait(150);
      await brokerUp();
    }
    await wait(100 + Math.random() * 500);
    await bench.kill9(agent);
  }
  await bench.runUntilEmpty(url());
  expect(bench.losses()).toEqual({ lost: [], holes: 0 });
  expect(bench.boots).toBe(boots + 1);
  expect(bench.errors).toEqual([]);
}, 60_000);

test("a second agent of the same id and key ends neither process, and both go on keeping readings", async () => {
  const other = new ChaosBench();
  await other.start();
  try {
    bench.startAgent(url());
    await bench.keepsSome();
    other.startAgent(url());
    await other.keepsSome();
    await wait(1_500);
    const before = [bench.kept.size, other.kept.size];
    await bench.keepsSome();
    await other.keepsSome();
    expect(before.every((kept) => kept > 0)).toBe(true);
  } finally {
    await other.stop();
  }
}, 60_000);
