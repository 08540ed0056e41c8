import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { startModbusDevice } from "#simulators/devices/modbus.ts";
import { freePort } from "#test/free-port.ts";
import { endProcess, findPeer, untilReady } from "#test/peers/peer-process.ts";
import type { Observation } from "../driver.ts";
import { modbus } from "./driver.ts";
import { ModbusOptions } from "./options.ts";

/** Debian's own Python, which has Debian's packages, whatever other Python comes first on the path. */
const PYTHON = "/usr/bin/python3";
const hasPymodbus = spawnSync(PYTHON, ["-c", "import pymodbus.server"], { stdio: "ignore" }).status === 0;
if (!hasPymodbus && process.env["CI"] === "true")
  throw new Error("pymodbus is not installed (apt-get install python3-pymodbus python3-serial-asyncio)");
const mbpoll = findPeer("mbpoll");

/** A Modbus server by an independent library: 100 registers of each table from address 0, then nothing. */
const SERVER = `
import sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
words = [0] * 100
words[0:2] = [16384, 17433]
words[10:13] = [613, 4000, 65386]
bits = [False] * 100
bits[5] = True
block = lambda values: ModbusSequentialDataBlock(0, values)
store = ModbusSlaveContext(hr=block(words), ir=block(words), co=block(bits), di=block(bits), zero_mode=True)
StartTcpServer(context=ModbusServerContext(slaves={7: store}, single=False), address=("127.0.0.1", int(sys.argv[1])))
`;

let child: ChildProcess | undefined;
let port = 0;
const registers = [
  { table: "input", address: 10, metric: "co2_ppm" },
  { table: "input", address: 11, metric: "humidity_pct", scale: 0.01 },
  { table: "input", address: 12, type: "int16", metric: "temperature_c", scale: 0.01 },
  { table: "holding", address: 0, type: "float32", word_order: "little", metric: "voc_ppb" },
  { table: "coil", address: 5, type: "bit", metric: "switched_on" },
  { table: "discrete", address: 6, type: "bit", metric: "door_open" },
];

function look(options: object = {}, patienceMs = 5_000): Promise<Observation> {
  const parsed = ModbusOptions.parse({ host: "127.0.0.1", port, unit: 7, registers, ...options });
  return modbus.open(parsed, { clock: systemClock, log: silentLog }).poll(AbortSignal.timeout(patienceMs));
}

beforeAll(async () => {
  if (!hasPymodbus) return;
  port = await freePort();
  child = spawn(PYTHON, ["-c", SERVER, String(port)], { stdio: ["ignore", "ignore", "pipe"] });
  await untilReady(child, async () => (await look({}, 500)).state === "online", {
    what: "pymodbus",
    patienceMs: 30_000,
  });
});
afterAll(() => endProcess(child, "SIGKILL"));

describe.skipIf(!hasPymodbus)("a server of pymodbus", () => {
  it("is read whole: integers, floats, coils and discrete inputs", async () => {
    const seen = await look();
    expect(seen.error).toBeUndefined();
    expect(seen.metrics).toMatchObject({
      reachable: true,
      co2_ppm: 613,
      humidity_pct: 40,
      temperature_c: -1.5,
      voc_ppb: 613,
      switched_on: true,
      door_open: false,
    });
  });

  it("refuses a register that it does not have, and the others are read all the same", async () => {
    const more = [...registers, { table: "input", address: 103, metric: "light_lux" }];
    const seen = await look({ registers: more });
    expect(seen.metrics).toMatchObject({ co2_ppm: 613, voc_ppb: 613 });
    expect(seen.error).toMatchObject({
      code: "CONFIG_INVALID",
      text: expect.stringContaining("input 103: it has no such register") as string,
    });
  });

  it("has no other unit", async () => {
    const seen = await look({ unit: 9 }, 1_000);
    expect(seen.metrics).not.toHaveProperty("co2_ppm");
    expect(seen.error?.code).toMatch(/DEVICE_(SILENT|REFUSED)/);
  });
});

/** What mbpoll prints for each value: `[10]: 	613`. */
const values = (text: string): string[] => [...text.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map(([, value]) => value ?? "");

describe.skipIf(mbpoll === undefined)("mbpoll", () => {
  it("reads our simulated device as we do", async () => {
    const device = await startModbusDevice({
      host: "127.0.0.1",
      clock: systemClock,
      tables: { holding: { 256: 613, 257: 4_000 }, input: { 3: 403 }, coil: { 5: true } },
    });
    const ask = async (...args: string[]): Promise<string[]> => {
      const all = ["-m", "tcp", "-p", String(device.port), "-a", "1", "-0", "-1", "-q", ...args, "127.0.0.1"];
      return values((await promisify(execFile)(mbpoll ?? "", all)).stdout);
    };
    try {
      expect(await ask("-t", "4", "-r", "256", "-c", "2")).toEqual(["613", "4000"]);
      expect(await ask("-t", "3", "-r", "3", "-c", "1")).toEqual(["403"]);
      expect(await ask("-t", "0", "-r", "5", "-c", "1")).toEqual(["1"]);
      await expect(ask("-t", "4", "-r", "900", "-c", "1")).rejects.toThrow(/Illegal data address/);
    } finally {
      await device.stop();
    }
  });
});
