import { type Bus, matches, type Message, type PublishOptions } from "#contract/bus.ts";
import { GreenroomError } from "#contract/errors.ts";
import { millis } from "#contract/units.ts";
import type { Clock } from "#contract/clock.ts";

interface Subscription {
  filter: string;
  handler: (message: Message) => void;
  owner: FlakyBus | undefined;
}

/**
 * A broker in memory whose link can fail in the ways that real ones do: cut in mid-flight (with the message taken or not,
 * the acknowledgement lost either way), and messages that it acknowledges and then loses.
 */
export class FlakyBroker {
  readonly retained = new Map<string, Uint8Array>();
  readonly subscriptions = new Set<Subscription>();
  readonly buses = new Set<FlakyBus>();
  /** Whether this one message is acknowledged and forgotten, as by a broker that is killed. */
  loses: (topic: string) => boolean = () => false;
  isUp = true;

  down(): void {
    this.isUp = false;
    for (const bus of this.buses) bus.setLink(false);
  }

  up(): void {
    this.isUp = true;
    for (const bus of this.buses) bus.setLink(true);
  }

  take(topic: string, payload: Uint8Array, retain: boolean): void {
    if (retain) this.retained.set(topic, payload);
    if (this.loses(topic)) return;
    for (const { filter, handler, owner } of this.subscriptions) {
      if (matches(filter, topic) && owner?.connected !== false) handler({ topic, payload, retained: false });
    }
  }

  /** Another party on the same wire, always linked. */
  listen(filter: string, handler: (message: Message) => void): void {
    this.subscriptions.add({ filter, handler, owner: undefined });
  }
}

export class FlakyBus implements Bus {
  connected: boolean;
  readonly #broker: FlakyBroker;
  readonly #clock: Clock;
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #open = new Set<(error: Error) => void>();
  readonly #own = new Set<Subscription>();

  constructor(broker: FlakyBroker, clock: Clock) {
    this.#broker = broker;
    this.#clock = clock;
    this.connected = broker.isUp;
    broker.buses.add(this);
  }

  setLink(isUp: boolean): void {
    if (this.connected === isUp) return;
    this.connected = isUp;
    if (!isUp) for (const reject of this.#open) reject(new GreenroomError("LINK_DOWN", "cut"));
    this.#open.clear();
    for (const subscription of this.#own) if (isUp) this.#handRetained(subscription);
    for (const listener of this.#listeners) listener(isUp);
  }

  /** The way there and the way back take a millisecond each. */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    if (!this.connected) return Promise.reject(new GreenroomError("LINK_DOWN", "no link"));
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    return new Promise((resolve, reject) => {
      this.#open.add(reject);
      this.#clock.after(millis(1), () => {
        if (!this.#open.has(reject)) return;
        this.#broker.take(topic, bytes, options.retain ?? false);
        this.#clock.after(millis(1), () => {
          if (!this.#open.delete(reject)) return;
          resolve();
        });
      });
    });
  }

  subscribe(filter: string, handler: (message: Message) => void): Promise<() => Promise<void>> {
    const subscription: Subscription = { filter, handler, owner: this };
    this.#own.add(subscription);
    this.#broker.subscriptions.add(subscription);
    if (this.connected) this.#handRetained(subscription);
    return Promise.resolve(() => {
      this.#broker.subscriptions.delete(subscription);
      return Promise.resolve();
    });
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  onLink(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.setLink(false);
    this.#broker.buses.delete(this);
    for (const subscription of this.#own) this.#broker.subscriptions.delete(subscription);
    return Promise.resolve();
  }

  #handRetained({ filter, handler }: Subscription): void {
    for (const [topic, payload] of this.#broker.retained) {
      if (matches(filter, topic)) handler({ topic, payload, retained: true });
    }
  }
}
