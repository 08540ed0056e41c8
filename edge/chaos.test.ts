import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { millis, rfc3339 } from "#contract/units.ts";
import { parsePayload, publish } from "#contract/wire.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "#gateway/broker/embedded.ts";
import type { EdgeStats } from "./main.ts";

const PROGRAM = fileURLToPath(new URL("testing/agent-process.ts", import.meta.url));
const SPEED = "20";

let folder: string;
let device: Server;
let broker: EmbeddedBroker | undefined;
let brokerPort = 0;
const agents: ChildProcess[] = [];
/** `boot seq` → `at`: what an agent had on disk, and what the other side has stored. */
let kept: Map<string, string>;
let stored: Map<string, string>;
let duplicates: number;
let stats: EdgeStats | undefined;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "chaos-"));
  kept = new Map();
  stored = new Map();
  duplicates = 0;
  brokerPort = 0;
  device = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => device.listen(0, "127.0.0.1", resolve));
  await brokerUp();
});
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.kill("SIGKILL");
  await brokerDown();
  device.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Stores before it acknowledges, as the recorder does, and tells what it has four times a second. */
async function brokerUp(): Promise<void> {
  mkdirSync(join(folder, "broker"), { recursive: true });
  broker = await startEmbeddedBroker({
    host: "127.0.0.1",
    port: brokerPort,
    dataDir: join(folder, "broker"),
    clock: systemClock,
    log: silentLog,
    authenticate: ({ key }) => Promise.resolve(key === "chaos-key" ? { rooms: ["harbour/atrium"] } : undefined),
    intake: { accept, refused: ({ why }) => expect.fail(why) },
  });
  brokerPort = broker.port;
  const bus = broker.bus();
  const cancel = systemClock.every(millis(250), () => {
    const message = { at: rfc3339(systemClock.now()), boots: marks() };
    publish(bus, "committed", { site: "harbour", agent: "pi-3" }, message).catch(() => {});
  });
  bus.onLink((isUp) => {
    if (!isUp) cancel();
  });
}

async function brokerDown(): Promise<void> {
  await broker?.stop();
  broker = undefined;
}

async function accept({ payload }: { payload: Uint8Array }): Promise<void> {
  const parsed = parsePayload("reading", payload);
  if (!parsed.ok) return expect.fail(parsed.why);
  const { boot, seq, at } = parsed.value;
  await wait(2);
  if (stored.has(`${boot} ${seq}`)) duplicates += 1;
  stored.set(`${boot} ${seq}`, at);
}

function marks(): { boot: string; seq: number }[] {
  const boots = new Set([...stored.keys()].map((key) => key.split(" ")[0] ?? ""));
  return [...boots].map((boot) => {
    let seq = 0;
    while (stored.has(`${boot} ${seq + 1}`)) seq += 1;
    return { boot, seq };
  });
}

function startAgent(): ChildProcess {
  const address = device.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const devices = Array.from({ length: 20 }, (_, i) => ({
    room: "atrium",
    device: `sensor-${i}`,
    driver: "reach",
    interval_s: 10,
    options: { probe: "tcp", host: "127.0.0.1", port, probes: 1 },
  }));
  const config = { site: "harbour", agent: "pi-3", key_env: "AGENT_KEY", data_dir: "data", devices };
  const file = join(folder, "agent.yaml");
  writeFileSync(file, JSON.stringify({ ...config, broker: { url: `mqtt://127.0.0.1:${brokerPort}` } }));
  const env = { ...process.env, AGENT_KEY: "chaos-key" };
  const agent = spawn(process.execPath, [PROGRAM, file, SPEED], { env, stdio: ["ignore", "pipe", "inherit"] });
  agents.push(agent);
  createInterface({ input: agent.stdout }).on("line", (line) => {
    const said = JSON.parse(line) as { kept?: string; at?: string; stats?: EdgeStats };
    if (said.kept !== undefined) kept.set(said.kept, said.at ?? "");
    stats = said.stats ?? stats;
  });
  return agent;
}

const exited = (agent: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (agent.exitCode !== null || agent.signalCode !== null) resolve();
    else agent.once("close", () => resolve());
  });

async function runsUntilEmpty(): Promise<void> {
  const agent = startAgent();
  stats = undefined;
  await expect
    .poll(() => stats !== undefined && stats.readings > 20 && stats.waiting < 20, { timeout: 20_000 })
    .toBe(true);
  agent.kill("SIGTERM");
  await exited(agent);
}

/** Everything that was safe on disk is stored, with its own time, and no number is missing before the last of its boot. */
function expectNothingLost(): void {
  const lost = [...kept].filter(([key, at]) => stored.get(key) !== at).map(([key]) => key);
  expect(lost).toEqual([]);
  const counted = marks().reduce((sum, { seq }) => sum + seq, 0);
  expect(counted).toBe(stored.size);
}

test("agents killed at random, through outages and a flapping broker, lose nothing that was on disk", async () => {
  const boots = 8;
  for (let i = 0; i < boots; i++) {
    if (i % 3 === 1) await brokerDown();
    const agent = startAgent();
    const before = kept.size;
    await expect.poll(() => kept.size > before, { timeout: 10_000, interval: 10 }).toBe(true);
    if (i % 4 === 3) {
      await brokerDown();
      await wait(150);
    }
    if (broker === undefined) await brokerUp();
    await wait(100 + Math.random() * 600);
    agent.kill("SIGKILL");
    await exited(agent);
  }
  await runsUntilEmpty();
  expectNothingLost();
  expect(new Set([...kept.keys()].map((key) => key.split(" ")[0])).size).toBe(boots + 1);
  console.info(`kept ${kept.size}, stored ${stored.size}, sent twice ${duplicates}`);
}, 60_000);
