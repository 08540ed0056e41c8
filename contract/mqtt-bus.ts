import type { MqttClient } from "mqtt";
import type { Bus, Message, PublishOptions } from "./bus.ts";
import type { Cancel } from "./clock.ts";
import { GreenroomError, messageOf } from "./errors.ts";
import { MqttLink } from "./mqtt-link.ts";
import type { Credentials, MqttBusOptions } from "./mqtt-options.ts";
import { TopicTree } from "./topic-tree.ts";
import { seconds } from "./units.ts";

export type { MqttBusOptions } from "./mqtt-options.ts";

/** Messages of a persistent session that wait for their handler. */
const MOST_PARKED = 50_000;
/** How long an answer to our own marker may take before retained messages count as handed over. */
const MARKER_PATIENCE = seconds(5);

interface Subscription {
  filter: string;
  handler: (message: Message) => void;
  /** The broker was asked and may still be sending what it keeps: the topics it has had of it. */
  awaitsRetained: Set<string> | undefined;
  granted: PromiseWithResolvers<void>;
  failures: number;
}

/** A message to ourselves that the broker sends after everything it keeps for us. */
interface Marker {
  text: string;
  closes: readonly Subscription[];
  done: PromiseWithResolvers<void>;
  cancel: Cancel;
}

/** A bus whose key can be changed while it runs. */
export interface MqttClientBus extends Bus {
  /** Signs in anew with these, at once; what is not acknowledged then is rejected with LINK_DOWN. */
  signInWith(credentials: Credentials): void;
}

/**
 * The one MQTT client (3.1.1), for every broker. Resolves with the first link, or once the first try has failed; from then
 * on the link mends itself and subscriptions are made again with it. A broker's access list must let each client read and
 * write `greenroom/settled/{its client id}`, else `settled` takes five seconds.
 */
export async function startMqttBus(options: MqttBusOptions): Promise<MqttClientBus> {
  const bus = new MqttBus(options);
  await bus.tried;
  return bus;
}

class MqttBus implements MqttClientBus {
  readonly tried: Promise<void>;
  readonly #options: MqttBusOptions;
  readonly #link: MqttLink;
  readonly #markerTopic: string;
  readonly #subscriptions = new Set<Subscription>();
  readonly #tree = new TopicTree<Subscription>();
  #parked: { message: Message; handled: PromiseWithResolvers<unknown> }[] = [];
  /** Everything that the broker had for us has come. */
  #hasSettled = false;
  #marker: Marker | undefined;
  /** Their number and the time tell them from those of an earlier run that a session kept. */
  #markers = 0;
  #isMarkerSubscribed = false;
  /** Who waits for anything about the link to change. */
  #change = Promise.withResolvers<void>();

  constructor(options: MqttBusOptions) {
    this.#options = options;
    this.#link = new MqttLink(options, {
      onOpen: (client) => this.#opened(client),
      onMessage: (message) => this.#receive(message),
      onDrop: () => this.#dropped(),
    });
    this.tried = this.#link.tried.promise;
    this.#markerTopic = `greenroom/settled/${this.#link.clientId}`;
  }

  get connected(): boolean {
    return this.#link.isUp;
  }

  onLink(listener: (connected: boolean) => void): () => void {
    return this.#link.onLink(listener);
  }

  signInWith(credentials: Credentials): void {
    this.#link.signInWith(credentials);
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    return this.#link.publish(topic, payload, options);
  }

  /** While the link is down the subscription waits for it. */
  async subscribe(filter: string, handler: (message: Message) => void): Promise<() => Promise<void>> {
    if (this.#link.isClosed) throw this.#link.down();
    const granted = Promise.withResolvers<void>();
    const subscription: Subscription = { filter, handler, awaitsRetained: new Set(), granted, failures: 0 };
    this.#subscriptions.add(subscription);
    this.#tree.add(filter, subscription);
    this.#unpark();
    const { client } = this.#link;
    if (client !== undefined) void this.#ask(client, [subscription]);
    try {
      await granted.promise;
    } catch (error) {
      this.#forget(subscription);
      throw error;
    }
    return () => this.#unsubscribe(subscription);
  }

  async settled(): Promise<void> {
    while (!this.#link.isClosed && [...this.#subscriptions].some(awaitsRetained)) {
      this.#sendMarker();
      await (this.#marker?.done.promise ?? this.#change.promise);
    }
  }

  async close(): Promise<void> {
    await this.#link.close();
    for (const { granted } of this.#subscriptions) granted.reject(this.#link.down());
    this.#subscriptions.clear();
  }

  async #opened(client: MqttClient): Promise<void> {
    this.#isMarkerSubscribed = false;
    await this.#ask(client, [...this.#subscriptions]);
    this.#changed();
  }

  #dropped(): void {
    this.#hasSettled = false;
    // What is not acknowledged comes again.
    if (this.#options.acknowledgeWhenHandled === true) this.#parked = [];
    for (const subscription of this.#subscriptions) subscription.awaitsRetained = new Set();
    this.#marker?.cancel();
    this.#marker?.done.resolve();
    this.#marker = undefined;
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /** Asks for these subscriptions in one packet, each filter once; the broker answers with what it keeps. */
  async #ask(client: MqttClient, subscriptions: readonly Subscription[]): Promise<void> {
    if (subscriptions.length === 0) return;
    const refused = await refusedBy(client, [...new Set(subscriptions.map(({ filter }) => filter))]);
    if (refused === undefined) return; // The link broke: they are asked for again with the next one.
    for (const { filter, granted } of subscriptions) {
      if (!refused.has(filter)) granted.resolve();
      else granted.reject(new GreenroomError("NOT_ALLOWED", `the broker refuses a subscription to ${filter}`));
    }
    for (const filter of refused)
      this.#options.log.warn({ code: "NOT_ALLOWED", filter }, "the broker refuses a subscription");
    this.#sendMarker();
  }

  async #unsubscribe(subscription: Subscription): Promise<void> {
    if (!this.#subscriptions.has(subscription)) return;
    this.#forget(subscription);
    const isShared = [...this.#subscriptions].some(({ filter }) => filter === subscription.filter);
    if (!isShared) await this.#link.client?.unsubscribeAsync(subscription.filter).catch(() => {});
  }

  #forget(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    this.#tree.remove(subscription.filter, subscription);
  }

  /** What its handlers promise, where somebody waits for it. */
  #receive(arrived: Message): Promise<unknown> | undefined {
    if (arrived.topic === this.#markerTopic) {
      this.#closeMarker(new TextDecoder().decode(arrived.payload));
      return undefined;
    }
    const isQueued = this.#link.isResumed && !this.#hasSettled && !arrived.retained;
    const message = isQueued ? { ...arrived, queued: true } : arrived;
    const matching = this.#tree.match(message.topic);
    if (matching.length === 0) return this.#park(message);
    const handled: unknown[] = [];
    // What the broker keeps answers one subscription; an overlapping one that has had it does not get it again.
    const asked = message.retained ? matching.filter(awaitsRetained) : [];
    if (asked.length === 0) for (const subscription of matching) handled.push(this.#hand(subscription, message));
    for (const subscription of asked) {
      if (subscription.awaitsRetained?.has(message.topic) === true) continue;
      subscription.awaitsRetained?.add(message.topic);
      handled.push(this.#hand(subscription, message));
    }
    return this.#options.acknowledgeWhenHandled === true ? Promise.all(handled) : undefined;
  }

  #hand(subscription: Subscription, message: Message): unknown {
    if (!this.#subscriptions.has(subscription)) return undefined;
    try {
      return subscription.handler(message);
    } catch (error) {
      subscription.failures += 1;
      const { failures } = subscription;
      // A handler that fails at each message is told at its first, second, fourth, eighth …
      if ((failures & (failures - 1)) === 0)
        this.#options.log.error(
          { topic: message.topic, failures, why: messageOf(error) },
          "a handler of a message failed",
        );
      return undefined;
    }
  }

  /** A persistent session may deliver before its handlers are there. */
  #park(message: Message): Promise<unknown> | undefined {
    const { persistentSession, acknowledgeWhenHandled } = this.#options;
    if (persistentSession !== true || (acknowledgeWhenHandled === true && this.#hasSettled)) return undefined;
    const handled = Promise.withResolvers<unknown>();
    if (this.#parked.length === MOST_PARKED)
      this.#options.log.warn({ most: MOST_PARKED }, "too many messages wait for a handler; the rest is dropped");
    if (this.#parked.length <= MOST_PARKED) this.#parked.push({ message, handled });
    return handled.promise;
  }

  #unpark(): void {
    const waiting = this.#parked;
    this.#parked = [];
    for (const { message, handled } of waiting) handled.resolve(this.#receive(message));
  }

  /** All subscriptions are made: what still waits is of one that an earlier run had made. */
  #settle(): void {
    this.#hasSettled = true;
    if (this.#options.acknowledgeWhenHandled !== true) return;
    for (const { handled } of this.#parked.splice(0)) handled.resolve(undefined);
  }

  #sendMarker(): void {
    const { client } = this.#link;
    const closes = [...this.#subscriptions].filter(awaitsRetained);
    if (client === undefined || this.#marker !== undefined || closes.length === 0) return;
    const marker: Marker = {
      text: `${this.#options.clock.now()}-${(this.#markers += 1)}`,
      closes,
      done: Promise.withResolvers(),
      cancel: () => {},
    };
    this.#marker = marker;
    marker.cancel = this.#options.clock.after(MARKER_PATIENCE, () => {
      this.#options.log.warn(
        { topic: this.#markerTopic },
        "the broker does not return our marker: let this client read and write it",
      );
      this.#closeMarker(marker.text);
    });
    void this.#roundTrip(client, marker);
  }

  async #roundTrip(client: MqttClient, marker: Marker): Promise<void> {
    if (!this.#isMarkerSubscribed) {
      const refused = await refusedBy(client, [this.#markerTopic]);
      this.#isMarkerSubscribed = refused?.size === 0;
    }
    if (client === this.#link.client) client.publish(this.#markerTopic, marker.text, { qos: 1 }, () => {});
  }

  #closeMarker(text: string): void {
    const marker = this.#marker;
    if (marker === undefined || marker.text !== text) return;
    marker.cancel();
    this.#marker = undefined;
    for (const subscription of marker.closes) subscription.awaitsRetained = undefined;
    if (![...this.#subscriptions].some(awaitsRetained)) this.#settle();
    marker.done.resolve();
    this.#sendMarker();
  }
}

const awaitsRetained = (subscription: Subscription): boolean => subscription.awaitsRetained !== undefined;

/** The filters that the broker refuses; `undefined` when the link broke before it answered. */
async function refusedBy(client: MqttClient, filters: readonly string[]): Promise<Set<string> | undefined> {
  const codes = await new Promise<readonly number[] | undefined>((resolve) => {
    client.subscribe([...filters], { qos: 1 }, (error, granted) => {
      if (!error) resolve(granted?.map(({ qos }) => qos));
      // One refusal makes the library fail the whole packet; the broker's answer for each filter hangs on the error.
      else resolve((error as { packet?: { granted?: number[] } }).packet?.granted);
    });
  });
  return codes && new Set(filters.filter((_, i) => (codes[i] ?? 128) >= 128));
}
