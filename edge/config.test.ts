import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { loadEdgeConfig, parseEdgeConfig } from "./config.ts";
import { driverIds } from "./drivers/registry.ts";
import { writeTestIdentity } from "./testing/identity.ts";

const sample = readFileSync(new URL("agent.sample.yaml", import.meta.url), "utf8");
const env = { GREENROOM_AGENT_KEY: "s3cret-key", ATRIUM_PROJECTOR_PASSWORD: "s3cret-password" };
const source = { folder: "/etc/greenroom", env };
const faultsOf = async (yaml: string): Promise<string[]> => {
  const parsed = await parseEdgeConfig(yaml, source);
  return parsed.ok ? [] : parsed.faults.map(({ where, line, why }) => `${line} ${where}: ${why}`);
};

test("the sample is valid, and its secrets never show", async () => {
  const parsed = await parseEdgeConfig(sample, source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  expect(parsed.config).toMatchObject({ site: "harbour", agent: "harbour-pi-1", dataDir: "/etc/greenroom/agent-data" });
  expect(parsed.config.devices.map(({ driver }) => driver)).toEqual(["pjlink", "reach", "reach", "reach"]);
  expect(parsed.config.key?.reveal()).toBe("s3cret-key");
  const shown = JSON.stringify(parsed.config) + inspect(parsed.config, { depth: 9 }) + String(parsed.config.key);
  expect(shown).not.toContain("s3cret");
});

test("every fault is told at once, with its line", async () => {
  const yaml = `site: Harbour 12
agent: pi-3
key_env: NO_SUCH_VARIABLE
broker:
  url: mqtt://user:s3cret@broker:1883
data_dir: data
colour: green
devices:
  - room: agents
    device: proj-1
    driver: pjlink
    interval_s: 5
    options:
      port: 4352
      password: s3cret
      wanted_input: "99"
  - room: atrium
    device: card
    driver: teleport
  - room: atrium
    device: net
    driver: reach
    interval_s: 2
    options: { probe: tcp, host: -rf, port: 80 }
`;
  const faults = await faultsOf(yaml);
  expect(faults).toEqual([
    "1 site: must be 1 to 63 of a-z, 0-9 and -, not starting or ending with -",
    "3 key_env: the environment has no NO_SUCH_VARIABLE",
    "5 broker.url: must be mqtt://host:port or mqtts://host:port, without user, password or path",
    "7 colour: is not a setting; check its spelling",
    '9 devices.0.room: "agents" cannot be the name of a room',
    "12 devices.0.interval_s: must be at least 10 for pjlink",
    "13 devices.0.options.host: is missing (string)",
    "15 devices.0.options.password: is needed as NAME_file or NAME_env; it never stands in this file itself",
    '16 devices.0.options.wanted_input: must be a PJLink input in quotation marks, as "31" (digital 1)',
    "18 devices.1.device: is a reserved name",
    `19 devices.1.driver: must be one of: ${driverIds.join(", ")}`,
    "23 devices.2.interval_s: must be at least 5 for reach",
    "24 devices.2.options.host: must be a host name or an IP address",
  ]);
  expect(faults.join()).not.toContain("s3cret");
});

test("two devices of one name in a room are refused", async () => {
  const device = "  - { room: a, device: d, driver: reach, options: { probe: tcp, host: h, port: 1 } }\n";
  const yaml = `site: s\nagent: a\nbroker: { url: "mqtt://b" }\ndata_dir: d\ndevices:\n${device}${device}`;
  expect(await faultsOf(yaml)).toEqual(["7 devices.1.device: a has a device of this name already"]);
});

test("what is wrong between devices is told beside what is wrong in them", async () => {
  const yaml = `site: s
agent: a
broker: { url: "mqtt://b" }
data_dir: d
devices:
  - { room: a, device: d, driver: reach, colour: green, options: { probe: tcp, host: h, port: 1 } }
  - { room: a, device: d, driver: reach, interval_s: 1, colour: green, options: { probe: tcp, host: h, port: 0 } }
  - { room: a, device: e, driver: reach, interval_s: 0, options: none }
`;
  expect(await faultsOf(yaml)).toEqual([
    "6 devices.0.colour: is not a setting; check its spelling",
    "7 devices.1.colour: is not a setting; check its spelling",
    expect.stringMatching(/^7 devices\.1\.options\.port: /),
    "7 devices.1.device: a has a device of this name already",
    "7 devices.1.interval_s: must be at least 5 for reach",
    expect.stringMatching(/^8 devices\.2\.interval_s: /),
    expect.stringMatching(/^8 devices\.2\.options: /),
  ]);
});

test("broken YAML names the line and repeats nothing of it", async () => {
  const faults = await faultsOf("site: harbour\nkey: *s3cret\nbroker: [\n");
  expect(faults.length).toBeGreaterThan(0);
  expect(faults.join()).toMatch(/^\d+ YAML: /);
  expect(faults.join()).not.toContain("s3cret");
});

test("a file that is missing or wrong is refused with CONFIG_INVALID; secrets are read from files", async () => {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  try {
    const file = join(folder, "agent.yaml");
    await expect(loadEdgeConfig(file)).rejects.toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    writeFileSync(file, 'site: s\nagent: a\nkey_file: key\nbroker: { url: "mqtt://b" }\ndata_dir: d\ndevices: []\n');
    await expect(loadEdgeConfig(file)).rejects.toThrow("1 fault:\n  line 3, key_file: key cannot be read (ENOENT)");
    writeFileSync(join(folder, "key"), "abc\n");
    expect((await loadEdgeConfig(file)).key?.reveal()).toBe("abc");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("whatever stands in the file, there is an answer", async () => {
  const line = fc.oneof(fc.constantFrom(...sample.split("\n")), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 40 }), async (lines) => {
      const parsed = await parseEdgeConfig(lines.join("\n"), source);
      expect(parsed.ok || parsed.faults.length > 0).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("an agent that has enrolled needs neither key nor broker; one that has not, or as another, is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "edge-config-"));
  const yaml = `site: hq\nagent: rack-3\ndata_dir: ${folder}\ndevices: []\n`;
  const parse = () => parseEdgeConfig(yaml, { folder, env: {} });
  const faults = async (): Promise<string> => {
    const parsed = await parse();
    return parsed.ok ? "" : parsed.faults.map(({ where, why }) => `${where}: ${why}`).join();
  };
  expect(await faults()).toBe("broker: is missing, and this agent has not enrolled into its data_dir");
  writeTestIdentity(folder, { agent: "rack-4" });
  expect(await faults()).toContain("agent: this data folder was enrolled as hq/rack-4");
  writeTestIdentity(folder);
  const parsed = await parse();
  expect(parsed).toMatchObject({ ok: true, config: { broker: { url: "mqtts://broker.example.com:8883" } } });
  const config = parsed.ok ? parsed.config : undefined;
  const privateKey = config?.identity?.privateKey.reveal() ?? "";
  expect(privateKey).toContain("PRIVATE KEY");
  const shown = JSON.stringify(config) + inspect(config, { depth: 9 });
  expect(shown).not.toContain(privateKey.split("\n")[1]);
  chmodSync(join(folder, "identity.json"), 0o644);
  expect(await faults()).toContain("can be read by others");
  chmodSync(join(folder, "identity.json"), 0o600);
  writeFileSync(join(folder, "identity.json"), "{");
  expect(await faults()).toContain("is damaged");
  rmSync(folder, { recursive: true });
});
