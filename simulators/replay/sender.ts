import type { Bus } from "#contract/bus.ts";
import { type Instant, rfc3339 } from "#contract/units.ts";
import { encode, topicOf, wire } from "#contract/wire.ts";
import type { RecordedReading } from "../recorded/recorded.ts";

/** Who sends: one agent of one site, in one run. */
export interface SenderIdentity {
  site: string;
  agent: string;
  boot: string;
}

/** Publishes readings as one agent does. Topics and times are written once each, because a replay is made of repetitions. */
export class Sender {
  sent = 0;
  readonly #bus: Bus;
  readonly #who: SenderIdentity;
  readonly #topics = new Map<string, string>();
  #at: { instant: Instant; text: string } | undefined;

  constructor(bus: Bus, who: SenderIdentity) {
    this.#bus = bus;
    this.#who = who;
  }

  send({ room, device, at, metrics }: RecordedReading): Promise<void> {
    const { site, agent, boot } = this.#who;
    const key = `${room}/${device}`;
    let topic = this.#topics.get(key);
    if (topic === undefined) {
      topic = topicOf("reading", { site, room, device });
      this.#topics.set(key, topic);
    }
    if (this.#at?.instant !== at) this.#at = { instant: at, text: rfc3339(at) };
    this.sent += 1;
    const reading = { at: this.#at.text, agent, boot, seq: this.sent, metrics };
    return this.#bus.publish(topic, encode("reading", reading), { qos: wire.reading.qos });
  }
}
