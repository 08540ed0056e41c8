import type { Bus, Message } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { roomKey } from "#contract/ids.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import { parseReading } from "#contract/parse-reading.ts";
import { between, rfc3339 } from "#contract/units.ts";
import { filterOf, type Kind, parsePayload, parseTopic, publish, type Topic } from "#contract/wire.ts";
import { OutageWatch } from "#gateway/sensor-health/outage-watch.ts";
import { SensorHealth } from "#gateway/sensor-health/sensor-health.ts";
import type { GatewayPorts, ReplayGateway } from "./replay-gateway.ts";

interface Room {
  site: string;
  room: string;
  health: SensorHealth;
  published: number;
  dueAt: number;
  cancel: Cancel;
}

/** Judges sensors and nothing else, on the same wire as the real gateway: measures the detectors alone. */
export async function startSensorsOnlyGateway({ bus, clock }: GatewayPorts): Promise<ReplayGateway> {
  const gateway = new SensorsOnlyGateway(bus, clock);
  const kinds: Kind[] = ["card", "reading"];
  const ends = await Promise.all(kinds.map((kind) => bus.subscribe(filterOf(kind), (m) => gateway.take(m))));
  return {
    async stop() {
      gateway.stop();
      await Promise.all(ends.map((end) => end()));
    },
  };
}

class SensorsOnlyGateway {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #rooms = new Map<string, Room>();
  readonly #sites = new Map<string, OutageWatch>();

  constructor(bus: Bus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  take(message: Message): void {
    const topic = parseTopic(message.topic);
    if (topic?.room === undefined) return;
    const room = this.#roomOf(topic, topic.room);
    if (topic.kind === "card") {
      const card = parsePayload("card", message.payload);
      if (!card.ok) return;
      room.health.zone = card.value.zone;
      room.health.know(card.value.devices, this.#clock.now());
    } else {
      const reading = parseReading(message.payload);
      if (!reading.ok) return;
      for (const [metric, value] of Object.entries(reading.value.metrics)) {
        if (value !== null) room.health.observe(topic.device as string, metric, value, reading.at);
      }
    }
    this.#settle(room);
  }

  stop(): void {
    for (const room of this.#rooms.values()) room.cancel();
  }

  #roomOf(topic: Topic, name: string): Room {
    const key = roomKey(topic.site, name);
    let room = this.#rooms.get(key);
    if (room === undefined) {
      let watch = this.#sites.get(topic.site);
      if (watch === undefined) this.#sites.set(topic.site, (watch = new OutageWatch(topic.site)));
      const health = new SensorHealth({ room: key, watch });
      room = { site: topic.site, room: name, health, published: 0, dueAt: Infinity, cancel: () => {} };
      this.#rooms.set(key, room);
    }
    return room;
  }

  #settle(room: Room): void {
    this.#wake(room);
    if (room.health.revision !== room.published) this.#say(room);
    for (const key of this.#sites.get(room.site)?.takeChanged() ?? []) {
      const other = this.#rooms.get(key);
      if (other !== undefined) this.#say(other);
    }
  }

  /** Sets the timer for what time alone brings about. */
  #wake(room: Room): void {
    const due = room.health.dueAt();
    if (due === undefined || due >= room.dueAt) return;
    room.cancel();
    room.dueAt = due;
    room.cancel = this.#clock.after(between(this.#clock.now(), due), () => {
      room.dueAt = Infinity;
      room.health.tick(this.#clock.now());
      this.#settle(room);
    });
  }

  #say(room: Room): void {
    room.published = room.health.revision;
    const at = rfc3339(this.#clock.now());
    const now = {
      outcome: "unknown",
      score: 0,
      score_hi: 100,
      confidence: 0,
      sentence: "Not judged.",
      checks: [],
    } as const;
    const readiness: RoomReadiness = {
      at,
      now: { ...now, checks: [] },
      demos: [],
      evidence: [],
      findings: room.health.findings(),
    };
    void publish(this.#bus, "readiness", { site: room.site, room: room.room }, readiness);
  }
}
