import { type Bus, matches, type Message, type PublishOptions } from "./bus.ts";

interface Subscription {
  filter: string;
  handler: (message: Message) => void;
}

/** What a broker keeps: shared by the buses of one process, so that tests and evaluation have several parties on one wire. */
export class MemoryBroker {
  readonly retained = new Map<string, Uint8Array>();
  readonly subscriptions = new Set<Subscription>();
  /** Deliveries in order: what a handler publishes is delivered after what it is handling, as on a real broker. */
  readonly #queue: (() => void)[] = [];
  #draining = false;
  /** Told of what a handler throws; a handler never disturbs the others. */
  onHandlerError: (error: unknown, topic: string) => void = (error) => {
    throw error;
  };

  deliver(subscription: Subscription, message: Message): void {
    this.#queue.push(() => {
      if (!this.subscriptions.has(subscription)) return;
      try {
        subscription.handler(message);
      } catch (error) {
        this.onHandlerError(error, message.topic);
      }
    });
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next();
    } finally {
      this.#draining = false;
    }
  }
}

/** A bus inside one process, delivering in order and at once. */
export class MemoryBus implements Bus {
  readonly connected = true;
  readonly #broker: MemoryBroker;
  readonly #own = new Set<Subscription>();

  constructor(broker: MemoryBroker = new MemoryBroker()) {
    this.#broker = broker;
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    if (options.retain === true) {
      if (bytes.length === 0) this.#broker.retained.delete(topic);
      else this.#broker.retained.set(topic, bytes);
    }
    for (const subscription of this.#broker.subscriptions) {
      if (matches(subscription.filter, topic))
        this.#broker.deliver(subscription, { topic, payload: bytes, retained: false });
    }
    return Promise.resolve();
  }

  subscribe(filter: string, handler: (message: Message) => void): Promise<() => Promise<void>> {
    const subscription: Subscription = { filter, handler };
    this.#broker.subscriptions.add(subscription);
    this.#own.add(subscription);
    for (const [topic, payload] of this.#broker.retained) {
      if (matches(filter, topic)) this.#broker.deliver(subscription, { topic, payload, retained: true });
    }
    return Promise.resolve(() => {
      this.#broker.subscriptions.delete(subscription);
      this.#own.delete(subscription);
      return Promise.resolve();
    });
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  onLink(): () => void {
    return () => {};
  }

  close(): Promise<void> {
    for (const subscription of this.#own) this.#broker.subscriptions.delete(subscription);
    this.#own.clear();
    return Promise.resolve();
  }
}
