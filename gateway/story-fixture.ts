import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import type { Alert } from "#contract/messages/alert.ts";
import type { AgentState, DeviceState } from "#contract/messages/edge.ts";
import type { DemoReadiness, RoomReadiness } from "#contract/messages/readiness.ts";
import type { Booking, Demo, MaintenanceWindow, RoomCard } from "#contract/messages/room.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { silentLog } from "#contract/log.ts";
import { instant, type Instant, millis, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { isRemoval, parsePayload, parseTopic, type Payload, publish, type Kind, type Address } from "#contract/wire.ts";
import { type Gateway, startGateway } from "./main.ts";
import { NotifyConfig } from "./notify/config.ts";

const SITE = "hq";
const ROOM = "harbour";
const MINUTE = 60_000;

/** "13:05" or "13:05:30" on the day of the story, a Monday in November. */
const clockTime = (text: string): Instant => {
  const [h = 0, m = 0, s = 0] = text.split(":").map(Number);
  return instant(Date.UTC(2026, 10, 23, h, m, s));
};

export const harbour: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "UTC",
  seats: 8,
  capabilities: ["display", "video_call"],
  devices: [
    {
      device: "air",
      name: "Air sensor",
      kind: "sensor",
      agent: "pi-3",
      room_air: true,
      intervals_s: { temperature_c: 60, co2_ppm: 60, occupied: 60 },
    },
    { device: "proj-1", name: "Projector", kind: "projector", agent: "pi-3", upstream: "sw-12" },
    { device: "codec-1", name: "Codec", kind: "codec", agent: "pi-3", upstream: "sw-12" },
  ],
};

/** Which device of the story's room tells a metric. */
const SPEAKERS: Readonly<Record<string, string>> = {
  power_state: "proj-1",
  lamp_health: "proj-1",
  registered: "codec-1",
  cameras_connected: "codec-1",
  microphones_connected: "codec-1",
};

/** The gateway on a memory bus and a virtual clock, with one room that is told what happens. */
export class Story {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly bus: MemoryBus;
  /** Everything that the gateway published about the room, in order. */
  readonly told: RoomReadiness[] = [];
  #gateway!: Gateway;
  #lives = { alive: true };
  #seq = 0;

  private constructor(clock: VirtualClock) {
    this.clock = clock;
    this.broker = new MemoryBroker();
    this.bus = new MemoryBus(this.broker);
  }

  static async begin(at: string): Promise<Story> {
    const story = new Story(new VirtualClock(clockTime(at)));
    await story.bus.subscribe("greenroom/v1/+/+/readiness", (message) => {
      if (message.retained || isRemoval(message)) return;
      const parsed = parsePayload("readiness", message.payload);
      if (!parsed.ok) throw new Error(`${parsed.where}: ${parsed.why}`);
      if (parseTopic(message.topic)?.room === ROOM) story.told.push(parsed.value);
    });
    await story.#listen();
    return story;
  }

  /** Starts a gateway whose link and clock end with its life. */
  async #listen(): Promise<void> {
    const life = { alive: true };
    this.#lives = life;
    const bus = new MemoryBus(this.broker);
    const clock: Clock = {
      now: () => this.clock.now(),
      after: (delay, task) => this.clock.after(delay, () => life.alive && task()),
      every: (period, task) => this.clock.every(period, () => life.alive && task()),
    };
    const mortal: Bus = {
      connected: true,
      publish: (...message) => (life.alive ? bus.publish(...message) : Promise.resolve()),
      subscribe: (filter, handler) => bus.subscribe(filter, (message) => life.alive && handler(message)),
      settled: () => bus.settled(),
      onLink: () => bus.onLink(),
      close: () => bus.close(),
    };
    this.#gateway = await startGateway({ bus: mortal, clock, log: silentLog, notify: NotifyConfig.parse({}) });
  }

  /** As `kill -9`, then started again: the dead one hears and says nothing more. The broker stays. */
  async crash(): Promise<void> {
    this.#lives.alive = false;
    await this.#listen();
  }

  /** Ends the gateway in order, and leaves the rest. */
  async stop(): Promise<void> {
    await this.#gateway.stop();
  }

  /** Ends everything. */
  async end(): Promise<void> {
    const stopped = this.#gateway.stop();
    this.clock.advance(millis(10_000));
    await stopped;
  }

  time(text: string): Instant {
    return clockTime(text);
  }

  get gateway(): Gateway {
    return this.#gateway;
  }

  /** What the room was, each change once. */
  outcomes(): string[] {
    return changes(this.told.map(({ now }) => now.outcome));
  }

  /** What a visit was, each change once. */
  statuses(id: string): string[] {
    return changes(this.told.flatMap(({ demos }) => demos.find(({ demo }) => demo === id)?.status ?? []));
  }

  wire(time: string): string {
    return rfc3339(clockTime(time));
  }

  say<K extends Kind>(kind: K, address: Omit<Address, "site">, value: Payload<K>): void {
    void publish(this.bus, kind, { site: SITE, ...address }, value);
  }

  card(card: Partial<RoomCard> = {}): void {
    this.say("card", { room: ROOM }, { ...harbour, ...card });
  }

  demos(...demos: (Partial<Demo> & { id: string; from: string; to: string })[]): void {
    this.visits(demos);
  }

  visits(
    demos: (Partial<Demo> & { id: string; from: string; to: string })[],
    bookings: { from: string; to: string }[] = [],
  ): void {
    this.say(
      "demos",
      { room: ROOM },
      {
        at: rfc3339(this.clock.now()),
        demos: demos.map(({ from, to, ...demo }) => ({
          title: `${demo.id} visit`,
          start: this.wire(from),
          arrival: this.wire(from),
          end: this.wire(to),
          needs: {},
          ...demo,
        })),
        bookings: bookings.map(({ from, to }): Booking => ({ start: this.wire(from), end: this.wire(to) })),
      },
    );
  }

  maintenance(...windows: { id: string; from: string; to: string }[]): void {
    const told = windows.map(({ id, from, to }): MaintenanceWindow => ({
      id,
      start: this.wire(from),
      end: this.wire(to),
      reason: "Filter change",
    }));
    this.say("maintenance", { room: ROOM }, { at: rfc3339(this.clock.now()), windows: told });
  }

  agent(state: AgentState["state"]): void {
    this.say("agentState", { agent: "pi-3" }, { at: rfc3339(this.clock.now()), state });
  }

  device(device: string, state: Partial<DeviceState> & Pick<DeviceState, "state">): void {
    this.say("deviceState", { room: ROOM, device }, { at: rfc3339(this.clock.now()), agent: "pi-3", ...state });
  }

  /** One reading now, of each device that tells one of the metrics; `ageS` ago by the device's clock. */
  report(metrics: Record<string, MetricValue>, { ageS = 0, late = false } = {}): void {
    for (const [device, own] of byDevice(metrics)) {
      this.#seq += 1;
      const at = rfc3339(instant(this.clock.now() - ageS * 1000));
      const reading = { at, agent: "pi-3", boot: "b1", seq: this.#seq, metrics: own, ...(late && { late }) };
      this.say("reading", { room: ROOM, device }, reading);
    }
  }

  /** As `report`, each message several times, and in the other order where asked for. */
  reportSplit(metrics: Record<string, MetricValue>, { times, turned }: { times: number; turned: boolean }): void {
    const devices = byDevice(metrics);
    const first = this.#seq + 1;
    this.#seq += devices.length;
    const at = rfc3339(this.clock.now());
    for (let time = 0; time < times; time++) {
      for (const [i, [device, own]] of turned ? [...devices.entries()].toReversed() : devices.entries()) {
        this.say("reading", { room: ROOM, device }, { at, agent: "pi-3", boot: "b1", seq: first + i, metrics: own });
      }
    }
  }

  /** Time passes, with nothing waited for but the clock. */
  passes(seconds: number): void {
    this.clock.advance(millis(seconds * 1000));
  }

  /** The same metrics every minute until then. */
  async reports(metrics: Record<string, MetricValue>, { until }: { until: string }): Promise<void> {
    const end = clockTime(until);
    while (this.clock.now() < end) {
      this.report(metrics);
      await this.clock.advanceToSettled(instant(Math.min(end, this.clock.now() + MINUTE)));
    }
  }

  async waits(until: string): Promise<void> {
    await this.clock.advanceToSettled(clockTime(until));
  }

  /** What is retained of the room now. */
  readiness(): RoomReadiness {
    const bytes = this.broker.retained.get(`greenroom/v1/${SITE}/${ROOM}/readiness`);
    if (bytes === undefined) throw new Error("nothing was published");
    const parsed = parsePayload("readiness", bytes);
    if (!parsed.ok) throw new Error(`${parsed.where}: ${parsed.why}`);
    return parsed.value;
  }

  demo(id: string): DemoReadiness {
    const found = this.readiness().demos.find((demo) => demo.demo === id);
    if (found === undefined) throw new Error(`no demo ${id}`);
    return found;
  }

  alerts(): Alert[] {
    return [...this.broker.retained].flatMap(([topic, bytes]) => {
      const parsed = parseTopic(topic)?.kind === "alert" ? parsePayload("alert", bytes) : undefined;
      return parsed?.ok === true ? [parsed.value] : [];
    });
  }
}

/** What each device says of these metrics. */
function byDevice(metrics: Record<string, MetricValue>): [string, Record<string, MetricValue>][] {
  const devices = new Map<string, Record<string, MetricValue>>();
  for (const [metric, value] of Object.entries(metrics)) {
    const device = SPEAKERS[metric] ?? "air";
    devices.set(device, { ...devices.get(device), [metric]: value });
  }
  return [...devices];
}

const changes = (all: readonly string[]): string[] => all.filter((each, i) => each !== all[i - 1]);
