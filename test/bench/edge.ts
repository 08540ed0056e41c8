import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sleep } from "#contract/clock.ts";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { between, later, minutes, rfc3339, seconds } from "#contract/units.ts";
import { parsePayload, publish } from "#contract/wire.ts";
import { startEmbeddedBroker } from "#gateway/broker/embedded.ts";
import { startPjlinkDevice } from "#simulators/devices/pjlink.ts";
import { buildAgent } from "../../scripts/build-agent.ts";
import { type MemorySample, summarise } from "./memory.ts";

/** Memory and processor of the agent by itself, as its service runs it: one file, its flags, twenty devices at 10 s. */
export interface EdgeReport {
  minutes: number;
  devices: number;
  readings: number;
  bundle_kb: number;
  rss_mb: { start: number; median: number; max: number; end: number };
  peak_mb: number;
  /** Of one core, after its first 20 s. */
  cpu_pct: number;
  aim: { rss_mb: number; cpu_pct: number };
}

const AIM = { rss_mb: 60, cpu_pct: 3 };
const DEVICES = 20;
const EVERY = seconds(5);
const SETTLED = seconds(20);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Needs Linux, which alone tells what is asked here. */
export async function benchEdge(options: { minutes: number; note: (text: string) => void }): Promise<EdgeReport> {
  const folder = await mkdtemp(join(tmpdir(), "greenroom-bench-edge-"));
  await buildAgent({ into: folder });
  const far = await startFarSide(folder);
  const agent = await startAsServiceDoes(folder, far);
  const ended = new Promise<void>((resolve) => agent.once("exit", () => resolve()));
  try {
    const figures = await watched(agent, options);
    const bundle_kb = Math.round(readFileSync(join(folder, "greenroom-edge.mjs")).length / 1024);
    return { minutes: options.minutes, devices: DEVICES, readings: far.readings(), bundle_kb, ...figures, aim: AIM };
  } finally {
    agent.kill("SIGTERM");
    await ended;
    await far.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface FarSide {
  mqtt: string;
  ports: readonly number[];
  readings(): number;
  stop(): Promise<void>;
}

/** Ten projectors and ten ports, a broker, and somebody who confirms what came. */
async function startFarSide(folder: string): Promise<FarSide> {
  const clock = systemClock;
  await mkdir(join(folder, "broker"));
  let readings = 0;
  const marks = new Map<string, number>();
  const broker = await startEmbeddedBroker({
    host: "127.0.0.1",
    port: 0,
    dataDir: join(folder, "broker"),
    clock,
    log: silentLog,
    authenticate: () => Promise.resolve({ rooms: ["hq/atrium"] }),
    intake: {
      accept: ({ payload }) => {
        const parsed = parsePayload("reading", payload);
        if (parsed.ok && parsed.value.boot !== undefined) {
          readings += 1;
          marks.set(parsed.value.boot, parsed.value.seq ?? 0);
        }
        return Promise.resolve();
      },
      refused: ({ why }) => {
        throw new Error(why);
      },
    },
  });
  const bus = broker.bus();
  const cancel = clock.every(seconds(1), () => {
    const boots = [...marks].map(([boot, seq]) => ({ boot, seq }));
    void publish(bus, "committed", { site: "hq", agent: "pi" }, { at: rfc3339(clock.now()), boots });
  });
  const projectors = await Promise.all(
    Array.from({ length: DEVICES / 2 }, (_, seed) => startPjlinkDevice({ host: "127.0.0.1", clock, seed })),
  );
  const port = await startPort();
  const { port: open } = port.address() as { port: number };
  return {
    mqtt: `mqtt://127.0.0.1:${broker.port}`,
    ports: [...projectors.map((projector) => projector.port), ...projectors.map(() => open)],
    readings: () => readings,
    async stop() {
      cancel();
      await Promise.all(projectors.map((projector) => projector.stop()));
      port.close();
      await broker.stop();
    },
  };
}

function startPort(): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** With the flags and the environment of deploy/greenroom-edge.service. */
async function startAsServiceDoes(folder: string, { mqtt, ports }: FarSide): Promise<ChildProcess> {
  const unit = readFileSync(join(root, "deploy/greenroom-edge.service"), "utf8");
  const line = (name: string): string[] => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1]?.split(" ") ?? [];
  const flags = line("ExecStart").filter((word) => word.startsWith("--") && word !== "--config");
  const env = Object.fromEntries(line("Environment").map((pair) => pair.split("=")));
  const device = (port: number, i: number): object =>
    i < DEVICES / 2
      ? { driver: "pjlink", options: { host: "127.0.0.1", port, wanted_input: "31" } }
      : { driver: "reach", options: { probe: "tcp", host: "127.0.0.1", port } };
  const devices = ports.map((port, i) => ({ room: "atrium", device: `d-${i}`, interval_s: 10, ...device(port, i) }));
  const config = { site: "hq", agent: "pi", key_env: "AGENT_KEY", data_dir: "data", broker: { url: mqtt }, devices };
  const file = join(folder, "agent.yaml");
  await writeFile(file, JSON.stringify(config));
  return spawn(process.execPath, [...flags, join(folder, "greenroom-edge.mjs"), "--config", file], {
    env: { ...process.env, ...env, AGENT_KEY: "bench", LOG_LEVEL: "warn" },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function watched(
  { pid = 0 }: ChildProcess,
  { minutes: length, note }: { minutes: number; note: (text: string) => void },
): Promise<Pick<EdgeReport, "rss_mb" | "peak_mb" | "cpu_pct">> {
  const samples: MemorySample[] = [];
  const start = systemClock.now();
  const end = later(start, minutes(length));
  let settled: { at: number; cpu: number } | undefined;
  while (systemClock.now() < end) {
    await sleep(systemClock, EVERY);
    const now = systemClock.now();
    const mb = statusOf(pid, "VmRSS");
    samples.push({ minute: between(start, now) / minutes(1), mb });
    if (settled === undefined && between(start, now) >= SETTLED) settled = { at: now, cpu: cpuSeconds(pid) };
    if (samples.length % 12 === 0) note(`minute ${samples.length / 12}: ${mb} MB`);
  }
  const since = settled === undefined ? Number.NaN : (systemClock.now() - settled.at) / 1_000;
  return {
    rss_mb: summarise(samples).rss_mb,
    peak_mb: statusOf(pid, "VmHWM"),
    cpu_pct: Math.round(((cpuSeconds(pid) - (settled?.cpu ?? 0)) / since) * 10_000) / 100,
  };
}

function statusOf(pid: number, name: "VmRSS" | "VmHWM"): number {
  const kb = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kb === undefined) throw new Error("the agent has ended by itself");
  return Math.round(Number(kb) / 102.4) / 10;
}

/** In ticks of a hundredth of a second, user and system. */
function cpuSeconds(pid: number): number {
  const [user = 0, system = 0] =
    readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ").slice(11, 13) ?? [];
  return (Number(user) + Number(system)) / 100;
}
