import type { Message } from "#contract/bus.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { TopicTree } from "#contract/topic-tree.ts";

/** What Aedes delivers to a network client: it copies the packet, then calls back when the socket has taken it. */
export interface OutPacket {
  cmd: "publish";
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  retain: boolean;
  dup: boolean;
  /** By both of these Aedes sees that overlapping filters of one client brought it the same message. */
  brokerId: string;
  brokerCounter: number;
}
export type Deliver = (packet: OutPacket, done: () => void) => void;

/** A subscriber in this process. */
export interface LocalSubscriber {
  handler: (message: Message) => void;
  isGone: boolean;
  failures: number;
}
type Listener = { local: LocalSubscriber } | { remote: Deliver };

export interface Routed {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
}

/**
 * Who gets which message. It never waits for anybody: a subscriber that does not read costs the others nothing, and is
 * dropped by its own limits. Subscribers in this process are called at once, in order, without a copy.
 */
export class Router {
  readonly #tree = new TopicTree<Listener>();
  readonly #remotes = new Map<Deliver, Listener>();
  readonly #locals = new Map<LocalSubscriber, Listener>();
  readonly #log: Log;
  readonly #stamp: () => { brokerId: string; brokerCounter: number };
  /** What handlers publish is delivered after what they are handling. */
  #queue: { to: LocalSubscriber; message: Message }[] = [];
  #isDelivering = false;
  delivered = 0;

  constructor(log: Log, stamp: () => { brokerId: string; brokerCounter: number }) {
    this.#log = log;
    this.#stamp = stamp;
  }

  addLocal(filter: string, subscriber: LocalSubscriber): void {
    const listener = { local: subscriber };
    this.#locals.set(subscriber, listener);
    this.#tree.add(filter, listener);
  }

  removeLocal(filter: string, subscriber: LocalSubscriber): void {
    subscriber.isGone = true;
    const listener = this.#locals.get(subscriber);
    if (listener === undefined) return;
    this.#locals.delete(subscriber);
    this.#tree.remove(filter, listener);
  }

  addRemote(filter: string, deliver: Deliver): void {
    const listener = { remote: deliver };
    this.#remotes.set(deliver, listener);
    this.#tree.add(filter, listener);
  }

  removeRemote(filter: string, deliver: Deliver): void {
    const listener = this.#remotes.get(deliver);
    if (listener === undefined) return;
    this.#remotes.delete(deliver);
    this.#tree.remove(filter, listener);
  }

  route({ topic, payload, qos }: Routed): void {
    const listeners = this.#tree.match(topic);
    if (listeners.length === 0) return;
    const message: Message = { topic, payload, retained: false };
    let packet: OutPacket | undefined;
    for (const listener of listeners) {
      if ("local" in listener) this.deliver(listener.local, message);
      else {
        this.delivered += 1;
        listener.remote((packet ??= this.#packet(topic, payload, qos)), done);
      }
    }
  }

  deliver(to: LocalSubscriber, message: Message): void {
    if (this.#isDelivering) {
      this.#queue.push({ to, message });
      return;
    }
    this.#isDelivering = true;
    this.#hand(to, message);
    // The queue grows while it is worked off.
    for (let i = 0; i < this.#queue.length; i++) {
      const next = this.#queue[i];
      if (next !== undefined) this.#hand(next.to, next.message);
    }
    this.#queue = [];
    this.#isDelivering = false;
  }

  #hand(to: LocalSubscriber, message: Message): void {
    if (to.isGone) return;
    this.delivered += 1;
    try {
      to.handler(message);
    } catch (error) {
      to.failures += 1;
      const { failures } = to;
      // A handler that fails at each message is told at its first, second, fourth, eighth …
      if ((failures & (failures - 1)) === 0)
        this.#log.error({ topic: message.topic, failures, why: messageOf(error) }, "a handler of a message failed");
    }
  }

  #packet(topic: string, payload: Uint8Array, qos: 0 | 1 | 2): OutPacket {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    return { cmd: "publish", topic, payload: bytes, qos, retain: false, dup: false, ...this.#stamp() };
  }
}

const done = (): void => {};
