import { afterEach, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, millis, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type PjlinkDevice, type PjlinkDeviceOptions, startPjlinkDevice } from "#simulators/devices/pjlink.ts";
import { Secret } from "../../secret.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { pjlink } from "./driver.ts";
import { PjlinkOptions } from "./options.ts";

const devices: PjlinkDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.stop()));
});

async function simulated(options: Partial<PjlinkDeviceOptions> = {}): Promise<PjlinkDevice> {
  const model = { warmUp: millis(5), coolDown: millis(5), ...options.model };
  const device = await startPjlinkDevice({ host: "127.0.0.1", clock: systemClock, seed: 7, ...options, model });
  devices.push(device);
  return device;
}

const driverOf = (device: { port: number }, options: object = {}, clock = new VirtualClock(instant(0))): OpenDevice =>
  pjlink.open(PjlinkOptions.parse({ host: "127.0.0.1", port: device.port, ...options }), { clock, log: silentLog });

const look = (open: OpenDevice): Promise<Observation> => open.poll(new AbortController().signal);

/** Lets real sockets work while virtual time runs, until the poll is over. */
async function lookWhile(open: OpenDevice, clock: VirtualClock, step = seconds(1)): Promise<Observation> {
  const over = new AbortController();
  const poll = look(open).finally(() => over.abort());
  for (let i = 0; !over.signal.aborted && i < 400; i++) {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(step);
  }
  return poll;
}

async function switchedOn(device: PjlinkDevice): Promise<void> {
  device.power("on");
  await expect.poll(() => device.state.power).toBe("on");
}

test("a projector that is on tells power, health, mutes, input and lamp hours", async () => {
  const device = await simulated();
  await switchedOn(device);
  device.input("11");
  device.health({ fan: 1, filter: 2 });
  device.mute({ picture: true });
  expect(await look(driverOf(device, { wanted_input: "31", lamp_life_h: 2500 }))).toEqual({
    state: "online",
    model: "Lumen & Lux LX-4100",
    metrics: {
      reachable: true,
      latency_ms: 0,
      power_state: "on",
      fan_health: "warning",
      lamp_health: "ok",
      thermal_health: "ok",
      cover_health: "ok",
      filter_health: "error",
      other_health: "ok",
      picture_muted: true,
      input_state: "wrong",
      lamp_hours_h: 1250,
      lamp_used_pct: 50,
    },
  });
});

test("in standby it tells what it can, and ERR3 is not a fault", async () => {
  const device = await simulated();
  const { state, metrics, error } = await look(driverOf(device, { wanted_input: "31" }));
  expect({ state, error }).toEqual({ state: "online", error: undefined });
  expect(metrics).toMatchObject({ reachable: true, power_state: "standby", input_state: "unknown" });
  expect(metrics).not.toHaveProperty("picture_muted");
});

test("warming up and cooling down are told apart", async () => {
  const clock = new VirtualClock(instant(0));
  const device = await simulated({ clock, model: { warmUp: seconds(30), coolDown: seconds(60) } });
  const driver = driverOf(device);
  device.power("on");
  expect((await look(driver)).metrics["power_state"]).toBe("warming");
  clock.advance(seconds(31));
  expect((await look(driver)).metrics["power_state"]).toBe("on");
  device.power("off");
  expect((await look(driver)).metrics["power_state"]).toBe("cooling");
  clock.advance(seconds(61));
  expect((await look(driver)).metrics["power_state"]).toBe("standby");
});

test("a password is answered with its digest, on every connection", async () => {
  const device = await simulated({ password: "JBMIAProjectorLink" });
  const driver = driverOf(device, { password: new Secret("JBMIAProjectorLink") });
  expect((await look(driver)).metrics["power_state"]).toBe("standby");
  expect((await look(driver)).metrics["power_state"]).toBe("standby");
});

test("a refused or missing password ends the asking, and is never shown", async () => {
  const device = await simulated({ password: "right" });
  const refused = await look(driverOf(device, { password: new Secret("hunter2") }));
  expect(refused).toMatchObject({ state: "offline", giveUp: true, error: { code: "DEVICE_PASSWORD" } });
  expect(JSON.stringify(refused)).not.toContain("hunter2");
  expect(await look(driverOf(device))).toMatchObject({ giveUp: true, error: { code: "DEVICE_PASSWORD" } });
});

test("a laser has no lamp (ERR1) and is not asked for it again", async () => {
  const clock = new VirtualClock(instant(0));
  const device = await startPjlinkDevice({ host: "127.0.0.1", clock, seed: 1, model: { lampHours: undefined } });
  devices.push(device);
  const driver = driverOf(device, {}, clock);
  expect((await look(driver)).metrics).not.toHaveProperty("lamp_hours_h");
  clock.advance(seconds(7200));
  await look(driver);
  expect(device.asked.filter((line) => line === "LAMP ?")).toHaveLength(1);
});

test("identity is asked once, hours of the lamp once an hour", async () => {
  const clock = new VirtualClock(instant(0));
  const device = await simulated();
  const driver = driverOf(device, {}, clock);
  await look(driver);
  await look(driver);
  expect(device.asked.filter((line) => line === "LAMP ?")).toHaveLength(1);
  expect(device.asked.filter((line) => line === "INF1 ?")).toHaveLength(1);
  clock.advance(seconds(3600));
  await look(driver);
  expect(device.asked.filter((line) => line === "LAMP ?")).toHaveLength(2);
});

test("a closed port is offline, or asleep where the configuration says so; its power is not made up", async () => {
  const device = await simulated();
  await device.set("eco-standby");
  const offline = await look(driverOf(device));
  expect(offline).toMatchObject({ state: "offline", error: { code: "DEVICE_REFUSED" } });
  expect(offline.metrics).toEqual({ reachable: false });
  expect(await look(driverOf(device, { eco_standby: true }))).toMatchObject({
    state: "sleeping",
    metrics: { reachable: false },
  });
  device.power("on");
  await expect.poll(async () => (await look(driverOf(device))).metrics["power_state"]).toBe("on");
});

test("one answer per connection still gives the whole picture", async () => {
  const device = await simulated();
  await switchedOn(device);
  await device.set("one-connection");
  const { metrics, error } = await look(driverOf(device, {}, new VirtualClock(instant(0))));
  expect(error).toBeUndefined();
  expect(metrics).toMatchObject({ power_state: "on", picture_muted: false, lamp_hours_h: 1250 });
});

test.each([
  ["hangs", "DEVICE_SILENT", "offline"],
  ["half-answers", "DEVICE_SILENT", "offline"],
  ["garbage", "DEVICE_GARBAGE", "offline"],
  ["wrong-digest", "DEVICE_PASSWORD", "offline"],
  ["refuses", "DEVICE_REFUSED", "offline"],
] as const)("%s gives %s and never a power state", async (fault, code, state) => {
  const clock = new VirtualClock(instant(0));
  const device = await simulated({ clock });
  await device.set(fault);
  const seen = await lookWhile(driverOf(device, {}, clock), clock);
  expect(seen).toMatchObject({ state, error: { code } });
  expect(seen.metrics).not.toHaveProperty("power_state");
});

test("a slow device is waited for", async () => {
  const clock = new VirtualClock(instant(0));
  const device = await simulated({ clock });
  await device.set("slow");
  const seen = await lookWhile(driverOf(device, {}, clock), clock);
  expect(seen).toMatchObject({ state: "online", metrics: { power_state: "standby", latency_ms: 3000 } });
});

test("a device that serves another client is busy, not down", async () => {
  const clock = new VirtualClock(instant(0));
  const device = await simulated({ clock });
  await device.set("one-connection");
  const other = driverOf(device, {}, clock);
  await device.set("hangs");
  const held = look(other);
  await expect.poll(() => device.connections).toBe(1);
  const seen = await lookWhile(driverOf(device, {}, clock), clock, millis(300));
  expect(seen).toMatchObject({ state: "online", metrics: { reachable: true }, error: { code: "DEVICE_REFUSED" } });
  expect(seen.error?.text).toContain("another client");
  clock.advance(seconds(60));
  await held;
});

test("a lamp that dies at power-on is reported by the device itself", async () => {
  const device = await simulated();
  await device.set("lamp-dead");
  device.power("on");
  await expect.poll(() => device.state.health.lamp).toBe(2);
  expect((await look(driverOf(device))).metrics).toMatchObject({ power_state: "standby", lamp_health: "error" });
});

test("a reboot is seen as refusal and as standby afterwards", async () => {
  const clock = new VirtualClock(instant(0));
  const device = await simulated({ clock });
  const driver = driverOf(device, {}, clock);
  await device.set("reboots");
  expect(await look(driver)).toMatchObject({ state: "offline", error: { code: "DEVICE_REFUSED" } });
  clock.advance(seconds(21));
  await expect.poll(async () => (await look(driver)).metrics["power_state"]).toBe("standby");
});

test("an aborted poll ends at once", async () => {
  const device = await simulated();
  await device.set("hangs");
  const controller = new AbortController();
  const poll = driverOf(device).poll(controller.signal);
  await expect.poll(() => device.connections).toBe(1);
  controller.abort();
  expect(await poll).toMatchObject({ state: "offline", metrics: { reachable: false } });
});
