import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "#contract/bus.suite.ts";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import type { Clock } from "#contract/clock.ts";
import { instant, minutes } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { runLoad } from "#test/bench/load-generator.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "./embedded.ts";
import { KEY } from "./test-broker.ts";
import { TestClient } from "./test-client.ts";

let dataDir = "";
let child: ChildProcess | undefined;
let broker: EmbeddedBroker | undefined;
const clients: TestClient[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "greenroom-kill-"));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  child?.kill("SIGKILL");
  await broker?.stop();
  broker = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts the fixture; resolves with its port. */
async function startChild(): Promise<number> {
  const fixture = fileURLToPath(new URL("./kill-fixture.ts", import.meta.url));
  const started = spawn(process.execPath, [fixture, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  return new Promise((resolve, reject) => {
    started.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
    started.once("exit", (code) => reject(new Error(`the fixture ended with ${code}`)));
  });
}

async function killChild(): Promise<void> {
  const gone = new Promise((resolve) => child?.once("exit", resolve));
  child?.kill("SIGKILL");
  await gone;
}

const restart = async (clock: Clock = systemClock): Promise<EmbeddedBroker> =>
  (broker = await startEmbeddedBroker({
    host: "127.0.0.1",
    port: 0,
    dataDir,
    clock,
    log: silentLog,
    authenticate: ({ agent }) => Promise.resolve({ rooms: [`hq/${agent}`] }),
    intake: { accept: () => undefined, refused: () => {} },
    limits: { returnWithin: minutes(1) },
  }));

const join1 = async (port: number, agent: string): Promise<TestClient> => {
  const client = new TestClient(port);
  clients.push(client);
  const will = { topic: `greenroom/v1/hq/agents/${agent}/state`, payload: `${agent} is gone` };
  expect(await client.signIn({ agent, will })).toBe(0);
  return client;
};

/** Publishes a retained count as fast as it is acknowledged; resolves with the last count acknowledged when the link ends. */
async function countUp(client: TestClient, topic: string): Promise<number> {
  for (let i = 1; ; i++) if (!(await client.publish({ topic, payload: String(i), retain: true }))) return i - 1;
}

test.each([1, 2, 3])("kill -9 in mid-burst: every acknowledged reading and state is there (%i)", async () => {
  const port = await startChild();
  const stateOf = (agent: string): string => `greenroom/v1/hq/${agent}/codec/state`;
  const names = ["counter-1", "counter-2", "counter-3"];
  const counts = Promise.all(names.map(async (agent) => countUp(await join1(port, agent), stateOf(agent))));
  const agents = Array.from({ length: 8 }, (_, i) => ({ agent: `load-${i}`, key: KEY, rooms: [`hq/load-${i}`] }));
  const load = runLoad({ port, agents, seconds: 20, window: 400 });
  await eventually(() => clients.every((client) => client.acknowledged.length > 5) && clients.length === 3, "a burst");
  await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 350));
  await killChild();

  const report = await load;
  const journal = await readFile(join(dataDir, "journal"), "utf8");
  const stored = new Set(journal.match(/"agent":"load-\d","boot":"[^"]+","seq":\d+/g));
  const lost = Object.entries(report.acknowledged_seq).flatMap(([agent, last]) =>
    Array.from({ length: last }, (_, i) => `"agent":"${agent}","boot":"${report.boot}","seq":${i + 1}`).filter(
      (id) => !stored.has(id),
    ),
  );
  expect(Math.min(...Object.values(report.acknowledged_seq))).toBeGreaterThan(100);
  expect(lost).toEqual([]);

  const acknowledged = await counts;
  const kept = new Map<string, number>();
  await (await restart()).bus().subscribe("greenroom/v1/hq/+/codec/state", ({ topic, payload }) => {
    kept.set(topic, Number(new TextDecoder().decode(payload)));
  });
  for (const [i, agent] of names.entries()) {
    expect(acknowledged[i]).toBeGreaterThan(5);
    // One more than acknowledged may have reached the disk.
    expect([acknowledged[i], (acknowledged[i] as number) + 1]).toContain(kept.get(stateOf(agent)));
  }
});

test("agents that died with the broker are told dead, those that are back are not", async () => {
  const port = await startChild();
  await Promise.all(["returns", "stays-away"].map((agent) => join1(port, agent)));
  const polite = await join1(port, "polite");
  polite.socket.end(Buffer.from([0xe0, 0]));
  await polite.closed;
  // The goodbye has been written once something that came after it has been acknowledged.
  const witness = await join1(port, "witness");
  expect(await witness.publish({ topic: "greenroom/v1/hq/witness/codec/state", payload: "1", retain: true })).toBe(
    true,
  );
  await killChild();

  const clock = new VirtualClock(instant(0));
  const again = await restart(clock);
  const heard: string[] = [];
  await again
    .bus()
    .subscribe("greenroom/v1/hq/agents/+/state", ({ payload }) => heard.push(new TextDecoder().decode(payload)));
  await Promise.all(["returns", "witness"].map((agent) => join1(again.port, agent)));
  clock.advance(minutes(1));
  expect(heard).toEqual(["stays-away is gone"]);
  expect(again.stats().retained_topics).toBe(2);
});

test("a broker that is stopped in order tells nobody dead; after its next start the absent are", async () => {
  await restart();
  const first = broker as EmbeddedBroker;
  await join1(first.port, "agent-1");
  const heard: string[] = [];
  await first.bus().subscribe("#", ({ topic }) => heard.push(topic));
  await first.stop();
  const clock = new VirtualClock(instant(0));
  const second = await restart(clock);
  await second.bus().subscribe("#", ({ topic }) => heard.push(topic));
  expect(heard).toEqual([]);
  clock.advance(minutes(1));
  expect(heard).toEqual(["greenroom/v1/hq/agents/agent-1/state"]);
});
