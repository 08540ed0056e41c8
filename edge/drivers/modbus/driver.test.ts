import { createServer } from "node:net";
import * as fc from "fast-check";
import { afterEach, describe, expect, it, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, millis, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import {
  type ModbusDevice,
  modbusFaults,
  type ModbusFault,
  type ModbusTables,
  startModbusDevice,
} from "#simulators/devices/modbus.ts";
import type { Observation, OpenDevice } from "../driver.ts";
import { blocksOf } from "./blocks.ts";
import { modbus } from "./driver.ts";
import { ModbusOptions, Register } from "./options.ts";

const devices: ModbusDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.stop()));
});

/** A CO₂ and climate sensor: integers, floats with the least word first, and a relay. */
const tables: ModbusTables = {
  holding: { 0: 16_384, 1: 17_433, 2: 0, 3: 16_928, 256: 613, 257: 4_000, 258: 0x1_0000 - 150, 300: 2, 301: 0b1000 },
  coil: { 5: true, 6: false },
  input: { 3: 403 },
};
const registers = [
  { table: "input", address: 3, metric: "co2_ppm" },
  { table: "holding", address: 0, type: "float32", word_order: "little", metric: "voc_ppb" },
  { table: "holding", address: 257, metric: "humidity_pct", scale: 0.01 },
  { table: "holding", address: 258, type: "int16", metric: "temperature_c", scale: 0.01 },
  { table: "holding", address: 300, metric: "power_state", values: { "1": "off", "2": "on" } },
  { table: "holding", address: 301, type: "bit", bit: 3, metric: "door_open" },
  { table: "coil", address: 5, type: "bit", metric: "switched_on" },
];

async function simulated(unit = 1): Promise<ModbusDevice> {
  const device = await startModbusDevice({ host: "127.0.0.1", unit, clock: systemClock, tables });
  devices.push(device);
  return device;
}
const open = (device: { port: number }, options: object = {}, clock = new VirtualClock(instant(0))): OpenDevice =>
  modbus.open(ModbusOptions.parse({ host: "127.0.0.1", port: device.port, registers, ...options }), {
    clock,
    log: silentLog,
  });
const look = (device: OpenDevice, signal = new AbortController().signal): Promise<Observation> => device.poll(signal);

/** Lets real sockets work while virtual time runs, until the poll is over. */
async function lookWhile(device: OpenDevice, clock: VirtualClock): Promise<Observation> {
  const over = new AbortController();
  const polled = look(device).finally(() => over.abort());
  for (let i = 0; !over.signal.aborted && i < 500; i++) {
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(millis(500));
  }
  return polled;
}

const whole = {
  reachable: true,
  co2_ppm: 403,
  voc_ppb: 613,
  humidity_pct: 40,
  temperature_c: -1.5,
  power_state: "on",
  door_open: true,
  switched_on: true,
};

test("a sensor is read whole, neighbours in one question", async () => {
  const device = await simulated();
  expect(await look(open(device))).toMatchObject({ state: "online", metrics: whole });
  expect(device.asked).toEqual(["holding 0 2", "holding 257 2", "holding 300 2", "input 3 1"]);
});

test("what it says has changed is seen, and what cannot be is named and left out", async () => {
  const device = await simulated();
  const sensor = open(device);
  device.set("input", 3, 65_535);
  device.set("holding", 300, 9);
  const seen = await look(sensor);
  expect(seen.metrics).not.toHaveProperty("co2_ppm");
  expect(seen.metrics).not.toHaveProperty("power_state");
  expect(seen.error).toMatchObject({ code: "DEVICE_GARBAGE" });
  expect(seen.error?.text).toContain("co2_ppm cannot be 65535 ppm");
  expect(seen.error?.text).toContain("power_state: holding 300 says 9");
});

test("numbers that say unknown are not told", async () => {
  const device = await simulated();
  device.set("holding", 256, 0x80_00);
  device.set("holding", 0, 0);
  device.set("holding", 1, 0x7f_c0);
  const unknowing = [
    { table: "holding", address: 256, type: "int16", metric: "co2_ppm", absent: [-32_768] },
    { table: "holding", address: 0, type: "float32", word_order: "little", metric: "voc_ppb" },
  ];
  const seen = await look(open(device, { registers: unknowing }));
  expect(seen.error).toBeUndefined();
  expect(Object.keys(seen.metrics).toSorted()).toEqual(["latency_ms", "reachable"]);
});

test("a register that it does not have is named, and costs the others nothing", async () => {
  const device = await simulated();
  const more = [...registers, { table: "holding", address: 259, metric: "light_lux" }];
  const sensor = open(device, { registers: more });
  for (let i = 0; i < 2; i++) {
    const seen = await look(sensor);
    expect(seen).toMatchObject({ state: "online", metrics: whole, error: { code: "CONFIG_INVALID" } });
    expect(seen.error?.text).toContain("holding 259: it has no such register");
  }
  expect(device.asked.filter((asked) => asked === "holding 259 1")).toHaveLength(1);
});

describe("trouble is an observation", () => {
  it.each([
    ["refuses", "offline", "DEVICE_REFUSED"],
    ["reboots", "offline", "DEVICE_REFUSED"],
    ["hangs", "offline", "DEVICE_SILENT"],
    ["half-answers", "offline", "DEVICE_SILENT"],
    ["garbage", "offline", "DEVICE_SILENT"],
    ["other-unit", "offline", "DEVICE_GARBAGE"],
    ["behind-gateway", "offline", "DEVICE_SILENT"],
    ["broken", "online", "DEVICE_FAULT"],
  ] as const)("%s", async (fault, state, code) => {
    const clock = new VirtualClock(instant(0));
    const device = await simulated();
    await device.fault(fault);
    // Time is only moved for a device that says nothing: an answer on its way must not be overtaken by it.
    const seen = await (code === "DEVICE_SILENT" ? lookWhile(open(device, {}, clock), clock) : look(open(device)));
    expect(seen).toMatchObject({ state, error: { code } });
    expect(seen.metrics).not.toHaveProperty("co2_ppm");
  });

  it("serving another client is busy, not down", async () => {
    const clock = new VirtualClock(instant(0));
    const device = await simulated();
    await device.fault("one-connection");
    await device.fault("hangs");
    const abort = new AbortController();
    const held = look(open(device), abort.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const seen = await lookWhile(open(device, {}, clock), clock);
    expect(seen).toMatchObject({ state: "online", metrics: { reachable: true }, error: { code: "DEVICE_REFUSED" } });
    abort.abort();
    expect(await held).toMatchObject({
      state: "offline",
      error: { text: expect.stringContaining("gave up") as string },
    });
  });

  it("another unit is silence", async () => {
    const clock = new VirtualClock(instant(0));
    const device = await simulated(7);
    expect(await lookWhile(open(device, {}, clock), clock)).toMatchObject({ error: { code: "DEVICE_SILENT" } });
    expect((await look(open(device, { unit: 7 }))).metrics).toMatchObject(whole);
  });
});

test("every fault begins and ends", async () => {
  const device = await simulated();
  for (const fault of Object.keys(modbusFaults) as ModbusFault[]) {
    if (fault === "reboots" || fault === "slow") continue;
    await device.fault(fault);
    await device.fault(fault, false);
    expect((await look(open(device))).metrics).toMatchObject(whole);
  }
});

test.each([
  [
    "a 32-bit value without its second register",
    { table: "holding", address: 65_535, type: "int32", metric: "co2_ppm" },
  ],
  ["a coil that is a number", { table: "coil", address: 1, metric: "co2_ppm" }],
  ["a bit without its place", { table: "holding", address: 1, type: "bit", metric: "door_open" }],
  ["an enumeration without its words", { table: "holding", address: 1, metric: "power_state" }],
  [
    "a word that the metric does not know",
    { table: "holding", address: 1, metric: "power_state", values: { "1": "ON" } },
  ],
  ["no metric", { table: "holding", address: 1, metric: "co2" }],
])("%s is refused when the configuration is read", (_, register) => {
  expect(Register.safeParse(register).success).toBe(false);
});

test("law: every register is in exactly one question, and no question is longer than devices bear", () => {
  const register = fc.record({
    table: fc.constantFrom("holding", "input"),
    address: fc.integer({ min: 0, max: 65_534 }),
    type: fc.constantFrom("uint16", "float32", "int32"),
    metric: fc.constant("co2_ppm"),
  });
  fc.assert(
    fc.property(fc.array(register, { maxLength: 60 }), (all) => {
      const parsed = all.map((each) => Register.parse(each));
      const blocks = blocksOf(parsed);
      expect(blocks.flatMap((block) => block.registers)).toHaveLength(parsed.length);
      for (const { address, length, registers: inside, table } of blocks) {
        expect(length).toBeLessThanOrEqual(100);
        for (const each of inside) {
          expect(each.table).toBe(table);
          expect(each.address >= address && each.address + (each.type === "uint16" ? 1 : 2) <= address + length).toBe(
            true,
          );
        }
      }
    }),
  );
});

test("law: whatever bytes a device sends, a poll ends, does not throw, and tells only what can be", async () => {
  let say = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (asked) => {
      // The transaction is the client's, so that the answer is looked at.
      const said = Buffer.from(say);
      Buffer.from(asked).copy(said, 0, 0, 2);
      socket.end(said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const good = Buffer.from([0, 0, 0, 0, 0, 5, 1, 4, 2, 1, 0x93]);
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 2, maxLength: 40 }).map((each) => Buffer.from(each)),
    fc.array(fc.tuple(fc.integer({ min: 2, max: 10 }), fc.nat(255)), { maxLength: 3 }).map((changes) => {
      const said = Buffer.from(good);
      for (const [at, byte] of changes) said[at] = byte;
      return said;
    }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (said) => {
      say = said;
      const clock = new VirtualClock(instant(0));
      const seen = await lookWhile(open({ port }, { registers: [registers[0]] }, clock), clock);
      for (const [name, value] of Object.entries(seen.metrics)) {
        const metric = registry.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
  server.close();
  expect(seconds(1)).toBe(1_000);
});
