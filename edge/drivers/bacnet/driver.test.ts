import { createSocket } from "node:dgram";
import { EngineeringUnits, ObjectType, Reliability } from "@bacnet-js/client";
import * as fc from "fast-check";
import { afterEach, describe, expect, it, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { systemClock } from "#contract/system-clock.ts";
import { type BacnetDevice, bacnetFaults, type BacnetFault, startBacnetDevice } from "#simulators/devices/bacnet.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { bacnet } from "./driver.ts";
import { BacnetOptions, BacnetPoint } from "./options.ts";

const devices: BacnetDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.stop()));
});

const { ANALOG_INPUT, ANALOG_VALUE, BINARY_INPUT, MULTI_STATE_INPUT } = ObjectType;
/** The air controller of a room, as a maker of the United States would set it up. */
async function vav(deviceId = 1234): Promise<BacnetDevice> {
  const device = await startBacnetDevice({
    host: "127.0.0.1",
    deviceId,
    clock: systemClock,
    objects: [
      { type: ANALOG_INPUT, instance: 4, value: 72.5, units: EngineeringUnits.DEGREES_FAHRENHEIT, reliability: 0 },
      { type: ANALOG_INPUT, instance: 9, value: 612, units: EngineeringUnits.PARTS_PER_MILLION },
      { type: ANALOG_VALUE, instance: 6, value: 74, units: EngineeringUnits.DEGREES_FAHRENHEIT },
      { type: ANALOG_VALUE, instance: 7, value: 300, units: EngineeringUnits.CUBIC_FEET_PER_MINUTE },
      { type: ANALOG_VALUE, instance: 8, value: 35, units: EngineeringUnits.PERCENT },
      { type: BINARY_INPUT, instance: 1, value: 1 },
      { type: MULTI_STATE_INPUT, instance: 1, value: 2 },
    ],
  });
  devices.push(device);
  return device;
}
const points = [
  { object: "analog-input,4", metric: "temperature_c" },
  { object: "analog-input,9", metric: "co2_ppm" },
  { object: "analog-value,6", metric: "setpoint_c" },
  { object: "analog-value,7", metric: "airflow_lps" },
  { object: "analog-value,8", metric: "damper_pct" },
  { object: "binary-input,1", metric: "door_open" },
  { object: "multi-state-input,1", metric: "occupied", values: { "1": true, "2": false, "3": true } },
];
const whole = {
  reachable: true,
  temperature_c: 22.5,
  co2_ppm: 612,
  setpoint_c: 23.33333,
  airflow_lps: 141.5842,
  damper_pct: 35,
  door_open: true,
  occupied: false,
};

const open = (device: { port: number }, options: object = {}): OpenDevice =>
  bacnet.open(BacnetOptions.parse({ host: "127.0.0.1", port: device.port, points, ...options }), {
    clock: systemClock,
    log: silentLog,
  });
const look = (device: OpenDevice, signal = new AbortController().signal): Promise<Observation> => device.poll(signal);
/** What is silent is not waited for in tests. */
const soon = (): AbortSignal => AbortSignal.timeout(300);

test("a room's air controller is read in one question, in the metrics' own units", async () => {
  const device = await vav();
  const controller = open(device);
  expect(await look(controller)).toMatchObject({
    state: "online",
    model: "Lumen & Lux VAV-7",
    firmware: "4.2",
    metrics: whole,
  });
  expect(device.asked).toEqual(["many 7", "many 1"]);
  device.set(ANALOG_INPUT, 4, { value: 68 });
  const asked = device.asked.length;
  expect((await look(controller)).metrics["temperature_c"]).toBe(20);
  expect(device.asked.slice(asked)).toEqual(["many 7"]);
});

test.each(["only-single", "aborts-many"] as const)(
  "a device that %s is read one property after the other",
  async (fault) => {
    const device = await vav();
    await device.fault(fault);
    const controller = open(device);
    expect((await look(controller)).metrics).toMatchObject(whole);
    const asked = device.asked.length;
    expect((await look(controller)).metrics).toMatchObject(whole);
    // What it does not have, and what does not change, is not asked again.
    expect(device.asked.slice(asked)).not.toContain(`one ${BINARY_INPUT},1 103`);
    expect(device.asked.slice(asked)).not.toContain(`one ${ANALOG_INPUT},4 117`);
  },
);

describe("a value that is no measurement", () => {
  it.each([
    [
      "is faulty by its own word",
      { reliability: Reliability.OPEN_LOOP, flags: [false, true, false, false] },
      "open-loop",
    ],
    ["is faulty without a flag", { reliability: Reliability.NO_SENSOR }, "no-sensor"],
    ["is out of service", { flags: [false, false, false, true] }, "out of service"],
    ["is overridden by hand", { flags: [false, false, true, false] }, "overridden"],
  ] as const)("%s and is not told", async (_, change, text) => {
    const device = await vav();
    device.set(ANALOG_INPUT, 4, change);
    const seen = await look(open(device));
    expect(seen.metrics).not.toHaveProperty("temperature_c");
    expect(seen.metrics["co2_ppm"]).toBe(612);
    expect(seen.error).toMatchObject({ code: "DEVICE_FAULT", text: expect.stringContaining(text) as string });
  });

  it("in an alarm is a measurement all the same", async () => {
    const device = await vav();
    device.set(ANALOG_INPUT, 4, { flags: [true, false, false, false] });
    const seen = await look(open(device));
    expect(seen.error).toBeUndefined();
    expect(seen.metrics["temperature_c"]).toBe(22.5);
  });

  it("cannot be, or is in a unit of something else, and is named", async () => {
    const device = await vav();
    device.set(ANALOG_INPUT, 9, { value: 70_000 });
    device.set(ANALOG_INPUT, 4, { units: EngineeringUnits.PASCALS });
    device.set(ANALOG_VALUE, 8, { value: Number.NaN });
    const seen = await look(open(device));
    expect(Object.keys(seen.metrics)).not.toEqual(expect.arrayContaining(["co2_ppm"]));
    expect(seen.error?.code).toBe("DEVICE_GARBAGE");
    expect(seen.error?.text).toContain("temperature_c: analog-input,4 is in pascals, not in °C");
    expect(seen.error?.text).toContain("co2_ppm cannot be 70000 ppm");
  });
});

test("an object that it does not have is named, and costs the others nothing", async () => {
  const device = await vav();
  const more = [...points, { object: "analog-input,99", metric: "light_lux" }];
  for (const fault of [undefined, "only-single"] as const) {
    if (fault !== undefined) await device.fault(fault);
    expect(await look(open(device, { points: more }))).toMatchObject({
      state: "online",
      metrics: whole,
      error: { code: "CONFIG_INVALID", text: expect.stringContaining("analog-input,99 tells no value") as string },
    });
  }
});

describe("a device that is known by its number", () => {
  const byNumber = (device: BacnetDevice, more: object = {}): OpenDevice =>
    open(device, { host: undefined, device_id: 1234, broadcast: "127.0.0.1", listen_port: 0, ...more });

  it("is found by Who-Is, and not asked for again while it answers", async () => {
    const controller = byNumber(await vav());
    expect((await look(controller)).metrics).toMatchObject(whole);
    expect((await look(controller)).metrics).toMatchObject(whole);
  });

  it("that nobody has is offline, with a reason", async () => {
    const seen = await look(byNumber(await vav(), { device_id: 77 }), soon());
    expect(seen).toMatchObject({ state: "offline", error: { code: "DEVICE_SILENT" } });
    expect(seen.error?.text).toContain("nobody at 127.0.0.1 says that it is device 77");
  });

  it("at an address where another device is, is told as a fault of the configuration", async () => {
    const seen = await look(open(await vav(), { device_id: 77 }));
    expect(seen.error).toMatchObject({
      code: "CONFIG_INVALID",
      text: expect.stringContaining("not device 77") as string,
    });
  });
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "DEVICE_SILENT"],
    ["hangs", "DEVICE_SILENT"],
    ["reboots", "DEVICE_SILENT"],
  ] as const)("%s", async (fault, code) => {
    const device = await vav();
    await device.fault(fault);
    expect(await look(open(device), soon())).toMatchObject({
      state: "offline",
      metrics: { reachable: false },
      error: { code },
    });
  });

  it.each(["garbage", "half-answers"] as const)("%s is no reading", async (fault) => {
    const device = await vav();
    await device.fault(fault);
    const seen = await look(open(device), soon());
    expect(seen).toMatchObject({ state: "offline", metrics: { reachable: false } });
    expect(seen.error?.code).toMatch(/DEVICE_(GARBAGE|SILENT)/);
  });

  it("a device that says nothing is waited for no longer than twice four seconds", async () => {
    const device = await vav();
    await device.fault("hangs");
    const began = performance.now();
    expect(await look(open(device))).toMatchObject({
      state: "offline",
      error: { text: expect.stringContaining("does not answer") as string },
    });
    expect(performance.now() - began).toBeLessThan(8_800);
  });

  it("a lost packet is asked for again", async () => {
    const device = await vav();
    await device.fault("deaf");
    const seen = await look(open(device, { points: points.slice(0, 1) }), AbortSignal.timeout(4_500));
    expect(seen.metrics["temperature_c"]).toBe(22.5);
  });
});

test("every fault begins and ends", async () => {
  const device = await vav();
  for (const fault of Object.keys(bacnetFaults) as BacnetFault[]) {
    if (fault === "reboots" || fault === "slow") continue;
    await device.fault(fault);
    await device.fault(fault, false);
    expect((await look(open(device))).metrics).toMatchObject(whole);
  }
});

test.each([
  ["an object of no kind", { object: "analog,4", metric: "co2_ppm" }],
  ["an instance that cannot be", { object: "analog-input,4194303", metric: "co2_ppm" }],
  ["states without words", { object: "multi-state-input,1", metric: "power_state" }],
  ["a word that the metric does not know", { object: "binary-input,1", metric: "power_state", values: { "1": "ON" } }],
  ["no metric", { object: "analog-input,4", metric: "co2" }],
])("%s is refused when the configuration is read", (_, point) => {
  expect(BacnetPoint.safeParse(point).success).toBe(false);
});

test("law: no packet, however broken, makes a poll throw, hang or tell what cannot be", async () => {
  const device = await vav();
  let mutate = (bytes: Buffer): Buffer => bytes;
  const [front, back] = [createSocket("udp4"), createSocket("udp4")];
  let client = 0;
  front.on("message", (bytes, { port }) => {
    client = port;
    back.send(bytes, device.port, "127.0.0.1");
  });
  back.on("message", (bytes) => front.send(mutate(bytes), client, "127.0.0.1"));
  await new Promise<void>((resolve) => front.bind(0, "127.0.0.1", resolve));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
      mutate = (bytes) => {
        const said = Buffer.from(bytes);
        for (const [at, byte] of changes) said[at % said.length] = byte;
        return said;
      };
      const seen = await look(open({ port: front.address().port }), AbortSignal.timeout(40));
      for (const [name, value] of Object.entries(seen.metrics)) {
        const metric = registry.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
  front.close();
  back.close();
});
