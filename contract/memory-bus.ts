import { type Bus, matches, type Message, type PublishOptions } from "./bus.ts";
import { TopicTree } from "./topic-tree.ts";

interface Subscription {
  filter: string;
  handler: (message: Message) => void;
  ended: boolean;
}

const utf8 = new TextEncoder();

/** What a broker keeps: shared by the buses of one process, so that tests and evaluation have several parties on one wire. */
export class MemoryBroker {
  readonly retained = new Map<string, Uint8Array>();
  readonly #tree = new TopicTree<Subscription>();
  /** Deliveries in order: what a handler publishes is delivered after what it is handling, as on a real broker. */
  #queue: { subscription: Subscription; message: Message }[] = [];
  #draining = false;
  /** Told of what a handler throws, once everything else has been delivered; a handler never disturbs the others. */
  onHandlerError: (error: unknown, topic: string) => void = (error) => {
    throw error;
  };

  add(subscription: Subscription): void {
    this.#tree.add(subscription.filter, subscription);
    for (const [topic, payload] of this.retained) {
      if (matches(subscription.filter, topic))
        this.#queue.push({ subscription, message: { topic, payload, retained: true } });
    }
    this.#drain();
  }

  remove(subscription: Subscription): void {
    subscription.ended = true;
    this.#tree.remove(subscription.filter, subscription);
  }

  publish(topic: string, payload: Uint8Array, retain: boolean): void {
    if (retain && payload.length === 0) this.retained.delete(topic);
    else if (retain) this.retained.set(topic, payload);
    const waiting = this.#tree.match(topic);
    if (waiting.length === 0) return;
    const message: Message = { topic, payload, retained: false };
    for (const subscription of waiting) this.#queue.push({ subscription, message });
    this.#drain();
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    const failed: { error: unknown; topic: string }[] = [];
    while (this.#queue.length > 0) {
      const deliveries = this.#queue;
      this.#queue = [];
      for (const { subscription, message } of deliveries) {
        if (subscription.ended) continue;
        try {
          subscription.handler(message);
        } catch (error) {
          failed.push({ error, topic: message.topic });
        }
      }
    }
    this.#draining = false;
    for (const { error, topic } of failed) this.onHandlerError(error, topic);
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
    this.#broker.publish(topic, typeof payload === "string" ? utf8.encode(payload) : payload, options.retain === true);
    return Promise.resolve();
  }

  subscribe(filter: string, handler: (message: Message) => void): Promise<() => Promise<void>> {
    const subscription: Subscription = { filter, handler, ended: false };
    this.#own.add(subscription);
    this.#broker.add(subscription);
    return Promise.resolve(() => {
      this.#broker.remove(subscription);
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
    for (const subscription of this.#own) this.#broker.remove(subscription);
    this.#own.clear();
    return Promise.resolve();
  }
}
