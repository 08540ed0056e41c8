import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDocument, stringify } from "yaml";
import { z } from "zod";
import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { millis, seconds } from "#contract/units.ts";
import { checkBroker } from "./check/check-broker.ts";
import { checkDevices } from "./check/check-devices.ts";
import { type EdgeConfig, parseEdgeConfig } from "./config.ts";
import { loadDrivers } from "./drivers/registry.ts";
import { Poller } from "./poller.ts";
import { Secret } from "./secret.ts";
import { writeTestIdentity } from "./testing/identity.ts";

interface Entry {
  driver: string;
  options: Record<string, unknown>;
  [key: string]: unknown;
}

/** Every device of every driver's sample, that keeps at least one secret. */
const drivers = new URL("drivers/", import.meta.url);
const samples = readdirSync(drivers, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((folder): Entry[] => {
    const file = new URL(`${folder.name}/sample.yaml`, drivers);
    return (parseDocument(readFileSync(file, "utf8")).toJS() as { devices: Entry[] }).devices;
  })
  .filter((entry) => /_(env|file)"/.test(JSON.stringify(entry)));

/** A peer that says back whatever it is told, after asking for a password in the ways that devices do. */
let echo: Server;
const sockets = new Set<Socket>();
const MQTT_CONNECT = 0x10;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edge-secrets-"));
  echo = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    const greeting = systemClock.after(millis(20), () => socket.write("\r\nPassword:"));
    socket.on("data", (data) => {
      greeting();
      const text = data.toString("latin1");
      // An MQTT client that hears nothing more waits ten seconds of its own.
      if (data[0] === MQTT_CONNECT) socket.end(data);
      else if (!/^(GET|POST) /.test(text)) socket.write(data);
      else
        socket.end(
          `HTTP/1.1 500 No ${text.split("\n", 1)[0]?.trim()}\r\ncontent-length: ${data.length}\r\n\r\n${text}`,
        );
    });
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  echo.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As the configuration of an agent whose every secret is `marker`, in a variable or a file. */
function configOf(entries: readonly Entry[], marker: string): { yaml: string; env: Record<string, string> } {
  const { port } = echo.address() as AddressInfo;
  const env: Record<string, string> = { AGENT_KEY: marker };
  writeFileSync(join(folder, "secret"), marker);
  const marked = (value: unknown, name = ""): unknown => {
    if (Array.isArray(value)) return value.map((item) => marked(item));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item, key)]));
    if (name.endsWith("_env")) env[String(value)] = marker;
    if (name.endsWith("_file")) return "secret";
    if (name === "host") return "127.0.0.1";
    if (name === "port") return port;
    return name === "url" ? `http://127.0.0.1:${port}/` : value;
  };
  const devices = entries.map((entry, i) => ({ ...(marked(entry) as Entry), device: `gear-${i}` }));
  const broker = { url: `mqtt://127.0.0.1:${port}` };
  return {
    yaml: stringify({ site: "hq", agent: "rack-3", key_env: "AGENT_KEY", broker, data_dir: "data", devices }),
    env,
  };
}

/** Devices that say nothing are waited for a twentieth of what they would be. */
const hurried: Clock = {
  now: () => systemClock.now(),
  after: (delay, task) => systemClock.after(millis(delay / 20), task),
  every: (period, task) => systemClock.every(millis(period / 20), task),
};

/** Fails where a text has the secret in it, as it is or in the forms in which it travels. */
function expectHidden(outputs: readonly string[], marker: string): void {
  const forms = [marker, encodeURIComponent(marker), Buffer.from(marker).toString("base64").slice(0, -3)];
  const bad = outputs.filter((output) => forms.some((form) => output.includes(form)));
  expect(bad.map((text) => text.slice(0, 300))).toEqual([]);
}

/** Long enough that it stands nowhere by chance, and of whatever letters passwords have. */
const marker = fc
  .string({
    unit: fc.constantFrom(...Array.from("abcXYZ0189!$%&/()=?+*#-_.:,;<>@~ |'\"\\")),
    minLength: 12,
    maxLength: 24,
  })
  .filter((text) => text.trim() === text);

test("law: no secret shows in a configuration, its faults, or what is printed of it", async () => {
  await fc.assert(
    fc.asyncProperty(marker, fc.integer({ min: 0, max: 5 }), async (secret, spoilt) => {
      const { yaml, env } = configOf(samples, secret);
      // Whole, and wrong in some way: with the secret in the clear, in the wrong place, as a name, as broken YAML.
      const texts = [
        yaml,
        yaml.replaceAll(
          /(password|community|key|token)_(env|file): .*/g,
          (_, name: string) => `${name}: ${JSON.stringify(secret)}`,
        ),
        yaml.replace("site: hq", `site: ${JSON.stringify(secret)}`),
        yaml.replace("data_dir: data", `data_dir: data\n${JSON.stringify(secret)}: 1`),
        `${yaml}\n  - ${JSON.stringify(secret)}: [`,
        yaml.replace("mqtt://", `mqtt://user:${encodeURIComponent(secret)}@`),
      ];
      const parsed = await parseEdgeConfig(texts[spoilt] ?? yaml, { folder, env });
      if (spoilt === 0) expect(parsed).toMatchObject({ ok: true });
      // A name that is not known is repeated so that it can be found: a secret as a key's name is out of reach.
      const outputs = [JSON.stringify(parsed), inspect(parsed, { depth: 12 })];
      if (spoilt !== 3) expectHidden(outputs, secret);
    }),
    { numRuns: 30 },
  );
});

test("a device that says back what it is told gets no secret into states, answers, logs or edge check", async () => {
  const secret = "s3cret-Marker/of=24 chars";
  const { yaml, env } = configOf(samples, secret);
  const parsed = await parseEdgeConfig(yaml, { folder, env });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const { config } = parsed;
  // UDP gets no answer here, and TLS no handshake: those only wait.
  const spoken = config.devices.filter(({ driver }) => driver !== "snmp");
  expect(spoken.map(({ driver }) => driver)).toEqual(expect.arrayContaining(["pjlink", "extron", "qsys", "http-json"]));
  const outputs: string[] = [];
  const note = (fields: object, text: string): void =>
    void outputs.push(JSON.stringify(fields) + inspect(fields) + text);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const looked = { ...config, devices: spoken } satisfies EdgeConfig;
  const identity = writeTestIdentity(join(folder, "data"), { key: secret });
  const [checks, broker, states] = await Promise.all([
    checkDevices({ config: looked, clock: hurried, log }),
    checkBroker({ ...looked, key: undefined, identity }, hurried),
    pollOnce(looked, log),
  ]);
  outputs.push(JSON.stringify(checks), JSON.stringify(broker), JSON.stringify(states));
  expect(states.length).toBeGreaterThanOrEqual(spoken.length);
  expectHidden(outputs, secret);
}, 60_000);

test("a driver that repeats its password is not believed to have meant it", async () => {
  const secret = "s3cret-Marker/of=24 chars";
  const says = `login ${secret} failed, ${Buffer.from(secret).toString("base64")}`;
  const error = { code: "DEVICE_PASSWORD" as const, text: says };
  const outputs: string[] = [];
  const note = (fields: object, text: string): void => void outputs.push(JSON.stringify(fields) + text);
  const told = Promise.withResolvers<void>();
  const poller = new Poller({
    device: {
      room: "atrium",
      device: "parrot",
      name: undefined,
      driver: "parrot",
      options: { deep: { password: new Secret(secret) } },
      interval: seconds(60),
    },
    driver: {
      id: "parrot",
      title: "A parrot",
      options: z.any(),
      kind: "other",
      shortestInterval: seconds(1),
      longestPoll: seconds(5),
      intervals: () => ({}),
      open: () => ({
        poll: () =>
          Promise.resolve({ state: "online", metrics: { power_state: says }, model: says, firmware: says, error }),
        obey: ({ command }) =>
          command === "power_on" ? Promise.resolve({ ok: false, text: says }) : Promise.reject(new Error(says)),
      }),
    },
    agent: "rack-3",
    clock: systemClock,
    log: { debug: note, info: note, warn: note, error: note },
    random: () => 0,
    onReading: (_, metrics) => outputs.push(JSON.stringify(metrics)),
    onState: (state) => {
      outputs.push(JSON.stringify(state));
      told.resolve();
    },
  });
  poller.start();
  await told.promise;
  const never = new AbortController().signal;
  for (const command of ["power_on", "power_off"] as const)
    outputs.push(JSON.stringify(await poller.obey({ command }, never)));
  await poller.stop();
  expect(outputs.filter((output) => output.includes("[secret]")).length).toBeGreaterThanOrEqual(3);
  expectHidden(outputs, secret);
});

/** Each device's first look, and its answer to an order, as they would go onto the wire. */
async function pollOnce(config: EdgeConfig, log: Log): Promise<unknown[]> {
  const told: unknown[] = [];
  const known = await loadDrivers(config.devices.map(({ driver }) => driver));
  const pollers = config.devices.map((device) => {
    const driver = known.get(device.driver);
    if (driver === undefined) throw new Error("no driver");
    const first = Promise.withResolvers<void>();
    const poller = new Poller({
      device,
      driver,
      agent: config.agent,
      clock: hurried,
      log,
      random: () => 0,
      onReading: (at, metrics) => told.push({ at, metrics }),
      onState: (state) => {
        told.push(state);
        first.resolve();
      },
    });
    poller.start();
    return { poller, first: first.promise };
  });
  await Promise.all(
    pollers.map(async ({ poller, first }) => {
      await first;
      const abort = new AbortController();
      const cancel = hurried.after(seconds(10), () => abort.abort());
      told.push(await poller.obey({ command: "power_on" }, abort.signal));
      cancel();
      await poller.stop();
    }),
  );
  return told;
}
