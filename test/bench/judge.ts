/**
 * What judging one reading costs, from the parsed reading to the settled verdict, forecast and next moment, at several
 * numbers of rooms: `node test/bench/judge.ts [rooms …]`. Words are made only when they are published, so their cost is
 * told apart. Prints one JSON line per number of rooms.
 */
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { instant, millis, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Kind, Payload } from "#contract/wire.ts";
import { House } from "#gateway/judge/house.ts";

const SITE = "hq";
const START = instant(Date.UTC(2026, 10, 23, 8));
const READINGS = 40_000;

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

function measure(rooms: number): object {
  const clock = new VirtualClock(START);
  let published = 0;
  const house = new House({
    clock,
    publish: () => (published += 1),
    remember() {},
    forget() {},
    judged() {},
    orphaned() {},
    failed(_room, error) {
      throw error;
    },
  });
  const names = Array.from({ length: rooms }, (_, i) => `room-${i}`);
  for (const [i, room] of names.entries()) {
    const tell = <K extends Kind>(kind: K, payload: Payload<K>): void =>
      house.take({ kind, site: SITE, room }, true, () => payload as never);
    tell("card", card(i));
    tell("demos", { at: rfc3339(START), demos: demos(i) });
  }
  house.begin();
  const next = random(1);
  const levels = names.map(() => ({ temperature: 21 + next(), co2: 500 + next() * 200 }));
  const devices = ["air", "proj", "codec"] as const;
  const step = 60_000 / (rooms * devices.length);
  let now: number = START;
  let turn = 0;
  const one = (): void => {
    const room = turn % rooms;
    const device = devices[Math.floor(turn / rooms) % devices.length] ?? "air";
    turn += 1;
    now += step;
    const level = levels[room] ?? { temperature: 21, co2: 500 };
    level.temperature += (next() - 0.5) * 0.05;
    level.co2 += (next() - 0.5) * 6;
    const metrics =
      device === "air"
        ? { temperature_c: level.temperature, co2_ppm: Math.round(level.co2), humidity_pct: 40, occupied: false }
        : device === "proj"
          ? { power_state: "on", lamp_health: "ok" }
          : { registered: true, cameras_connected: 1, microphones_connected: 1 };
    const time = instant(Math.floor(now));
    house.reading({ site: SITE, room: names[room] ?? "" }, device, {
      value: { at: rfc3339(time), agent: `pi-${room % 50}`, boot: "b", seq: turn, metrics },
      at: time,
    });
    clock.advance(millis(Math.max(0, Math.floor(now) - clock.now())));
  };
  for (let i = 0; i < Math.max(rooms * 6, 20_000); i++) one();
  const silent: number[] = [];
  const all = new Float64Array(READINGS);
  const told = published;
  const cpu = process.cpuUsage();
  for (let i = 0; i < READINGS; i++) {
    const before = published;
    const began = performance.now();
    one();
    const took = (performance.now() - began) * 1000;
    all[i] = took;
    if (published === before) silent.push(took);
  }
  const { user, system } = process.cpuUsage(cpu);
  const judged = Float64Array.from(silent).toSorted();
  all.sort();
  house.stop();
  return {
    rooms,
    readings: READINGS,
    judge_us_p50: round(at(judged, 0.5)),
    judge_us_p99: round(at(judged, 0.99)),
    with_words_us_p50: round(at(all, 0.5)),
    with_words_us_mean: round(all.reduce((a, b) => a + b, 0) / READINGS),
    with_words_cpu_us_mean: round((user + system) / READINGS),
    published_share: round((published - told) / READINGS),
  };
}

const asked = process.argv.slice(2).map(Number);
for (const rooms of asked.length > 0 ? asked : [100, 1_000, 10_000])
  process.stdout.write(`${JSON.stringify(measure(rooms))}\n`);
