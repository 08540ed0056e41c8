import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "#contract/log.ts";
import { sleep } from "#contract/clock.ts";
import { systemClock } from "#contract/system-clock.ts";
import { millis } from "#contract/units.ts";
import { startEmbeddedBroker } from "#gateway/broker/embedded.ts";
import { findMosquitto, startMosquitto } from "../peers/mosquitto.ts";
import { spawnLoad } from "./load-generator.ts";
import { startMeasuredProgram } from "./program.ts";

/** One way in, measured. */
interface IngestFigure {
  way: "null" | "embedded" | "mosquitto";
  /** Readings acknowledged per second; on the embedded broker after the durable commit. */
  per_second: number;
  /** Readings per CPU second of the measured program, all its threads. */
  per_core_second: number;
  ack_ms: { p50: number; p99: number };
  judgements_per_second: number;
  /** Share of the acknowledged readings that the recorder had taken when the load ended. */
  recorded_share: number;
  rss_mb: number;
}

export interface IngestReport {
  rounds: IngestFigure[];
  /** Medians, and their ratio to the null intake of the same run. */
  summary: Record<string, { per_second: number; per_core_second: number; ratio_to_null: number }>;
}

const AGENTS = 20;
const ROOMS_PER_AGENT = 16;
const WINDOW = 2_000;

export async function benchIngest({
  seconds,
  rounds,
  note,
}: {
  seconds: number;
  rounds: number;
  note: (text: string) => void;
}): Promise<IngestReport> {
  const figures: IngestFigure[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const way of ["null", "embedded", "mosquitto"] as const) {
      if (way === "mosquitto" && findMosquitto() === undefined) continue;
      const figure = way === "null" ? await measureNull(seconds) : await measureProgram(way, seconds);
      note(
        `${way.padEnd(10)} ${figure.per_second} readings/s, ${figure.per_core_second} per core-second, p99 ${figure.ack_ms.p99} ms`,
      );
      figures.push(figure);
    }
  }
  return { rounds: figures, summary: summarise(figures) };
}

/** The broker alone, with an intake that does nothing: what it costs to take a reading at all. */
async function measureNull(seconds: number): Promise<IngestFigure> {
  const dataDir = await mkdtemp(join(tmpdir(), "greenroom-bench-"));
  const agents = Array.from({ length: AGENTS }, (_, i) => ({
    agent: `bench-${i}`,
    key: "bench",
    rooms: Array.from({ length: ROOMS_PER_AGENT }, (_room, r) => `bench/room-${i}-${r}`),
  }));
  const rooms = new Map(agents.map((each) => [each.agent, each.rooms]));
  const broker = await startEmbeddedBroker({
    host: "127.0.0.1",
    port: 0,
    dataDir,
    clock: systemClock,
    log: silentLog,
    authenticate: ({ agent }) => Promise.resolve({ rooms: rooms.get(agent) ?? [] }),
    intake: { accept: () => undefined, refused: () => {} },
    limits: { messagesPerSecond: 1e6, messageBurst: 1e6 },
  });
  const cpu = process.cpuUsage();
  const report = await spawnLoad({ port: broker.port, agents, seconds, warmUpSeconds: 0.7, window: WINDOW });
  const { user, system } = process.cpuUsage(cpu);
  await broker.stop();
  await rm(dataDir, { recursive: true, force: true });
  const cpu_s = ((user + system) / 1e6) * (seconds / (seconds + 0.7));
  return {
    way: "null",
    per_second: report.per_second,
    per_core_second: Math.round(report.acknowledged / cpu_s),
    ack_ms: report.ack_ms,
    judgements_per_second: 0,
    recorded_share: 0,
    rss_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
}

async function measureProgram(way: "embedded" | "mosquitto", seconds: number): Promise<IngestFigure> {
  const mosquitto = way === "mosquitto" ? await startMosquitto() : undefined;
  const program = await startMeasuredProgram({
    agents: AGENTS,
    roomsPerAgent: ROOMS_PER_AGENT,
    ...(mosquitto === undefined ? {} : { broker: mosquitto.url }),
  });
  const load = { port: mosquitto?.port ?? program.mqttPort, agents: program.agents, devicesPerRoom: 2, window: WINDOW };
  await spawnLoad({ ...load, seconds: 1.5 });
  await settled(program);
  const before = await program.figures();
  const report = await spawnLoad({ ...load, seconds });
  const after = await program.figures();
  const drained = await settled(program);
  await program.stop();
  await mosquitto?.dispose();
  const taken = after.accepted - before.accepted;
  const perSecond = way === "embedded" ? report.per_second : Math.round(taken / seconds);
  return {
    way,
    per_second: perSecond,
    per_core_second: Math.round(taken / (after.cpu_s - before.cpu_s)),
    ack_ms: report.ack_ms,
    judgements_per_second: Math.round((after.judged - before.judged) / seconds),
    recorded_share: Math.round(((drained.accepted - before.accepted) / Math.max(1, report.acknowledged)) * 1000) / 1000,
    rss_mb: Math.round(after.rss_mb),
  };
}

/** Waits until history has caught up, so that one measurement does not pay for the last. */
async function settled(
  program: Awaited<ReturnType<typeof startMeasuredProgram>>,
): Promise<Awaited<ReturnType<typeof program.figures>>> {
  for (let last = -1; ;) {
    const figures = await program.figures();
    if (figures.in_history === last) return figures;
    last = figures.in_history;
    await sleep(systemClock, millis(500));
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function summarise(figures: readonly IngestFigure[]): IngestReport["summary"] {
  const of = (way: string, pick: (figure: IngestFigure) => number): number =>
    median(figures.filter((figure) => figure.way === way).map(pick));
  const floor = of("null", (figure) => figure.per_second);
  return Object.fromEntries(
    [...new Set(figures.map(({ way }) => way))].map((way) => {
      const perSecond = of(way, (figure) => figure.per_second);
      return [
        way,
        {
          per_second: perSecond,
          per_core_second: of(way, (figure) => figure.per_core_second),
          ratio_to_null: Math.round((perSecond / floor) * 1000) / 1000,
        },
      ];
    }),
  );
}
