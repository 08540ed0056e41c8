import type { RoomMemory } from "#contract/messages/alert.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { instant, millis, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import type { Kind, Payload } from "#contract/wire.ts";
import { House } from "./house.ts";

const START = instant(Date.UTC(2026, 10, 23, 8));
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

const speakers: Readonly<Record<string, string>> = {
  power_state: "proj",
  lamp_health: "proj",
  registered: "codec",
  cameras_connected: "codec",
  microphones_connected: "codec",
};

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

/** One room behind the same door that the wire comes through, without the wire: fast enough for thousands of cases. */
export class HouseBench {
  readonly clock = new VirtualClock(START);
  /** Every word on the room, in order. */
  readonly told: RoomReadiness[] = [];
  readonly #remembers: boolean;
  #house: House;
  #memory: RoomMemory | undefined;
  #seq = 0;

  /** `remembers`: what would be published as its memory is kept, for `crash`. */
  constructor({ remembers = false } = {}) {
    this.#remembers = remembers;
    this.#house = this.#open();
  }

  /** As `kill -9`: only what was published is left. */
  crash(): void {
    this.#house.stop();
    this.#house = this.#open();
  }

  passes(seconds: number): void {
    this.clock.advance(millis(seconds * 1000));
  }

  report(values: Values, { ageS = 0, late = false, times = 1, turned = false }: Manner = {}): void {
    const devices = Object.entries(Object.groupBy(Object.keys(values), (metric) => speakers[metric] ?? "air"));
    const first = this.#seq + 1;
    this.#seq += devices.length;
    const at = instant(this.clock.now() - ageS * 1000);
    const messages = devices.map(([device, names = []], i) => {
      const metrics = Object.fromEntries(names.map((name) => [name, values[name] as MetricValue]));
      const value = { at: rfc3339(at), agent: "pi", boot: "b", seq: first + i, metrics, ...(late && { late }) };
      return { device, value };
    });
    for (let time = 0; time < times; time++) {
      for (const { device, value } of turned ? messages.toReversed() : messages) {
        this.#house.reading(ADDRESS, device, { value, at });
      }
    }
  }

  /** The last word. */
  get readiness(): RoomReadiness {
    const last = this.told.at(-1);
    if (last === undefined) throw new Error("nothing was said yet");
    return last;
  }

  #open(): House {
    const house = new House({
      clock: this.clock,
      publish: (_room, readiness) => this.told.push(readiness),
      remember: (_room, memory) => {
        if (this.#remembers) this.#memory = JSON.parse(JSON.stringify(memory)) as RoomMemory;
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
    tell("card", card);
    tell("demos", { at: rfc3339(START), demos: [demo] });
    house.begin();
    return house;
  }
}
