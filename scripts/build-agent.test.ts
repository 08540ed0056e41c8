import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createWeb } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { parsePayload } from "#contract/wire.ts";
import { driverIds } from "#edge/drivers/registry.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "#gateway/broker/embedded.ts";
import { freePort } from "#test/free-port.ts";

const root = join(import.meta.dirname, "..");
/** Far from the checkout: nothing beside it can be found by accident. */
const folder = mkdtempSync(join(tmpdir(), "greenroom-alone-"));
const program = join(folder, "greenroom-edge.mjs");
const unit = readFileSync(join(root, "deploy/greenroom-edge.service"), "utf8");
const flags =
  /^ExecStart=(.*)$/m
    .exec(unit)?.[1]
    ?.split(" ")
    .filter((word) => /^--(?!config)/.test(word)) ?? [];
const env = Object.fromEntries(
  (/^Environment=(.*)$/m.exec(unit)?.[1] ?? "").split(" ").map((pair) => pair.split("=") as [string, string]),
);
/** What `bench edge` aims at; here after seconds, when a start has not yet been tidied up. */
const MOST_MB = 60;

let broker: EmbeddedBroker;
let device: Server;
const readings: string[] = [];

beforeAll(async () => {
  const build = spawn(process.execPath, ["scripts/build-agent.ts", `--into=${folder}`], {
    cwd: root,
    stdio: "inherit",
  });
  const [code] = (await once(build, "close")) as [number];
  expect(code).toBe(0);
  mkdirSync(join(folder, "broker"));
  broker = await startEmbeddedBroker({
    host: "127.0.0.1",
    port: await freePort(),
    dataDir: join(folder, "broker"),
    clock: systemClock,
    log: silentLog,
    authenticate: ({ key }) => Promise.resolve(key === "alone" ? { rooms: ["hq/atrium"] } : undefined),
    intake: {
      accept: ({ payload }) => {
        const parsed = parsePayload("reading", payload);
        if (parsed.ok) readings.push(JSON.stringify(parsed.value.metrics));
        return Promise.resolve();
      },
      refused: ({ why }) => {
        throw new Error(why);
      },
    },
  });
  device = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => device.listen(0, "127.0.0.1", resolve));
  writeFileSync(join(folder, "key"), "alone");
  writeFileSync(
    join(folder, "agent.yaml"),
    JSON.stringify({
      site: "hq",
      agent: "pi",
      key_file: "key",
      data_dir: "data",
      broker: { url: `mqtt://127.0.0.1:${broker.port}` },
      devices: [
        {
          room: "atrium",
          device: "panel",
          driver: "reach",
          interval_s: 5,
          options: { probe: "tcp", host: "127.0.0.1", port: (device.address() as { port: number }).port },
        },
      ],
    }),
  );
});
afterAll(async () => {
  device?.close();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (...args: string[]) =>
  spawnSync(process.execPath, [...flags, program, ...args], { cwd: folder, encoding: "utf8", timeout: 30_000 });

test("one file is enough for every verb of the agent", () => {
  expect(flags.length).toBeGreaterThan(3);
  expect(ask("--version").stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  expect(ask("--config", "agent.yaml", "--check").stdout).toContain("agent pi, 1 devices");
  expect(ask("check", "--config", "agent.yaml", "--no-broker").stdout).toContain("reachable");
});

test("every driver wakes from the one file", () => {
  const samples = driverIds.map((id) => readFileSync(join(root, "edge/drivers", id, "sample.yaml"), "utf8"));
  const secrets = samples.flatMap((text) => [...text.matchAll(/_env: (\w+)/g)].map(([, name = ""]) => [name, "x"]));
  const devices = samples.flatMap((text) => (parseYaml(text) as { devices: object[] }).devices);
  const own = devices.map((device, i) => ({ ...device, device: `d-${i}` }));
  const broker = { url: "mqtt://127.0.0.1:1" };
  writeFileSync(
    join(folder, "every.yaml"),
    JSON.stringify({ site: "hq", agent: "pi", data_dir: "data", broker, devices: own }),
  );
  const said = spawnSync(process.execPath, [...flags, program, "--config", "every.yaml", "--check"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...Object.fromEntries(secrets) },
    timeout: 30_000,
  });
  expect(said.stderr + said.stdout).toBe(`every.yaml is right: agent pi, ${devices.length} devices.\n`);
}, 60_000);

test("what few agents need of Node is there when it is needed", async () => {
  const web = createWeb((_, answer) => answer.end("well"));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const { port } = web.address() as { port: number };
  writeFileSync(
    join(folder, "web.yaml"),
    JSON.stringify({
      site: "hq",
      agent: "pi",
      data_dir: "data",
      broker: { url: "mqtt://127.0.0.1:1" },
      devices: [
        {
          room: "atrium",
          device: "web",
          driver: "reach",
          options: { probe: "http", url: `http://127.0.0.1:${port}/` },
        },
        {
          room: "atrium",
          device: "tls",
          driver: "reach",
          options: { probe: "http", url: `https://127.0.0.1:${port}/` },
        },
      ],
    }),
  );
  const check = spawn(process.execPath, [...flags, program, "check", "--config", "web.yaml", "--no-broker", "--json"], {
    cwd: folder,
  });
  let said = "";
  check.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await once(check, "close");
  web.close();
  const { devices } = JSON.parse(said) as { devices: { state: string; error?: { text: string } }[] };
  expect(devices.map(({ state }) => state)).toEqual(["online", "offline"]);
  // The other speaks no TLS: it was a TLS client that found that out.
  expect(devices[1]?.error?.text).toMatch(/ssl|tls|packet/i);
});

test("a wrong configuration ends it with 2 and every fault", () => {
  writeFileSync(join(folder, "wrong.yaml"), "site: hq\nagent: pi\ncolour: green\n");
  const wrong = ask("--config", "wrong.yaml");
  expect([wrong.status, wrong.stderr.includes("line 3, colour")]).toEqual([2, true]);
});

test("it sends readings, loads nothing that its drivers do not use, stays small, and ends in order", async () => {
  const spy = join(folder, "spy.mjs");
  writeFileSync(spy, 'process.on("SIGUSR2", () => console.log(JSON.stringify(process.moduleLoadList)));');
  const agent: ChildProcess = spawn(process.execPath, [...flags, "--import", spy, program, "--config", "agent.yaml"], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let logged = "";
  agent.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  agent.stderr?.on("data", (chunk: Buffer) => (logged += chunk.toString()));
  const gone = once(agent, "close");
  try {
    await expect.poll(() => readings.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(readings[0]).toContain('"reachable":true');
    agent.kill("SIGUSR2");
    await expect.poll(() => said.endsWith("\n"), { timeout: 5_000 }).toBe(true);
    const loaded = new Set((JSON.parse(said) as string[]).map((name) => name.replace("NativeModule ", "")));
    expect(loaded.has("net")).toBe(true);
    for (const unused of [
      "crypto",
      "fs/promises",
      "http",
      "https",
      "tls",
      "child_process",
      "dgram",
      "worker_threads",
      "internal/deps/undici/undici",
    ])
      expect([unused, loaded.has(unused)]).toEqual([unused, false]);
    if (process.platform === "linux") {
      const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${agent.pid}/status`, "utf8"))?.[1];
      expect(Number(kb) / 1024).toBeLessThan(MOST_MB);
    }
  } finally {
    agent.kill("SIGTERM");
    await gone;
  }
  expect(agent.exitCode).toBe(0);
  const lines = logged
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(lines).toEqual(["linked to the broker", "the agent runs", "the agent has stopped"]);
}, 60_000);
