import type { Bus } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { seconds } from "#contract/units.ts";
import { type Address, encode, type Kind, type Payload, topicOf, wire } from "#contract/wire.ts";

const AGAIN_AFTER = seconds(5);

interface Wanted {
  payload: string;
  /** The payload without its own time: what decides whether there is anything to say. */
  content: string;
}

/**
 * Keeps retained topics as they should be. Only what differs is sent; everything is sent again when the link is back, in
 * its newest form, because the broker may have lost what it kept. Nothing is queued but the newest.
 */
export class WirePublisher {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #wanted = new Map<string, Wanted>();
  readonly #waiting = new Set<string>();
  readonly #underWay = new Set<string>();
  readonly #offLink: () => void;
  #settled: (() => void)[] = [];
  #again: Cancel | undefined;
  #isFailing = false;
  #isStopped = false;

  constructor(bus: Bus, clock: Clock, log: Log) {
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
    this.#offLink = bus.onLink((connected) => {
      if (!connected) return;
      // A broker that was away may have lost what it kept.
      for (const topic of this.#wanted.keys()) this.#waiting.add(topic);
      this.#sendAll();
    });
  }

  /** Says what a retained topic should hold; `at` alone makes no difference. */
  want<K extends Kind>(kind: K, address: Address, value: Payload<K> & { at?: string }): void {
    const { at: _, ...content } = value;
    this.#want(topicOf(kind, address), { payload: encode(kind, value), content: JSON.stringify(content) });
  }

  /** Says that a retained topic should be gone. */
  unwant(kind: Kind, address: Address): void {
    this.#want(topicOf(kind, address), { payload: "", content: "" });
  }

  /** Resolves once everything wanted so far has been acknowledged. */
  settled(): Promise<void> {
    if (this.#waiting.size === 0 && this.#underWay.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settled.push(resolve);
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#offLink();
    this.#again?.();
  }

  #want(topic: string, wanted: Wanted): void {
    if (this.#wanted.get(topic)?.content === wanted.content) return;
    this.#wanted.set(topic, wanted);
    this.#waiting.add(topic);
    this.#send(topic);
  }

  #sendAll(): void {
    for (const topic of this.#waiting) this.#send(topic);
  }

  #send(topic: string): void {
    const wanted = this.#wanted.get(topic);
    if (wanted === undefined || this.#isStopped || this.#underWay.has(topic)) return;
    this.#waiting.delete(topic);
    this.#underWay.add(topic);
    // Every kind that is wanted is retained and acknowledged (see `wire`).
    this.#bus.publish(topic, wanted.payload, { qos: wire.card.qos, retain: true }).then(
      () => this.#sent(topic, wanted),
      (error: unknown) => this.#failed(topic, error),
    );
  }

  #sent(topic: string, wanted: Wanted): void {
    this.#underWay.delete(topic);
    if (this.#isFailing) this.#log.info({}, "the plan reaches the broker again");
    this.#isFailing = false;
    if (this.#wanted.get(topic) !== wanted) this.#waiting.add(topic);
    if (this.#waiting.has(topic)) this.#send(topic);
    if (this.#waiting.size > 0 || this.#underWay.size > 0) return;
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #failed(topic: string, error: unknown): void {
    this.#underWay.delete(topic);
    this.#waiting.add(topic);
    if (!this.#isFailing)
      this.#log.warn({ why: messageOf(error) }, "the plan does not reach the broker; it is sent again");
    this.#isFailing = true;
    this.#again?.();
    this.#again = this.#clock.after(AGAIN_AFTER, () => this.#sendAll());
  }
}
