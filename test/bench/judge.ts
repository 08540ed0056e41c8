import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { silentLog } from "#contract/log.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { instant, millis, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Kind, Payload } from "#contract/wire.ts";
import type { Notifier } from "#gateway/alerts/notifier.ts";
import { Brain } from "#gateway/brain.ts";

const SITE = "hq";
const START = instant(Date.UTC(2026, 10, 23, 8));
/** Each room first says so much, then is measured for so many minutes: every size at the same points of its life. */
const WARM = 18;
const MINUTES = 2;
/** What another building first says, so that the program is compiled before anything is measured. */
const WARM_UP = { rooms: 200, readings: 30_000 } as const;
/** Rooms that a bench looks at unless told otherwise: the first and last are compared. */
const SIZES = [100, 1_000, 10_000] as const;

export interface JudgeOptions {
  rooms?: readonly number[];
  readings?: number;
}

/** What judging one reading costs on one core, in microseconds. */
export interface JudgeCost {
  rooms: number;
  readings: number;
  /** Everything: state, checks, forecast, policy, and words where something was published. */
  us_p50: number;
  us_p99: number;
  us_mean: number;
  /** Of the readings that led to nothing published. */
  quiet_us_p50: number;
  cpu_us_mean: number;
  published_share: number;
}

export interface JudgeReport {
  aim: { us_p50: number; ratio: number };
  costs: JudgeCost[];
  /** The median at the most rooms over the median at the fewest. */
  ratio: number;
}

/**
 * What judging one reading costs, at several numbers of rooms, each in a process of its own: from the parsed reading to the
 * settled verdict, the forecast of three visits, the alert policy with nobody to tell, and what is published.
 */
export async function benchJudge({ rooms = SIZES, readings = 40_000 }: JudgeOptions = {}): Promise<JudgeReport> {
  const run = promisify(execFile);
  const costs: JudgeCost[] = [];
  for (const size of rooms) {
    const program = [fileURLToPath(import.meta.url), String(size), String(readings)];
    const { stdout } = await run(process.execPath, program, { maxBuffer: 1e6 });
    costs.push(JSON.parse(stdout) as JudgeCost);
  }
  const ratio = (costs.at(-1)?.us_p50 ?? Number.NaN) / (costs[0]?.us_p50 ?? Number.NaN);
  return { aim: { us_p50: 20, ratio: 1.2 }, costs, ratio: round(ratio) };
}

const card = (room: number): RoomCard => ({
  name: `Room ${room}`,
  floor: String(room % 20),
  zone: "Europe/Berlin",
  seats: 8,
  capabilities: ["display", "video_call"],
  devices: [
    {
      device: "air",
      name: "Air",
      kind: "sensor",
      agent: `pi-${room % 50}`,
      intervals_s: { temperature_c: 60, co2_ppm: 60, humidity_pct: 60, occupied: 60 },
    },
    { device: "proj", name: "Projector", kind: "projector", agent: `pi-${room % 50}` },
    { device: "codec", name: "Codec", kind: "codec", agent: `pi-${room % 50}` },
  ],
});

const demos = (room: number): Demo[] =>
  [60, 240, 420].map((minutes, i) => ({
    id: `${room}-${i}`,
    title: "Visit",
    start: rfc3339(instant(START + minutes * 60_000)),
    arrival: rfc3339(instant(START + minutes * 60_000)),
    end: rfc3339(instant(START + (minutes + 60) * 60_000)),
    needs: { people: 6 },
  }));

/** A small generator, so that every run sees the same. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const at = (list: Float64Array, share: number): number => list[Math.floor((list.length - 1) * share)] ?? Number.NaN;
const round = (n: number): number => Math.round(n * 100) / 100;

const nobody: Notifier = { contacts: () => [], send: () => Promise.resolve() } as unknown as Notifier;

/** Rooms that report in turn, each device once a minute. */
class Building {
  published = 0;
  readonly #brain: Brain;
  readonly #clock = new VirtualClock(START);
  readonly #names: string[];
  readonly #levels: { temperature: number; co2: number }[];
  readonly #next = random(1);
  #now: number = START;
  #turn = 0;

  constructor(rooms: number) {
    this.#brain = new Brain({
      clock: this.#clock,
      log: silentLog,
      notifier: nobody,
      say: (kind) => {
        if (kind === "readiness") this.published += 1;
        return Promise.resolve();
      },
      unsay: () => Promise.resolve(),
      failed: (error) => {
        throw error;
      },
    });
    this.#names = Array.from({ length: rooms }, (_, i) => `room-${i}`);
    for (const [i, room] of this.#names.entries()) {
      const tell = <K extends Kind>(kind: K, payload: Payload<K>): void =>
        this.#brain.take({ kind, site: SITE, room }, true, () => payload as never);
      tell("card", card(i));
      tell("demos", { at: rfc3339(START), demos: demos(i) });
    }
    this.#brain.begin();
    this.#levels = this.#names.map(() => ({ temperature: 21 + this.#next(), co2: 500 + this.#next() * 200 }));
  }

  /** One reading, judged. */
  one(): void {
    const rooms = this.#names.length;
    const room = this.#turn % rooms;
    const device = (["air", "proj", "codec"] as const)[Math.floor(this.#turn / rooms) % 3] ?? "air";
    this.#turn += 1;
    this.#now += 20_000 / rooms;
    const time = instant(Math.floor(this.#now));
    const topic = { kind: "reading", site: SITE, room: this.#names[room] ?? "", device } as const;
    const value = {
      at: rfc3339(time),
      agent: `pi-${room % 50}`,
      boot: "b",
      seq: this.#turn,
      metrics: this.#metrics(device, room),
    };
    this.#brain.reading(topic, { value, at: time });
    this.#clock.advance(millis(Math.max(0, time - this.#clock.now())));
  }

  stop(): Promise<void> {
    return this.#brain.stop();
  }

  #metrics(device: "air" | "proj" | "codec", room: number): Record<string, number | string | boolean> {
    if (device === "proj") return { power_state: "on", lamp_health: "ok" };
    if (device === "codec") return { registered: true, cameras_connected: 1, microphones_connected: 1 };
    const level = this.#levels[room] ?? { temperature: 21, co2: 500 };
    level.temperature += (this.#next() - 0.5) * 0.05;
    level.co2 += (this.#next() - 0.5) * 6;
    return {
      temperature_c: level.temperature,
      co2_ppm: Math.round(level.co2),
      humidity_pct: 40,
      occupied: false,
    };
  }
}

/** What was measured of one building, or of several one after the other. */
interface Measured {
  all: number[];
  quiet: number[];
  published: number;
  cpu_us: number;
}

/** Whole minutes of every room, so that what is told once a minute has its share; few rooms live through them several times. */
async function measure(rooms: number, atLeast: number): Promise<JudgeCost> {
  const warmUp = new Building(WARM_UP.rooms);
  for (let i = 0; i < WARM_UP.readings; i++) warmUp.one();
  await warmUp.stop();
  const measured: Measured = { all: [], quiet: [], published: 0, cpu_us: 0 };
  while (measured.all.length < atLeast) await measureLife(rooms, measured);
  const { quiet, published, cpu_us } = measured;
  const all = Float64Array.from(measured.all).toSorted();
  const readings = all.length;
  const mean = all.reduce((a, b) => a + b, 0) / readings;
  return {
    rooms,
    readings,
    us_p50: round(at(all, 0.5)),
    us_p99: round(at(all, 0.99)),
    us_mean: round(mean),
    quiet_us_p50: round(at(Float64Array.from(quiet).toSorted(), 0.5)),
    cpu_us_mean: round(cpu_us / readings),
    published_share: round(published / readings),
  };
}

async function measureLife(rooms: number, measured: Measured): Promise<void> {
  const building = new Building(rooms);
  for (let i = 0; i < rooms * WARM; i++) building.one();
  const told = building.published;
  const cpu = process.cpuUsage();
  for (let i = 0; i < rooms * 3 * MINUTES; i++) {
    const before = building.published;
    const began = performance.now();
    building.one();
    const took = (performance.now() - began) * 1000;
    measured.all.push(took);
    if (building.published === before) measured.quiet.push(took);
  }
  const { user, system } = process.cpuUsage(cpu);
  measured.cpu_us += user + system;
  measured.published += building.published - told;
  await building.stop();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rooms = 1_000, readings = 40_000] = process.argv.slice(2).map(Number);
  process.stdout.write(`${JSON.stringify(await measure(rooms, readings))}\n`);
}
