import type { Bus, Message, PublishOptions } from "#contract/bus.ts";
import { GreenroomError } from "#contract/errors.ts";
import { OURS, type RetainedStore } from "./retained-store.ts";
import type { LocalSubscriber, Router } from "./router.ts";

interface Parts {
  router: Router;
  retained: RetainedStore;
  isRunning: () => boolean;
  onStop: (listener: () => void) => () => void;
}

const encoder = new TextEncoder();

/** The embedded broker as parts of the same process see it: no socket, no copy; a retained message is published once it is durable. */
export class LocalBus implements Bus {
  readonly #parts: Parts;
  readonly #own = new Map<LocalSubscriber, string>();
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get connected(): boolean {
    return !this.#isClosed && this.#parts.isRunning();
  }

  async publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    if (!this.connected) throw linkDown();
    if (topic === "" || topic.includes("+") || topic.includes("#"))
      throw new GreenroomError("WRONG_TOPIC", `${topic} cannot be published to`);
    const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
    const { retained, router } = this.#parts;
    const durable = options.retain === true ? retained.put(topic, bytes, OURS) : undefined;
    // Handed on at once, so that messages keep their order; the promise is what says that it will be there after a restart.
    router.route({ topic, payload: bytes, qos: options.qos ?? 0 });
    await durable;
  }

  subscribe(filter: string, handler: (message: Message) => void): Promise<() => Promise<void>> {
    if (!this.connected) return Promise.reject(linkDown());
    const { retained, router } = this.#parts;
    const subscriber: LocalSubscriber = { handler, isGone: false, failures: 0 };
    // What is kept is read before anything new can come.
    const kept = [...retained.matching(filter)];
    router.addLocal(filter, subscriber);
    this.#own.set(subscriber, filter);
    for (const [topic, payload] of kept) router.deliver(subscriber, { topic, payload, retained: true });
    return Promise.resolve(() => {
      this.#own.delete(subscriber);
      router.removeLocal(filter, subscriber);
      return Promise.resolve();
    });
  }

  /** Kept messages are handed over within `subscribe`, or after the message whose handler subscribed. */
  settled(): Promise<void> {
    return Promise.resolve();
  }

  onLink(listener: (connected: boolean) => void): () => void {
    return this.#parts.onStop(() => {
      if (!this.#isClosed) listener(false);
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const [subscriber, filter] of this.#own) this.#parts.router.removeLocal(filter, subscriber);
    this.#own.clear();
    return Promise.resolve();
  }
}

const linkDown = (): GreenroomError => new GreenroomError("LINK_DOWN", "the broker has stopped");
