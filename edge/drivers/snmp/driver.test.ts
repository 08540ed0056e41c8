import { ObjectType } from "net-snmp";
import { afterEach, describe, expect, it, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import {
  type SnmpDevice,
  snmpFaults,
  type SnmpFault,
  type SnmpObjects,
  startSnmpDevice,
} from "#simulators/devices/snmp.ts";
import { Secret } from "../../secret.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { snmp } from "./driver.ts";
import { SnmpOptions } from "./options.ts";

const devices: SnmpDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.stop()));
});

const system = { "1.3.6.1.2.1.1.1.0": "Simulated gear" };
const user = { name: "greenroom", authPassword: "authentication", privacyPassword: "confidential" };

async function simulated(objects: SnmpObjects, clock = systemClock): Promise<SnmpDevice> {
  const device = await startSnmpDevice({ host: "127.0.0.1", clock, objects: { ...system, ...objects }, user });
  devices.push(device);
  return device;
}
function open(device: SnmpDevice, options: object, clock = new VirtualClock(instant(0))): OpenDevice {
  const parsed = SnmpOptions.parse({
    host: "127.0.0.1",
    port: device.port,
    community: new Secret("public"),
    ...options,
  });
  return snmp.open(parsed, { clock, log: silentLog });
}
/** What is silent is not waited for in tests. */
const soon = (): AbortSignal => AbortSignal.timeout(400);
const look = (device: OpenDevice, signal = new AbortController().signal): Promise<Observation> => device.poll(signal);

const UPS = "1.3.6.1.2.1.33.1";
const upsObjects = {
  [`${UPS}.2.1.0`]: 2,
  [`${UPS}.2.3.0`]: 47,
  [`${UPS}.2.4.0`]: 98,
  [`${UPS}.4.1.0`]: 3,
  [`${UPS}.4.4.1.2.1`]: 230,
  [`${UPS}.4.4.1.4.1`]: 310,
  [`${UPS}.4.4.1.5.1`]: 23,
  [`${UPS}.6.1.0`]: { type: ObjectType.Gauge, value: 0 },
};

describe("a UPS", () => {
  it("tells charge, time left, load and where its power comes from", async () => {
    expect(await look(open(await simulated(upsObjects), { profile: "ups" }))).toMatchObject({
      state: "online",
      model: "Simulated gear",
      metrics: {
        reachable: true,
        battery_pct: 98,
        runtime_left_min: 47,
        external_power: true,
        switched_on: true,
        voltage_v: 230,
        power_w: 310,
        load_pct: 23,
        other_health: "ok",
      },
    });
  });

  it("on its battery says so in a sentence", async () => {
    const device = await simulated(upsObjects);
    device.set(`${UPS}.4.1.0`, 5);
    expect(await look(open(device, { profile: "ups" }))).toMatchObject({
      metrics: { external_power: false, other_health: "warning" },
      error: { code: "DEVICE_FAULT", text: expect.stringContaining("it runs on its battery") as string },
    });
  });
});

const IF = "1.3.6.1.2.1.2.2.1";
const portObjects = {
  "1.3.6.1.2.1.31.1.1.1.1.7": "Gi1/0/7",
  "1.3.6.1.2.1.31.1.1.1.1.12": "Gi1/0/12",
  [`${IF}.7.12`]: 1,
  [`${IF}.8.12`]: 1,
  [`${IF}.14.12`]: { type: ObjectType.Counter, value: 4_294_967_290 },
  [`${IF}.20.12`]: { type: ObjectType.Counter, value: 0 },
  "1.3.6.1.2.1.31.1.1.1.15.12": { type: ObjectType.Gauge, value: 1_000 },
  "1.3.6.1.2.1.105.1.1.1.6.1.12": 3,
};
const portOptions = { profile: "switch_port", interface: "Gi1/0/12", poe_port: "1.12" };

describe("a switch port", () => {
  it("is found by its name, and tells link, speed and power over the cable", async () => {
    expect(await look(open(await simulated(portObjects), portOptions))).toMatchObject({
      metrics: { link_up: true, link_speed_mbps: 1_000, poe_state: "delivering" },
    });
  });

  it("that is down has no speed; one that an administrator switched off is named", async () => {
    const device = await simulated({ ...portObjects, [`${IF}.8.12`]: 2, [`${IF}.7.12`]: 2 });
    const seen = await look(open(device, portOptions));
    expect(seen.metrics).toMatchObject({ link_up: false });
    expect(seen.metrics).not.toHaveProperty("link_speed_mbps");
    expect(seen.error?.text).toContain("switched off by its administrator");
  });

  it("counts errors per minute, over the end of the counter and not over a restart", async () => {
    const clock = new VirtualClock(instant(0));
    const device = await simulated(portObjects, clock);
    const port = open(device, portOptions, clock);
    expect((await look(port)).metrics).not.toHaveProperty("link_errors_per_min");
    clock.advance(seconds(120));
    device.set(`${IF}.14.12`, { type: ObjectType.Counter, value: 4 });
    expect((await look(port)).metrics["link_errors_per_min"]).toBe(5);
    await device.fault("reboots");
    clock.advance(seconds(60));
    expect((await look(port)).metrics).not.toHaveProperty("link_errors_per_min");
  });

  it("that was renumbered is looked for again", async () => {
    const device = await simulated(portObjects);
    const port = open(device, { ...portOptions, poe_port: undefined });
    await look(port);
    device.set("1.3.6.1.2.1.31.1.1.1.1.12", "Gi1/0/99");
    device.set("1.3.6.1.2.1.31.1.1.1.1.7", "Gi1/0/12");
    device.set(`${IF}.8.7`, 2);
    expect((await look(port)).metrics).not.toHaveProperty("link_up");
    expect((await look(port)).metrics["link_up"]).toBe(false);
  });

  it("that is not there is a fault of the configuration, and the switch is reachable", async () => {
    const seen = await look(open(await simulated(portObjects), { ...portOptions, interface: "Te9/9/9" }));
    expect(seen).toMatchObject({ state: "online", metrics: { reachable: true }, error: { code: "CONFIG_INVALID" } });
  });
});

test("a power strip tells its load and its outlet", async () => {
  const PDU = "1.3.6.1.4.1.318.1.1.12";
  const device = await simulated({
    [`${PDU}.1.16.0`]: 512,
    [`${PDU}.2.3.1.1.2.1`]: { type: ObjectType.Gauge, value: 27 },
    [`${PDU}.2.3.1.1.3.1`]: 4,
    [`${PDU}.3.5.1.1.4.4`]: 2,
  });
  expect(await look(open(device, { profile: "pdu", outlet: 4 }))).toMatchObject({
    metrics: { power_w: 512, current_a: 2.7, switched_on: false, other_health: "error" },
    error: { code: "DEVICE_FAULT", text: expect.stringContaining("overloaded") as string },
  });
});

test("a printer tells its worst trouble in words, and the emptiest supply that it knows of", async () => {
  const device = await simulated({
    "1.3.6.1.2.1.25.3.2.1.5.1": 5,
    "1.3.6.1.2.1.25.3.5.1.2.1": Buffer.from([0x44]),
    "1.3.6.1.2.1.43.11.1.1.8.1.1": 100,
    "1.3.6.1.2.1.43.11.1.1.9.1.1": 12,
    "1.3.6.1.2.1.43.11.1.1.8.1.2": 100,
    "1.3.6.1.2.1.43.11.1.1.9.1.2": -3,
    "1.3.6.1.2.1.43.18.1.1.2.1.7": 3,
    "1.3.6.1.2.1.43.18.1.1.8.1.7": "Paper jam in tray 2",
  });
  expect(await look(open(device, { profile: "printer" }))).toMatchObject({
    metrics: { other_health: "error", supply_pct: 12 },
    error: { text: expect.stringMatching(/no paper; paper is jammed; Paper jam in tray 2$/) as string },
  });
});

const projectorMap = {
  profile: "projector",
  map: [
    { oid: "1.3.6.1.4.1.9999.1.0", metric: "power_state", values: { "1": "standby", "2": "on" } },
    { oid: "1.3.6.1.4.1.9999.2.0", metric: "lamp_hours_h", scale: 0.1 },
    { oid: "1.3.6.1.4.1.9999.3.0", metric: "chip_temperature_c", absent: [-1] },
    { oid: "1.3.6.1.4.1.9999.4.0", metric: "switched_on", field: 3, values: { On: true, Off: false } },
  ],
};
describe("a map", () => {
  it("turns a maker's own objects into metrics", async () => {
    const device = await simulated({
      "1.3.6.1.4.1.9999.1.0": 2,
      "1.3.6.1.4.1.9999.2.0": "12345",
      "1.3.6.1.4.1.9999.3.0": -1,
      "1.3.6.1.4.1.9999.4.0": "On Off  On",
    });
    const { metrics, error } = await look(open(device, projectorMap));
    expect(error).toBeUndefined();
    expect(metrics).toMatchObject({ power_state: "on", lamp_hours_h: 1234.5, switched_on: true });
    expect(metrics).not.toHaveProperty("chip_temperature_c");
  });

  it("tells nothing that cannot be, and says why", async () => {
    const device = await simulated({ "1.3.6.1.4.1.9999.1.0": 77, "1.3.6.1.4.1.9999.3.0": 4_000 });
    const seen = await look(open(device, projectorMap));
    expect(seen).toMatchObject({ state: "online", error: { code: "DEVICE_GARBAGE" } });
    expect(seen.error?.text).toContain("chip_temperature_c cannot be 4000 °C");
    expect(Object.keys(seen.metrics).toSorted()).toEqual(["latency_ms", "reachable", "uptime_s"]);
  });
});

const v3 = (more: object = {}): object => ({
  version: "3",
  user: user.name,
  auth_password: new Secret(user.authPassword),
  privacy_password: new Secret(user.privacyPassword),
  profile: "ups",
  ...more,
});
describe("version 3", () => {
  it("signs in by SHA-256 and AES", async () => {
    expect((await look(open(await simulated(upsObjects), v3()))).metrics["battery_pct"]).toBe(98);
  });

  it.each([
    ["another user", { user: "nobody" }],
    ["too little", { privacy: "none" }],
  ])("%s is refused, and no secret is told", async (_, more) => {
    const seen = await look(open(await simulated(upsObjects), v3(more)));
    expect(seen).toMatchObject({ state: "offline", error: { code: "DEVICE_PASSWORD" } });
    expect(JSON.stringify(seen)).not.toMatch(/not the password|confidential|authentication/);
  });

  it("a wrong password may be met with silence, and that is told as it is", async () => {
    const device = await simulated(upsObjects);
    const seen = await look(open(device, v3({ auth_password: new Secret("not the password") })), soon());
    expect(seen).toMatchObject({ state: "offline", error: { code: "DEVICE_SILENT" } });
    expect(seen.error?.text).toContain("or the password is wrong");
  });

  it("an answer with a forged signature is none", async () => {
    const device = await simulated(upsObjects);
    await device.fault("wrong-digest");
    const seen = await look(open(device, v3()), soon());
    expect(seen.error?.code).toMatch(/DEVICE_(PASSWORD|GARBAGE|SILENT)/);
    expect(seen.metrics).not.toHaveProperty("battery_pct");
  });
});

describe("trouble is an observation", () => {
  it("another community is silence, which looks like being off", async () => {
    const seen = await look(
      open(await simulated(upsObjects), { profile: "ups", community: new Secret("other") }),
      soon(),
    );
    expect(seen).toMatchObject({ state: "offline", error: { code: "DEVICE_SILENT" }, metrics: { reachable: false } });
    expect(seen.error?.text).toContain("another community");
  });

  it.each([
    ["hangs", "DEVICE_SILENT"],
    ["refuses", "DEVICE_SILENT"],
    ["reboots", "DEVICE_SILENT"],
    ["garbage", "DEVICE_GARBAGE"],
    ["half-answers", "DEVICE_GARBAGE"],
  ] as const)("%s", async (fault, code) => {
    const device = await simulated(upsObjects);
    await device.fault(fault);
    expect(await look(open(device, { profile: "ups" }), soon())).toMatchObject({ state: "offline", error: { code } });
  });

  it("an agent that says nothing is waited for no longer than twice two seconds", async () => {
    const device = await simulated(upsObjects);
    await device.fault("hangs");
    const began = performance.now();
    expect(await look(open(device, { profile: "ups" }))).toMatchObject({ state: "offline" });
    expect(performance.now() - began).toBeLessThan(4_500);
  });

  it("a lost packet is asked for again", async () => {
    const device = await simulated(upsObjects);
    await device.fault("deaf");
    expect((await look(open(device, { profile: "ups" }))).metrics["battery_pct"]).toBe(98);
  });

  it("a poll that is aborted ends at once", async () => {
    const device = await simulated(upsObjects);
    await device.fault("hangs");
    const abort = new AbortController();
    const polled = look(open(device, { profile: "ups" }), abort.signal);
    await expect.poll(() => device.heard).toBeGreaterThan(0);
    const began = performance.now();
    abort.abort();
    expect(await polled).toMatchObject({ state: "offline" });
    expect(performance.now() - began).toBeLessThan(500);
  });

  it("a name that nobody has is told", async () => {
    const options = { host: "no.such.name.invalid", profile: "ups" };
    const device = await simulated({});
    expect(await look(open(device, options))).toMatchObject({ state: "offline", error: { code: "DEVICE_SILENT" } });
  });
});

test("every fault begins and ends", async () => {
  const device = await simulated(upsObjects);
  for (const fault of Object.keys(snmpFaults) as SnmpFault[]) {
    if (fault === "reboots" || fault === "slow") continue;
    await device.fault(fault);
    await device.fault(fault, false);
    expect((await look(open(device, { profile: "ups" }))).metrics["battery_pct"]).toBe(98);
  }
});
