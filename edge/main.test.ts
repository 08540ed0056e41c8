import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Log } from "#contract/log.ts";
import { hours, instant, millis, type Millis, minutes, parseInstant, rfc3339, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { filterOf, parsePayload, type Payload } from "#contract/wire.ts";
import type { EdgeConfig } from "./config.ts";
import { ReachOptions } from "./drivers/reach/options.ts";
import { type Edge, startEdge } from "./main.ts";
import type { StoredReading } from "./outbox/record.ts";
import { FlakyBroker, FlakyBus } from "./testing/broker.ts";
import { JumpingClock } from "./testing/jumping-clock.ts";
import { TestRecorder } from "./testing/recorder.ts";

let folder: string;
let device: Server;
let lines: string[];
let clock: VirtualClock;
let broker: FlakyBroker;
let recorder: TestRecorder;
const edges: Edge[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "edge-"));
  lines = [];
  clock = new VirtualClock(instant(Date.UTC(2026, 10, 21, 8)));
  broker = new FlakyBroker();
  recorder = new TestRecorder(broker, clock, { site: "harbour", agent: "pi-3" });
  device = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => device.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  for (const edge of edges.splice(0)) await during(edge.stop());
  device.close();
  rmSync(folder, { recursive: true, force: true });
});

const note =
  (level: string) =>
  (_: object, text: string): void => {
    if (level !== "debug") lines.push(`${level}: ${text}`);
  };
const log: Log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };

function config(change: Partial<EdgeConfig> = {}): EdgeConfig {
  const address = device.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    site: "harbour",
    agent: "pi-3",
    key: undefined,
    broker: { url: "mqtt://127.0.0.1:1", ca: undefined },
    dataDir: folder,
    outbox: { maxBytes: 64 * 1024 * 1024, maxAge: hours(72) },
    devices: ["atrium", "loft"].map((room) => ({
      room,
      device: "switch",
      name: undefined,
      driver: "reach",
      options: ReachOptions.parse({ probe: "tcp", host: "127.0.0.1", port, probes: 1 }),
      interval: seconds(10),
    })),
    ...change,
  };
}

async function start(change: Partial<EdgeConfig> = {}): Promise<Edge> {
  const makeBus = () => Promise.resolve(new FlakyBus(broker, clock));
  const edge = await startEdge({ config: config(change), clock, log, makeBus, random: () => 0.5 });
  edges.push(edge);
  return edge;
}

/** Lets real disk and sockets work while virtual time passes. */
async function pass(span: Millis): Promise<void> {
  for (let left: number = span; left > 0; left -= 250) {
    clock.advance(millis(Math.min(250, left)));
    for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function during<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const done = work.finally(() => over.abort());
  while (!over.signal.aborted) await pass(millis(250));
  return done;
}

/** Passes time until a condition holds, for at most a virtual hour. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 3_600 && !isTrue(); i++) await pass(seconds(1));
  expect(isTrue()).toBe(true);
}

const retained = <K extends "agentState" | "deviceState">(kind: K, topic: string): Payload<K> | undefined => {
  const bytes = broker.retained.get(topic);
  const parsed = bytes === undefined ? undefined : parsePayload(kind, bytes);
  return parsed?.ok === true ? parsed.value : undefined;
};
const self = (): Payload<"agentState"> | undefined => retained("agentState", "greenroom/v1/harbour/agents/pi-3/state");

test("an agent announces itself and its devices, polls, and forgets what is confirmed", async () => {
  const edge = await start();
  await until(() => recorder.stored.size >= 6 && edge.stats().waiting === 0);
  expect(self()).toMatchObject({ state: "online", boot: edge.boot, devices: ["atrium/switch", "loft/switch"] });
  expect(retained("deviceState", "greenroom/v1/harbour/atrium/switch/state")).toMatchObject({
    state: "online",
    agent: "pi-3",
    intervals_s: { reachable: 10 },
  });
  const seqs = recorder.arrivals.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  expect(recorder.arrivals[0]).toMatchObject({ agent: "pi-3", boot: edge.boot, metrics: { reachable: true } });
  await during(edge.stop());
  expect(self()).toMatchObject({ state: "offline", boot: edge.boot });
});

test("a clock that is set an hour ahead, back, and hours behind misdates no reading, sent or kept; none is refused", async () => {
  const machine = new JumpingClock(clock);
  const truly = new Map<number, number>();
  const taken: Payload<"reading">[] = [];
  broker.listen(filterOf("reading"), ({ payload }) => {
    const parsed = parsePayload("reading", payload);
    if (!parsed.ok) return;
    taken.push(parsed.value);
    // What the recorder would refuse: more than five minutes ahead.
    expect((parseInstant(parsed.value.at) ?? 0) - clock.now()).toBeLessThan(minutes(5));
  });
  // Wrong from the start, and nobody there who could tell.
  machine.jump(-2 * hours(1));
  broker.down();
  const makeBus = () => Promise.resolve(new FlakyBus(broker, clock));
  const begin = clock.now();
  const onKept = ({ seq, up = millis(0) }: StoredReading): void => void truly.set(seq, begin + up);
  const edge = await startEdge({
    config: config(),
    clock: machine,
    uptime: machine.uptime,
    machine: "m",
    log,
    makeBus,
    random: () => 0.5,
    onKept,
  });
  edges.push(edge);
  await pass(seconds(60));
  broker.up();
  await pass(seconds(30));
  for (const jump of [3, -1, 1, -1].map((n) => n * hours(1))) {
    machine.jump(jump);
    await pass(seconds(15));
    broker.down();
    await pass(seconds(25));
    machine.jump(-1 * jump);
    await pass(seconds(15));
    broker.up();
    await pass(seconds(15));
  }
  await until(() => edge.stats().waiting === 0);
  expect(truly.size).toBeGreaterThan(60);
  for (const { seq = 0, at } of taken)
    expect(Math.abs((parseInstant(at) ?? 0) - (truly.get(seq) ?? 0))).toBeLessThanOrEqual(2_000);
  expect(new Set(taken.map(({ seq }) => seq)).size).toBe(edge.stats().readings);
});

test("a command for one of its devices is answered, also where its driver only reads", async () => {
  await start();
  const answers: string[] = [];
  broker.listen(filterOf("result"), ({ topic, payload }) =>
    answers.push(`${topic} ${Buffer.from(payload).toString()}`),
  );
  const command = {
    id: "c1",
    at: "2026-11-21T08:00:00Z",
    deadline: "2026-11-21T09:00:00Z",
    command: "preflight",
    by: "x",
  };
  broker.take("greenroom/v1/harbour/loft/switch/command", Buffer.from(JSON.stringify(command)), false);
  broker.take("greenroom/v1/harbour/cellar/switch/command", Buffer.from(JSON.stringify(command)), false);
  await until(() => answers.length > 0);
  expect(answers).toHaveLength(1);
  expect(answers[0]).toMatch(/^greenroom\/v1\/harbour\/loft\/switch\/result .*"ok":false,"code":"NOT_SUPPORTED"/);
});

test("through an outage nothing is lost: in order, with the times of taking, and marked late", async () => {
  const edge = await start();
  await until(() => recorder.stored.size >= 4);
  const cutAt = rfc3339(clock.now());
  broker.down();
  await pass(hours(1));
  const backAt = rfc3339(clock.now());
  expect(edge.stats().waiting).toBeGreaterThan(700);
  broker.up();
  await until(() => edge.stats().waiting === 0);
  expect(recorder.stored.size).toBe(edge.stats().readings);
  const during = recorder.arrivals.filter(({ at }) => at > cutAt && at < backAt);
  expect(during.length).toBeGreaterThan(700);
  expect(during.map(({ seq }) => seq)).toEqual(during.map((_, i) => (during[0]?.seq ?? 0) + i));
  expect(during.slice(0, 600).every(({ late }) => late === true)).toBe(true);
});

test("what a broker acknowledges and loses is sent again", async () => {
  const edge = await start();
  let i = 0;
  broker.loses = (topic) => topic.endsWith("/reading") && i++ % 3 === 0;
  await pass(seconds(60));
  broker.loses = () => false;
  await until(() => edge.stats().waiting === 0);
  expect(recorder.stored.size).toBe(edge.stats().readings);
  const told = lines.filter((line) => line.includes("no reading is confirmed")).length;
  expect(told).toBeGreaterThanOrEqual(1);
  expect(told).toBeLessThanOrEqual(6);
});

test("a link that flaps every three seconds costs nothing", async () => {
  const edge = await start();
  for (let i = 0; i < 60; i++) {
    broker.down();
    await pass(seconds(3));
    broker.up();
    await pass(seconds(3));
  }
  await until(() => edge.stats().waiting === 0);
  expect(recorder.stored.size).toBe(edge.stats().readings);
});

test("live readings pass a backlog that nobody confirms", async () => {
  const edge = await start();
  await pass(seconds(20));
  broker.down();
  await pass(hours(1));
  recorder.isAway = true;
  broker.up();
  const seen: string[] = [];
  broker.listen(filterOf("reading"), ({ payload }) => {
    const parsed = parsePayload("reading", payload);
    if (parsed.ok && parsed.value.late !== true) seen.push(parsed.value.at);
  });
  const before = seen.length;
  await pass(seconds(60));
  expect(seen.length - before).toBeGreaterThanOrEqual(11);
  expect(edge.stats().waiting).toBeGreaterThan(700);
});

test("a new start is a new boot, and sends what the last one left under its own name", async () => {
  broker.down();
  const first = await start();
  await pass(seconds(60));
  await during(first.stop());
  const left = first.stats().readings;
  expect(left).toBeGreaterThanOrEqual(10);
  broker.up();
  const second = await start();
  await until(() => second.stats().waiting === 0 && second.stats().readings > 2);
  expect(recorder.arrivals.filter(({ boot }) => boot === first.boot).map(({ seq }) => seq)).toEqual(
    Array.from({ length: left }, (_, i) => i + 1),
  );
  expect(second.boot).not.toBe(first.boot);
});

test("what was given up is told, so that the rest is confirmed", async () => {
  broker.down();
  const edge = await start({ outbox: { maxBytes: 20_000, maxAge: hours(72) } });
  await pass(hours(1));
  const { dropped } = edge.stats();
  expect(dropped).toBeGreaterThan(100);
  broker.up();
  await until(() => edge.stats().waiting === 0);
  // What is given up while it is on its way may arrive all the same: nothing is missing that was not told.
  const told = self()?.outbox?.dropped ?? 0;
  expect(told).toBeGreaterThanOrEqual(dropped);
  expect(recorder.stored.size).toBeGreaterThanOrEqual(edge.stats().readings - told);
  expect(recorder.stored.size).toBeLessThanOrEqual(edge.stats().readings - dropped);
  expect(lines.filter((line) => line.includes("gives up"))).toHaveLength(1);
});

test("a second agent under the same id is said once by each, and stops neither", async () => {
  const first = await start();
  await pass(seconds(10));
  const second = await start({ dataDir: join(folder, "second") });
  await until(() => first.stats().otherBoot === second.boot);
  await pass(seconds(120));
  expect(lines.filter((line) => line.includes("another agent runs under this id"))).toHaveLength(1);
  expect(first.stats().readings).toBeGreaterThan(20);
});

test("a last will of an earlier link that comes late does not leave a living agent offline", async () => {
  const edge = await start();
  await pass(seconds(10));
  const will = { at: rfc3339(clock.now()), state: "offline", boot: edge.boot };
  broker.take("greenroom/v1/harbour/agents/pi-3/state", Buffer.from(JSON.stringify(will)), true);
  await until(() => self()?.state === "online");
});

test("a device that is taken out of the configuration is taken back from the broker", async () => {
  const first = await start();
  await until(() => retained("deviceState", "greenroom/v1/harbour/loft/switch/state") !== undefined);
  await during(first.stop());
  const second = await start({ devices: config().devices.slice(0, 1) });
  await until(() => broker.retained.get("greenroom/v1/harbour/loft/switch/state")?.length === 0);
  expect(retained("deviceState", "greenroom/v1/harbour/atrium/switch/state")?.state).toBe("online");
  // A broker or another agent may take a state away that is still true.
  broker.retained.delete("greenroom/v1/harbour/atrium/switch/state");
  await until(() => retained("deviceState", "greenroom/v1/harbour/atrium/switch/state")?.state === "online");
  await during(second.stop());
});

test("a folder serves one agent", async () => {
  await start();
  await expect(start()).rejects.toMatchObject({ code: "DATA_DIR_IN_USE" });
});

test("a confirmation that cannot be read, or lies, forgets nothing that is not there", async () => {
  const edge = await start();
  broker.down();
  await pass(seconds(30));
  const topic = "greenroom/v1/harbour/agents/pi-3/committed";
  broker.retained.set(topic, Buffer.from("{"));
  broker.up();
  await pass(seconds(2));
  expect(lines).toContain("warn: a confirmation cannot be read");
  const boots = [{ boot: "somebody-else", seq: 9_999 }];
  broker.take(topic, Buffer.from(JSON.stringify({ at: rfc3339(clock.now()), boots })), true);
  await until(() => edge.stats().waiting === 0);
  expect(recorder.stored.size).toBe(edge.stats().readings);
});
