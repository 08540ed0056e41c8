import type { RoomMemory } from "#contract/messages/alert.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard, RoomDemos } from "#contract/messages/room.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { instant, millis, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Kind, Payload } from "#contract/wire.ts";
import { type HeardReading, House } from "./house.ts";

export const START = instant(Date.UTC(2026, 10, 23, 8));
const ADDRESS = { site: "hq", room: "harbour" } as const;

const sensor = (device: string, metrics: readonly string[]): RoomCard["devices"][number] => ({
  device,
  name: device,
  kind: "sensor",
  agent: "pi",
  intervals_s: Object.fromEntries(metrics.map((metric) => [metric, 60])),
});

const card: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "UTC",
  seats: 8,
  capabilities: ["display", "video_call"],
  devices: [
    sensor("air", ["temperature_c", "co2_ppm", "occupied"]),
    { device: "proj", name: "Projector", kind: "projector", agent: "pi" },
    { device: "codec", name: "Codec", kind: "codec", agent: "pi" },
  ],
};

const demo: Demo = {
  id: "acme",
  title: "Acme",
  start: "2026-11-23T20:00:00.000Z",
  arrival: "2026-11-23T20:00:00.000Z",
  end: "2026-11-23T21:00:00.000Z",
  needs: {},
};

/** Which device tells what; others are told by the air sensor, or by whom a metric names before a slash. */
const speakers: Readonly<Record<string, string>> = {
  power_state: "proj",
  lamp_health: "proj",
  registered: "codec",
  cameras_connected: "codec",
  microphones_connected: "codec",
};

const deviceOf = (metric: string): string =>
  metric.includes("/") ? metric.replace(/\/.*$/, "") : (speakers[metric] ?? "air");

type Values = Readonly<Record<string, MetricValue>>;
interface Manner {
  /** How long ago, by the device's own clock. */
  ageS?: number;
  late?: boolean;
  /** Each message so many times. */
  times?: number;
  /** The devices in the other order. */
  turned?: boolean;
}

export interface HouseBenchOptions {
  /** What would be published as its memory is kept, for `crash`. */
  remembers?: boolean;
  /** Everything is judged afresh every time. */
  isForgetful?: boolean;
  card?: RoomCard;
  demos?: RoomDemos;
}

/** One room behind the same door that the wire comes through, without the wire: fast enough for thousands of cases. */
export class HouseBench {
  readonly clock = new VirtualClock(START);
  /** Every word on the room, in order. */
  readonly told: RoomReadiness[] = [];
  readonly #options: HouseBenchOptions;
  #house: House;
  #memory: RoomMemory | undefined;
  #unremembered: { device: string; heard: HeardReading }[] = [];
  #seq = 0;

  constructor(options: HouseBenchOptions = {}) {
    this.#options = options;
    this.#house = this.#open();
  }

  /** Anything but a reading. */
  take<K extends Kind>(kind: K, payload: Payload<K>, more: { device?: string; agent?: string } = {}): void {
    const address = kind === "agentState" ? { site: ADDRESS.site } : ADDRESS;
    this.#house.take({ kind, ...address, ...more }, false, () => payload as never);
  }

  /** As `kill -9`: only what was published is left. `hearsAgain`: and what was not remembered yet is delivered once more. */
  crash({ hearsAgain = false } = {}): void {
    this.#house.stop();
    this.#house = this.#open();
    if (hearsAgain) for (const { device, heard } of this.#unremembered) this.#house.reading(ADDRESS, device, heard);
  }

  passes(seconds: number): void {
    this.clock.advance(millis(seconds * 1000));
  }

  report(values: Values, { ageS = 0, late = false, times = 1, turned = false }: Manner = {}): void {
    const devices = Object.entries(Object.groupBy(Object.keys(values), deviceOf));
    const first = this.#seq + 1;
    this.#seq += devices.length;
    const at = instant(this.clock.now() - ageS * 1000);
    const messages = devices.map(([device, names = []], i) => {
      const metrics = Object.fromEntries(names.map((name) => [name.replace(/^.*\//, ""), values[name] as MetricValue]));
      const value = { at: rfc3339(at), agent: "pi", boot: "b", seq: first + i, metrics, ...(late && { late }) };
      return { device, value };
    });
    for (let time = 0; time < times; time++) {
      for (const { device, value } of turned ? messages.toReversed() : messages) {
        const heard = { value, at };
        if (this.#options.remembers === true) this.#unremembered.push({ device, heard });
        this.#house.reading(ADDRESS, device, heard);
      }
    }
  }

  /** The last word. */
  get readiness(): RoomReadiness {
    const last = this.told.at(-1);
    if (last === undefined) throw new Error("nothing was said yet");
    return last;
  }

  /** How often the room was judged. */
  get judgements(): number {
    return this.#house.stats()["judgements"] ?? 0;
  }

  #open(): House {
    const { isForgetful = false } = this.#options;
    const house = new House({
      clock: this.clock,
      isForgetful,
      publish: (_room, readiness) => this.told.push(readiness),
      remember: (_room, memory) => {
        if (this.#options.remembers !== true) return;
        this.#unremembered = [];
        this.#memory = JSON.parse(JSON.stringify(memory)) as RoomMemory;
      },
      forget() {},
      judged() {},
      orphaned() {},
      failed(_room, error) {
        throw error;
      },
    });
    const tell = <K extends Kind>(kind: K, payload: Payload<K>): void =>
      house.take({ kind, ...ADDRESS }, true, () => payload as never);
    if (this.#memory !== undefined) tell("memory", this.#memory);
    tell("card", this.#options.card ?? card);
    tell("demos", this.#options.demos ?? { at: rfc3339(START), demos: [demo] });
    house.begin();
    return house;
  }
}
