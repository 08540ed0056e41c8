import type { Bus } from "#contract/bus.ts";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { instant, type Instant, millis, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { filterOf, isRemoval, type Kind, parsePayload, parseTopic, type Payload, publish } from "#contract/wire.ts";
import { type Gateway, startGateway } from "../main.ts";
import { NotifyConfig } from "../notify/config.ts";
import { TranslateConfig } from "./config.ts";

const START = Date.UTC(2026, 10, 23, 9);

/** A message of the wire as it was told. */
export interface Told<K extends Kind> {
  topic: string;
  value: Payload<K>;
}

/** A gateway with subscription maps, on one memory broker for the wire and another for the vendor, on a virtual clock. */
export class RelayStory {
  readonly clock = new VirtualClock(instant(START));
  readonly wireBroker = new MemoryBroker();
  readonly vendorBroker = new MemoryBroker();
  readonly wire = new MemoryBus(this.wireBroker);
  readonly vendor = new MemoryBus(this.vendorBroker);
  /** Whether somebody stores what is said, and says so. */
  isRecording = true;
  readonly #maps: unknown;
  #gateway: Gateway | undefined;
  #bus: Bus | undefined;

  constructor(maps: unknown) {
    this.#maps = maps;
  }

  async record(): Promise<void> {
    await this.wire.subscribe(filterOf("reading"), ({ topic, payload }) => {
      const reading = parsePayload("reading", payload);
      if (!reading.ok || !this.isRecording) return;
      const { agent = "", boot = "", seq = 0 } = reading.value;
      const site = parseTopic(topic)?.site ?? "";
      void publish(this.wire, "committed", { site, agent }, { at: reading.value.at, boots: [{ boot, seq }] });
    });
  }

  static async begin(maps: unknown): Promise<RelayStory> {
    const story = new RelayStory(maps);
    await story.record();
    await story.start();
    return story;
  }

  async start(): Promise<void> {
    this.#bus = new MemoryBus(this.wireBroker);
    this.#gateway = await startGateway({
      bus: this.#bus,
      clock: this.clock,
      log: silentLog,
      notify: NotifyConfig.parse({}),
      translate: {
        maps: TranslateConfig.parse(this.#maps),
        site: "hq",
        link: () => {
          const bus = new MemoryBus(this.vendorBroker);
          return Promise.resolve({ bus, isOffered: false, close: () => bus.close() });
        },
      },
    });
    await this.pause();
  }

  get gateway(): Gateway {
    return this.#gateway as Gateway;
  }

  async stop(): Promise<void> {
    const stopped = this.#gateway?.stop();
    this.clock.advance(seconds(10));
    await stopped;
    await this.#bus?.close();
  }

  /** Lets what is promised happen, and so much time pass. */
  async pause(by = 0): Promise<void> {
    for (let i = 0; i < 20; i++) await Promise.resolve();
    if (by > 0) this.clock.advance(millis(by));
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }

  /** What the vendor's gear publishes. */
  async gear(topic: string, payload: unknown, options: { retain?: boolean } = {}): Promise<void> {
    await this.vendor.publish(topic, typeof payload === "string" ? payload : JSON.stringify(payload), options);
  }

  async card(room: string, card: Partial<RoomCard> = {}): Promise<void> {
    const whole: RoomCard = { name: room, floor: "1", zone: "UTC", seats: 6, capabilities: [], devices: [], ...card };
    await publish(this.wire, "card", { site: "hq", room }, whole);
    await this.pause();
  }

  /** Collects what is said of a kind from now on. */
  async hear<K extends Kind>(kind: K): Promise<Told<K>[]> {
    const told: Told<K>[] = [];
    await this.wire.subscribe(filterOf(kind), ({ topic, payload, retained }) => {
      if (retained || parseTopic(topic)?.kind !== kind || payload.length === 0) return;
      const parsed = parsePayload(kind, payload);
      if (!parsed.ok) throw new Error(`${topic}: ${parsed.where}: ${parsed.why}`);
      told.push({ topic: topic.slice("greenroom/v1/".length), value: parsed.value });
    });
    return told;
  }

  /** What the wire keeps now; nothing where it keeps nothing. */
  kept<K extends Kind>(kind: K, topic: string): Payload<K> | undefined {
    const payload = this.wireBroker.retained.get(`greenroom/v1/${topic}`);
    if (payload === undefined || isRemoval({ topic, payload, retained: true })) return undefined;
    const parsed = parsePayload(kind, payload);
    return parsed.ok ? parsed.value : undefined;
  }
}

export const at = (secondsLater: number): Instant => instant(START + secondsLater * 1000);
