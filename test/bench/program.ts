import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RoomCard } from "#contract/messages/room.ts";
import { roomKey } from "#contract/ids.ts";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { hours, later, rfc3339 } from "#contract/units.ts";
import { createApiToken } from "#server/people/api-tokens.ts";
import { openStore } from "#server/store/open-store.ts";
import { startAllInOne } from "../../commands/all-in-one.ts";
import { loadSettings } from "../../commands/settings.ts";

/** What the measured program is given, as JSON in its one argument. */
export interface ProgramOptions {
  agents: number;
  roomsPerAgent: number;
  /** An external broker instead of the embedded one. */
  broker?: string;
}

interface ProgramFacts {
  mqttPort: number;
  url: string;
  token: string;
  agents: { agent: string; key: string; rooms: string[] }[];
}

/** CPU seconds of the whole process, memory in MB, and what it has done so far. */
interface ProgramFigures {
  cpu_s: number;
  rss_mb: number;
  accepted: number;
  judged: number;
  in_history: number;
}

export interface MeasuredProgram extends ProgramFacts {
  figures(): Promise<ProgramFigures>;
  stop(): Promise<void>;
}

/** Starts the whole program in a process of its own, with rooms, demos and agents, so that its figures are its own. */
export async function startMeasuredProgram(options: ProgramOptions): Promise<MeasuredProgram> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const answer = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the measured program ended with ${code}`));
      child.once("exit", ended);
      child.once("message", (message) => {
        child.off("exit", ended);
        resolve(message as T);
      });
    });
  const facts = await answer<ProgramFacts>();
  return {
    ...facts,
    figures() {
      const figures = answer<ProgramFigures>();
      child.send("figures");
      return figures;
    },
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.send("stop");
      await gone;
    },
  };
}

const SITE = "bench";
/** The sensor of every room. */
export const SENSOR = "climate-0";
/** The devices that the load speaks for, two a room. A device that no card knows would be a stranger, and not judged. */
const DEVICES = [
  { device: SENSOR, kind: "sensor", metrics: ["temperature_c", "humidity_pct", "co2_ppm", "noise_dba"] },
  { device: "display-1", kind: "display", metrics: ["power_state", "input_state", "lamp_hours_h", "reachable"] },
] as const;

function cardOf(room: string, agent: string): RoomCard {
  return {
    name: room,
    floor: "1",
    zone: "UTC",
    seats: 8,
    capabilities: ["display"],
    devices: DEVICES.map(({ device, kind, metrics }) => ({
      device,
      name: device,
      kind,
      agent,
      room_air: kind === "sensor",
      intervals_s: Object.fromEntries(metrics.map((metric) => [metric, 10])),
    })),
  };
}

async function runProgram({ agents: count, roomsPerAgent, broker }: ProgramOptions): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "greenroom-bench-"));
  const settings = loadSettings({ dataDir, ...(broker === undefined ? {} : { broker }) }, {});
  const program = await startAllInOne({
    settings: { ...settings, port: 0, mqtt_port: 0, sample: false },
    clock: systemClock,
    log: silentLog,
    brokerLimits: { messagesPerSecond: 1e6, messageBurst: 1e6 },
  });
  const agents = Array.from({ length: count }, (_, i) => ({
    agent: `bench-${i}`,
    rooms: Array.from({ length: roomsPerAgent }, (_room, r) => `room-${i}-${r}`),
  }));
  const start = later(systemClock.now(), hours(3));
  await program.server.load({
    site: SITE,
    rooms: agents.flatMap(({ agent, rooms }) => rooms.map((room) => ({ room, card: cardOf(room, agent) }))),
    demos: agents.flatMap(({ rooms }) =>
      rooms.map((room) => ({
        id: `demo-${room}`,
        room: roomKey(SITE, room),
        title: "Bench",
        start: rfc3339(start),
        end: rfc3339(later(start, hours(1))),
        needs: { capabilities: ["display" as const] },
      })),
    ),
    bookings: [],
    maintenance: [],
    people: [],
  });
  const facts: ProgramFacts = {
    mqttPort: Number(new URL(program.mqtt).port),
    url: program.server.url,
    token: await facilitiesToken(dataDir),
    agents: await Promise.all(
      agents.map(async ({ agent, rooms }) => {
        const keys = rooms.map((room) => roomKey(SITE, room));
        return { agent, key: await program.server.agentKeys.create(agent, keys), rooms: keys };
      }),
    ),
  };
  process.send?.(facts);
  process.on("message", (message) => {
    if (message === "figures") {
      const { user, system } = process.cpuUsage();
      const { recorder, gateway } = program.stats();
      process.send?.({
        cpu_s: (user + system) / 1e6,
        rss_mb: process.memoryUsage.rss() / 2 ** 20,
        accepted: recorder.accepted,
        judged: gateway["judgements"] ?? 0,
        in_history: recorder.history_rows,
      } satisfies ProgramFigures);
    } else if (message === "stop") {
      void program
        .stop()
        .then(() => rm(dataDir, { recursive: true, force: true }))
        .then(() => process.exit());
    }
  });
}

async function facilitiesToken(dataDir: string): Promise<string> {
  const store = await openStore(dataDir);
  const token = await createApiToken(store, { role: "facilities", name: "bench" });
  await store.close();
  return token;
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url))
  await runProgram(JSON.parse(process.argv[2] ?? "{}") as ProgramOptions);
