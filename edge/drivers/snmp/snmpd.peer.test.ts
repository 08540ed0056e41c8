import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { endProcess, findPeer, untilReady } from "#test/peers/peer-process.ts";
import { Secret } from "../../secret.ts";
import type { Observation } from "../driver.ts";
import { snmp } from "./driver.ts";
import { SnmpOptions } from "./options.ts";

const binary = findPeer("snmpd");
const folder = mkdtempSync(join(tmpdir(), "greenroom-snmpd-"));
let child: ChildProcess | undefined;
let port = 0;

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port: free } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return free;
}

const UPS = "1.3.6.1.2.1.33.1";
/** What this machine has not, snmpd is told to say: as a UPS, a switch port and a maker's own objects would. */
const overrides = [
  `${UPS}.2.1.0 integer 2`,
  `${UPS}.2.3.0 integer 47`,
  `${UPS}.2.4.0 integer 98`,
  `${UPS}.4.1.0 integer 5`,
  `${UPS}.6.1.0 uinteger 1`,
  "1.3.6.1.2.1.105.1.1.1.6.1.1 integer 3",
  "1.3.6.1.4.1.9999.1.0 integer 2",
  "1.3.6.1.4.1.9999.2.0 octet_str 1204",
  "1.3.6.1.4.1.9999.3.0 uinteger 4000",
];

beforeAll(async () => {
  if (binary === undefined) return;
  port = await freeUdpPort();
  const file = join(folder, "snmpd.conf");
  writeFileSync(
    file,
    [
      `agentAddress udp:127.0.0.1:${port}`,
      "rocommunity public 127.0.0.1",
      "createUser greenroom SHA-256 authentication AES confidential",
      "rouser greenroom authpriv",
      "sysDescr A real agent",
      ...overrides.map((each) => `override ${each}`),
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  const env = { ...process.env, SNMP_PERSISTENT_DIR: folder, MIBS: "" };
  child = spawn(binary, ["-f", "-Lo", "-C", "-c", file, "-I", "-smux"], { stdio: ["ignore", "ignore", "pipe"], env });
  await untilReady(child, async () => (await look({ profile: "ups" }, 300)).state === "online", {
    what: "snmpd",
    patienceMs: 20_000,
  });
});
afterAll(async () => {
  await endProcess(child, "SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

function look(options: object, patienceMs = 10_000): Promise<Observation> {
  const parsed = SnmpOptions.parse({ host: "127.0.0.1", port, community: new Secret("public"), ...options });
  return snmp.open(parsed, { clock: systemClock, log: silentLog }).poll(AbortSignal.timeout(patienceMs));
}
const v3 = (more: object = {}): object => ({
  version: "3",
  user: "greenroom",
  auth_password: new Secret("authentication"),
  privacy_password: new Secret("confidential"),
  profile: "ups",
  ...more,
});

describe.skipIf(binary === undefined)("Debian's snmpd", () => {
  it("is read as a UPS by version 2c", async () => {
    expect(await look({ profile: "ups" })).toMatchObject({
      state: "online",
      model: "A real agent",
      metrics: { battery_pct: 98, runtime_left_min: 47, external_power: false, other_health: "warning" },
      error: { code: "DEVICE_FAULT", text: expect.stringContaining("runs on its battery") as string },
    });
  });

  it("is read by version 3, SHA-256 and AES", async () => {
    const seen = await look(v3());
    expect(seen.metrics).toMatchObject({ battery_pct: 98 });
    expect(seen.metrics["uptime_s"]).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ["a wrong password", { auth_password: new Secret("something else") }],
    ["another user", { user: "nobody" }],
    ["a password sent in the clear", { auth: "none", privacy: "none" }],
  ])("refuses %s", async (_, more) => {
    expect(await look(v3(more))).toMatchObject({ state: "offline", error: { code: "DEVICE_PASSWORD" } });
  });

  it("refuses a wrong key of privacy", async () => {
    const seen = await look(v3({ privacy_password: new Secret("something else") }));
    expect(seen.state).toBe("offline");
  });

  it("knows its own network port by name", async () => {
    const seen = await look({ profile: "switch_port", interface: "lo", poe_port: "1.1" });
    expect(seen.metrics).toMatchObject({ link_up: true, poe_state: "delivering" });
    expect(seen.error).toBeUndefined();
  });

  it("is read by a map, and what cannot be is named", async () => {
    const map = [
      { oid: "1.3.6.1.4.1.9999.1.0", metric: "power_state", values: { "2": "on" } },
      { oid: "1.3.6.1.4.1.9999.2.0", metric: "lamp_hours_h" },
      { oid: "1.3.6.1.4.1.9999.3.0", metric: "chip_temperature_c" },
      { oid: "1.3.6.1.4.1.9999.7.0", metric: "lamp_used_pct" },
    ];
    const seen = await look({ profile: "projector", map });
    expect(seen.metrics).toMatchObject({ power_state: "on", lamp_hours_h: 1204 });
    expect(seen.error).toMatchObject({
      code: "DEVICE_GARBAGE",
      text: expect.stringContaining("cannot be 4000 °C") as string,
    });
  });

  it("is silent to another community", async () => {
    expect(await look({ profile: "ups", community: new Secret("other") }, 1_000)).toMatchObject({
      state: "offline",
      error: { code: "DEVICE_SILENT" },
    });
  });
});
