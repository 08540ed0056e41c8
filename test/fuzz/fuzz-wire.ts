import { createServer, type Socket } from "node:net";
import { silentLog } from "#contract/log.ts";
import { isPlausible, metrics as registry, wrongType } from "#contract/metrics.ts";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Observation } from "#edge/drivers/driver.ts";
import { loadDrivers } from "#edge/drivers/registry.ts";
import { Secret } from "#edge/secret.ts";
import { mutate } from "#gateway/translate/mutate.ts";

/** What a device of each kind says in its own order, and how its driver is told to ask it. */
const devices: Readonly<Record<string, { says: readonly string[]; options: (port: number) => object }>> = {
  pjlink: {
    says: ["PJLINK 0\r", "%1POWR=1\r", "%1ERST=000000\r", "%1AVMT=30\r", "%1LAMP=120 1\r", "%1INF1=A\r", "%1INF2=B\r"],
    options: (port) => ({ host: "127.0.0.1", port }),
  },
  qsys: {
    says: [
      '{"jsonrpc":"2.0","method":"EngineStatus","params":{"State":"Active"}}\0',
      '{"jsonrpc":"2.0","id":1,"result":{"Platform":"Core 110f","State":"Active","Status":{"Code":0,"String":"OK"}}}\0',
      '{"jsonrpc":"2.0","id":2,"result":{"Name":"Cam","Controls":[{"Name":"status","Value":0,"String":"OK"}]}}\0',
      '{"jsonrpc":"2.0","id":2,"error":{"code":7,"message":"Unknown component name"}}\0',
    ],
    options: (port) => ({ host: "127.0.0.1", port, status: [{ component: "Cam", counts_as: "cameras_connected" }] }),
  },
  extron: {
    says: [
      "\r\n(c) Copyright 2013, Extron Electronics, IN1608, V1.02, 60-1238-51\r\nMon, 18 Oct 2018 11:27:33\r\n",
      "\r\nPassword:",
      "Login Administrator\r\n",
      "Vrb2\r\n",
      "Ver01*1.02\r\n",
      "0\r\n",
      "Vid3 Aud3 Typ6 Std- Blk0\r\n",
      "1*0*1*0\r\n",
      "45.50\r\n",
      "E10\r\n",
    ],
    options: (port) => ({ host: "127.0.0.1", port, password: new Secret("x"), wanted_input: 3 }),
  },
  "esc-vp21": {
    says: [
      "ESC/VP.net\u0010\u0003\0\0\u0020\0",
      "PWR=01\r:",
      "ERR=00\r:",
      "LAMP=1234\r:",
      "FILTER=321\r:",
      "SOURCE=30\r:",
      "IMEVENT=0001 03 00000002 00000000 T1 F1\r:",
      "ERR\r:",
    ],
    options: (port) => ({ host: "127.0.0.1", port, wanted_source: "30" }),
  },
  lw3: {
    says: [
      "{0001\r\npw /V1/MEDIA/VIDEO/XP/O1.ConnectedSource=I2\r\n}\r\n",
      "{0002\r\npw /V1/MEDIA/VIDEO/XP/O1.Mute=false\r\n}\r\n",
      "{0003\r\npE /V1/MEDIA/VIDEO/I2.SignalPresent %E002:Not found\r\n}\r\n",
      "CHG /V1/MEDIA/OCS/P1.State=Free\r\n",
    ],
    options: (port) => ({ host: "127.0.0.1", port, wanted_input: "I2" }),
  },
  "http-json": {
    says: ['HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"temp": 21.5}'],
    options: (port) => ({
      url: `http://127.0.0.1:${port}/`,
      readings: [{ metric: "temperature_c", pointer: "/temp" }],
    }),
  },
  tls: {
    says: ["\u0016\u0003\u0003\u0000\u007a\u0002\u0000\u0000\u0076\u0003\u0003"],
    options: (port) => ({ host: "127.0.0.1", port }),
  },
};
/** Virtual seconds that a poll may take, with every wait and retry: more is a hang. */
const LONGEST_S = 60;

/** Real sockets and whole polls: each driver against a device that says its words mutated, in any order, and breaks off at any time. */
export async function fuzzWire(polls: number, random: () => number): Promise<{ polls: number; finds: string[] }> {
  const drivers = await loadDrivers(Object.keys(devices));
  const finds: string[] = [];
  const ids = Object.keys(devices);
  for (let i = 0; i < polls; i++) {
    const id = ids[i % ids.length] ?? "";
    const { says, options } = devices[id] as NonNullable<(typeof devices)[string]>;
    const server = createServer((socket) => babble(socket, says, random));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const driver = drivers.get(id);
    const clock = new VirtualClock(instant(1_772_366_400_000));
    const device = driver?.open(driver.options.parse(options(port)), { clock, log: silentLog });
    const what = await over((signal) => device?.poll(signal) ?? Promise.reject(new Error(`no driver ${id}`)), clock);
    if (typeof what === "string") finds.push(`${id}: ${what}`);
    else finds.push(...impossible(what).map((find) => `${id}: ${find}`));
    device?.close?.();
    server.close();
  }
  return { polls, finds };
}

function babble(socket: Socket, says: readonly string[], random: () => number): void {
  let said = 0;
  const say = (): void => {
    // In its own order mostly: so that a poll comes far enough for the later answers to matter.
    const text = says[random() < 0.8 ? said++ % says.length : Math.floor(random() * says.length)] ?? "";
    const payload = Buffer.from(text, "latin1");
    socket.write(random() < 0.6 ? payload : mutate({ topic: "", payload, retained: false }, random).payload);
    const fate = random();
    if (fate < 0.05) socket.destroy();
    else if (fate < 0.1) socket.end();
  };
  socket.on("error", () => {});
  socket.on("data", say);
  say();
}

/** The outcome of a poll while virtual time runs; a sentence where it threw or did not end. */
async function over(
  poll: (signal: AbortSignal) => Promise<Observation>,
  clock: VirtualClock,
): Promise<Observation | string> {
  let outcome: Observation | string | undefined;
  const abort = new AbortController();
  void poll(abort.signal).then(
    (seen) => (outcome = seen),
    (error: unknown) => (outcome = `threw ${String(error)}`),
  );
  const isOver = (): boolean => outcome !== undefined;
  for (let second = 0; second < LONGEST_S && !isOver(); second += 0.5) {
    for (let turn = 0; turn < 60 && !isOver(); turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!isOver()) clock.advance(seconds(0.5));
  }
  abort.abort();
  return outcome ?? "did not end";
}

function impossible({ metrics }: Observation): string[] {
  return Object.entries(metrics).flatMap(([name, value]) => {
    const metric = registry.get(name);
    const can = metric !== undefined && wrongType(metric, value) === undefined && isPlausible(metric, value);
    return can ? [] : [`${name} is ${String(value)}`];
  });
}
