import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { startEmbeddedBroker } from "#gateway/broker/embedded.ts";
import { type LoadReport, spawnLoad } from "./load-generator.ts";
import { type Journal, syncedJournal } from "./synced-journal.ts";

/**
 * What the embedded broker itself can take: QoS 1 readings into an intake that does nothing, and into one that appends
 * and syncs in groups, without parsing. The ceiling for everything above it.
 */

const KEY = "bench-key";
const seconds = Number(process.argv[2] ?? 3);
const rounds = Number(process.argv[3] ?? 3);

const nothing = (): Journal => ({
  intake: { accept: () => undefined, refused: () => {} },
  close: () => Promise.resolve(),
});

/** Steadier on a busy machine than readings per second of the clock. */
const perCpuSecond = ({ acknowledged_seq: all }: LoadReport, cpuSeconds: number): number =>
  Math.round(Object.values(all).reduce((sum, seq) => sum + seq, 0) / cpuSeconds);

async function measure(
  make: () => Journal | Promise<Journal>,
  subscribe: boolean,
): Promise<LoadReport & { broker_cpu_s: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), "greenroom-bench-"));
  const journal = await make();
  const agents = Array.from({ length: 20 }, (_, i) => ({
    agent: `bench-${i}`,
    key: KEY,
    rooms: Array.from({ length: 16 }, (_, r) => `bench/room-${i}-${r}`),
  }));
  const rooms = new Map(agents.map(({ agent, rooms }) => [agent, rooms]));
  const broker = await startEmbeddedBroker({
    host: "127.0.0.1",
    port: 0,
    dataDir,
    clock: systemClock,
    log: silentLog,
    authenticate: ({ agent }) => Promise.resolve({ rooms: rooms.get(agent) ?? [] }),
    intake: journal.intake,
    limits: { messagesPerSecond: 1e6, messageBurst: 1e6 },
  });
  let heard = 0;
  if (subscribe) await broker.bus().subscribe("greenroom/v1/+/+/+/reading", () => (heard += 1));
  const cpu = process.cpuUsage();
  const report = await spawnLoad({ port: broker.port, agents, seconds, warmUpSeconds: 0.7, window: 2_000 });
  const { user, system } = process.cpuUsage(cpu);
  await broker.stop();
  await journal.close();
  await rm(dataDir, { recursive: true, force: true });
  return { ...report, broker_cpu_s: (user + system) / 1e6 };
}

const folder = await mkdtemp(join(tmpdir(), "greenroom-bench-"));
const cases: [name: string, make: () => Journal | Promise<Journal>, subscribe: boolean][] = [
  ["null intake", nothing, false],
  ["null intake, one subscriber in process", nothing, true],
  ["append and sync in groups, one subscriber in process", () => syncedJournal(join(folder, "journal")), true],
];
for (let round = 0; round < rounds; round++) {
  for (const [name, make, subscribe] of cases) {
    const report = await measure(make, subscribe);
    const { per_second, ack_ms, generator_cpu_s, broker_cpu_s, lost } = report;
    const per_broker_cpu_s = perCpuSecond(report, broker_cpu_s);
    process.stdout.write(`${JSON.stringify({ name, per_second, per_broker_cpu_s, ack_ms, generator_cpu_s, lost })}\n`);
  }
}
await rm(folder, { recursive: true, force: true });
