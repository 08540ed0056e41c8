import type { Bus } from "#contract/bus.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { silentLog } from "#contract/log.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { type Instant, instant, later, type Millis, millis, minutes, rfc3339 } from "#contract/units.ts";
import { type Payload, publish } from "#contract/wire.ts";
import { until } from "./until.ts";

export const SITE = "hq";
export const ROOM = "harbour";
export const ROOM_KEY = `${SITE}/${ROOM}`;
export const AGENT = "pi-3";

/** So seldom, by what the card expects, that what was said ten minutes ago is still known. */
const EVERY_S = 300;
const intervals = (...metrics: string[]): { intervals_s: Record<string, number> } => ({
  intervals_s: Object.fromEntries(metrics.map((metric) => [metric, EVERY_S])),
});

/** The room of the stories: an air sensor, a projector and a codec, all spoken for by one agent. */
export const harbourCard: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "Europe/Berlin",
  seats: 8,
  capabilities: ["display", "video_call"],
  // The same in summer and winter.
  comfort: { temperature_c: { ready: [20, 24], usable: [19, 25] } },
  devices: [
    {
      device: "air",
      name: "Air sensor",
      kind: "sensor",
      agent: AGENT,
      room_air: true,
      ...intervals("temperature_c", "humidity_pct", "co2_ppm", "occupied"),
    },
    {
      device: "projector",
      name: "Projector",
      kind: "projector",
      agent: AGENT,
      ...intervals("power_state", "input_state", "lamp_health"),
    },
    {
      device: "codec",
      name: "Codec",
      kind: "codec",
      agent: AGENT,
      ...intervals("registered", "cameras_connected", "microphones_connected", "speaker_connected"),
    },
  ],
};

export const fromNow = (by: Millis): string => rfc3339(later(systemClock.now(), by));

/** A visit as REST takes it. */
export const visitIn = (by: Millis, more: object = {}): object => ({
  room: ROOM_KEY,
  title: "Acme pitch",
  account: "Acme Ltd",
  start: fromNow(by),
  end: fromNow(millis(by + minutes(60))),
  needs: { people: 4, capabilities: ["display", "video_call"] },
  ...more,
});

/** What the room's devices say when all is well. */
export const WELL: Readonly<Record<string, Payload<"reading">["metrics"]>> = {
  air: { temperature_c: 22, humidity_pct: 45, co2_ppm: 520, occupied: false },
  projector: { power_state: "on", input_state: "right", lamp_health: "ok" },
  codec: { registered: true, cameras_connected: 1, microphones_connected: 2, speaker_connected: true },
};

/** The agent that speaks for the room, by a client of its own. Counts its readings as an edge agent does. */
export class StoryAgent {
  readonly bus: Bus;
  readonly boot = `story-${systemClock.now().toString(36)}`;
  /** The room it speaks for. */
  room = ROOM;
  seq = 0;
  readonly #told = new Map<string, number>();

  private constructor(bus: Bus) {
    this.bus = bus;
  }

  static async signIn(url: string, login: { agent?: string; key?: string } = {}): Promise<StoryAgent> {
    const { agent = AGENT, key } = login;
    const bus = await startMqttBus({
      url,
      clientId: agent,
      ...(key === undefined ? {} : { username: agent, password: key }),
      clock: systemClock,
      log: silentLog,
      reconnect: { first: millis(100), ceiling: millis(500) },
    });
    return new StoryAgent(bus);
  }

  /** Resolves once the broker has acknowledged it. */
  async tell(device: string, metrics: Payload<"reading">["metrics"], at: Instant = systemClock.now()): Promise<void> {
    const seq = ++this.seq;
    await publish(
      this.bus,
      "reading",
      { site: SITE, room: this.room, device },
      {
        at: rfc3339(at),
        agent: AGENT,
        boot: this.boot,
        seq,
        metrics,
      },
    );
    this.#told.set(device, this.toldOf(device) + 1);
  }

  /** The same after a link that broke: until the broker has acknowledged it. */
  async tellAgain(device: string, metrics: Payload<"reading">["metrics"]): Promise<void> {
    await until(
      "the link is back",
      async () => {
        await this.tell(device, metrics);
        return true;
      },
      30_000,
    );
  }

  /** How many readings of a device were acknowledged. */
  toldOf(device: string): number {
    return this.#told.get(device) ?? 0;
  }

  /**
   * What every device said once a minute from `from` until `until` before now, oldest first: what changed so long ago
   * has lasted since then, and nobody needs to wait for it.
   */
  async tellPast(
    said: Readonly<Record<string, Payload<"reading">["metrics"]>>,
    from: Millis,
    until: Millis,
  ): Promise<void> {
    const now = systemClock.now();
    for (let ago = from; ago >= until; ago = millis(ago - minutes(1))) {
      for (const [device, metrics] of Object.entries(said)) await this.tell(device, metrics, instant(now - ago));
    }
  }

  stop(): Promise<void> {
    return this.bus.close();
  }
}
