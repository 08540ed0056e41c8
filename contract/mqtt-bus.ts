import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { Bus, Message, PublishOptions } from "./bus.ts";
import { type Cancel, type Clock, sleep } from "./clock.ts";
import { GreenroomError, messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import { TopicTree } from "./topic-tree.ts";
import { type Instant, type Millis, millis, seconds } from "./units.ts";

export interface MqttBusOptions {
  /** `mqtt://host:port` or `mqtts://host:port`; never with a user or a password in it. */
  url: string;
  username?: string;
  password?: string;
  clientId?: string;
  /** PEM; for `mqtts://` with a certificate authority of one's own, and for sign-in by client certificate. */
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  /** What the broker publishes when this party is gone without a goodbye. */
  will?: { topic: string; payload: string | Uint8Array; qos: 0 | 1; retain: boolean };
  /**
   * The broker keeps subscriptions and queues QoS 1 messages while this party is away (needs a fixed `clientId`). What
   * arrives before its handler is subscribed waits for it. Not for the embedded broker, which keeps no sessions.
   */
  persistentSession?: boolean;
  keepalive?: Millis;
  reconnect?: { first: Millis; ceiling: Millis };
  log: Log;
  clock: Clock;
}

/** More unacknowledged messages than this are refused: a publisher waits for its promises instead of filling memory. */
const MOST_IN_FLIGHT = 20_000;
/** Messages of a persistent session that wait for their handler. */
const MOST_PARKED = 50_000;
const RECONNECT = { first: millis(250), ceiling: seconds(30) };
/** A sign-in that was refused is tried again this often: a key can be put right on the other side. */
const REFUSED_RETRY = seconds(60);
/** A link that held this long is a good one; the next loss starts again with short waits. */
const STEADY = seconds(10);
/** How long an answer to our own marker may take before retained messages count as handed over. */
const MARKER_PATIENCE = seconds(5);
const CLIENT_ID = /^[\w.-]{1,64}$/;

interface Subscription {
  filter: string;
  handler: (message: Message) => void;
  /** The broker was asked and may still be sending what it keeps: the topics it has had of it. */
  awaitsRetained: Set<string> | undefined;
  granted: PromiseWithResolvers<void>;
}

interface Marker {
  text: string;
  closes: readonly Subscription[];
  done: PromiseWithResolvers<void>;
}

/**
 * The one MQTT client (3.1.1). Resolves with the first link, or once the first try has failed; the link is tried again with
 * jitter and a ceiling, and subscriptions are made again with each link. Each link is a fresh client of the library, so that
 * nothing queues unseen between two links: what was not acknowledged when a link broke is rejected with LINK_DOWN, and its
 * owner decides.
 */
export async function startMqttBus(options: MqttBusOptions): Promise<Bus> {
  const bus = new MqttBus(options);
  await bus.tried.promise;
  return bus;
}

class MqttBus implements Bus {
  readonly tried = Promise.withResolvers<void>();
  readonly #options: MqttBusOptions;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #client: IClientOptions;
  readonly #markerTopic: string;
  readonly #subscriptions = new Set<Subscription>();
  readonly #tree = new TopicTree<Subscription>();
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #inFlight = new Set<(error: GreenroomError) => void>();
  #parked: Message[] = [];
  #link: MqttClient | undefined;
  #isUp = false;
  #isClosed = false;
  #attempts = 0;
  #upSince: Instant | undefined;
  #cancelRetry: Cancel = () => {};
  /** Why there is no link; the same reason is logged once. */
  #trouble: GreenroomError | undefined;
  #marker: Marker | undefined;
  #isMarkerSubscribed = false;

  constructor(options: MqttBusOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#clock = options.clock;
    const clientId = options.clientId ?? `greenroom-${randomBytes(8).toString("hex")}`;
    if (!CLIENT_ID.test(clientId))
      throw new GreenroomError("CONFIG_INVALID", "an MQTT client id is 1 to 64 of A-Z a-z 0-9 . _ -");
    this.#client = clientOptions(options, clientId);
    this.#markerTopic = `greenroom/settled/${clientId}`;
    this.#open();
  }

  get connected(): boolean {
    return this.#isUp;
  }

  onLink(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    const link = this.#link;
    if (link === undefined || !link.connected || this.#isClosed) return Promise.reject(this.#linkDown());
    if (this.#inFlight.size >= MOST_IN_FLIGHT)
      return Promise.reject(
        new GreenroomError("TOO_FAST", `${MOST_IN_FLIGHT} messages wait for their acknowledgement`),
      );
    return new Promise((resolve, reject) => {
      this.#inFlight.add(reject);
      const bytes = typeof payload === "string" ? payload : asBuffer(payload);
      link.publish(topic, bytes, { qos: options.qos ?? 0, retain: options.retain ?? false }, (error) => {
        this.#inFlight.delete(reject);
        if (error) reject(new GreenroomError("LINK_DOWN", `not acknowledged: ${messageOf(error)}`, error));
        else resolve();
      });
    });
  }

  /** While the link is down the subscription waits for it. */
  async subscribe(filter: string, handler: (message: Message) => void): Promise<() => Promise<void>> {
    if (this.#isClosed) throw this.#linkDown();
    const granted = Promise.withResolvers<void>();
    const subscription: Subscription = { filter, handler, awaitsRetained: new Set(), granted };
    this.#subscriptions.add(subscription);
    this.#tree.add(filter, subscription);
    this.#unpark();
    if (this.#link?.connected === true) void this.#ask(this.#link, [subscription]);
    try {
      await granted.promise;
    } catch (error) {
      this.#forget(subscription);
      throw error;
    }
    return () => this.#unsubscribe(subscription);
  }

  async settled(): Promise<void> {
    while (!this.#isClosed && [...this.#subscriptions].some(awaitsRetained)) {
      if (this.#link?.connected === true && this.#marker === undefined) this.#sendMarker();
      if (this.#marker !== undefined) await this.#marker.done.promise;
      else await this.#nextLink();
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelRetry();
    const link = this.#link;
    const wasUp = link?.connected === true;
    this.#drop(new GreenroomError("LINK_DOWN", "the link was closed"));
    for (const { granted } of this.#subscriptions) granted.reject(this.#linkDown());
    this.#subscriptions.clear();
    // A goodbye (DISCONNECT) keeps the broker from publishing the last will.
    if (link !== undefined) await link.endAsync(!wasUp).catch(() => {});
  }

  // --- the link

  #open(): void {
    const link = connect({ ...this.#client, manualConnect: true });
    this.#link = link;
    this.#isMarkerSubscribed = false;
    let lost: unknown;
    link.on("message", (topic, payload, packet) => {
      if (link === this.#link) this.#receive({ topic, payload, retained: packet.retain });
    });
    link.on("error", (error) => (lost ??= error));
    link.once("connect", () => {
      if (link === this.#link) void this.#opened(link);
    });
    link.once("close", () => {
      if (link !== this.#link || this.#isClosed) return;
      this.#lost(link, lost);
    });
    corked(link);
    link.connect();
  }

  async #opened(link: MqttClient): Promise<void> {
    // The library never does this; a broker that holds acknowledgements would meet a delayed ACK of 40 ms otherwise.
    (link.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    this.#upSince = this.#clock.now();
    await this.#ask(link, [...this.#subscriptions]);
    if (link !== this.#link || !link.connected) return;
    if (this.#trouble === undefined) this.#log.info({ broker: this.#options.url }, "linked to the broker");
    else this.#log.info({ broker: this.#options.url, after: this.#trouble.code }, "the link to the broker is back");
    this.#trouble = undefined;
    this.#setUp(true);
    this.tried.resolve();
  }

  #lost(link: MqttClient, reason: unknown): void {
    if (link !== this.#link || this.#isClosed) return;
    const held = this.#upSince === undefined ? millis(0) : millis(this.#clock.now() - this.#upSince);
    this.#upSince = undefined;
    const trouble = troubleOf(reason, held > 0);
    if (trouble.code !== this.#trouble?.code || trouble.message !== this.#trouble.message)
      this.#log.warn({ code: trouble.code, broker: this.#options.url, why: trouble.message }, "no link to the broker");
    this.#trouble = trouble;
    this.#attempts = held >= STEADY ? 1 : this.#attempts + 1;
    this.#drop(trouble);
    link.end(true);
    this.tried.resolve();
    this.#cancelRetry = this.#clock.after(this.#wait(trouble), () => {
      if (!this.#isClosed) this.#open();
    });
  }

  /** Everything that hangs on the link that is gone is told so. */
  #drop(reason: GreenroomError): void {
    this.#link = undefined;
    for (const reject of this.#inFlight) reject(reason);
    this.#inFlight.clear();
    for (const subscription of this.#subscriptions) subscription.awaitsRetained = new Set();
    const marker = this.#marker;
    this.#marker = undefined;
    marker?.done.resolve();
    this.#setUp(false);
  }

  #wait(trouble: GreenroomError): Millis {
    const { first, ceiling } = this.#options.reconnect ?? RECONNECT;
    const longest = trouble.code === "LINK_REFUSED" ? Math.max(ceiling, REFUSED_RETRY) : ceiling;
    const wait = trouble.code === "LINK_REFUSED" ? longest : Math.min(longest, first * 2 ** (this.#attempts - 1));
    return millis(wait * (0.5 + Math.random() / 2));
  }

  #setUp(isUp: boolean): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    for (const listener of this.#listeners) listener(isUp);
  }

  #nextLink(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.onLink(() => {
        stop();
        resolve();
      });
    });
  }

  #linkDown(): GreenroomError {
    if (this.#trouble?.code === "LINK_REFUSED") return this.#trouble;
    return new GreenroomError(
      "LINK_DOWN",
      this.#isClosed ? "the link was closed" : "no link to the broker",
      this.#trouble,
    );
  }

  // --- subscriptions

  /** Asks for these subscriptions in one packet, each filter once; the broker answers with what it keeps. */
  async #ask(link: MqttClient, subscriptions: readonly Subscription[]): Promise<void> {
    if (subscriptions.length === 0) return;
    const filters = [...new Set(subscriptions.map((subscription) => subscription.filter))];
    const refused = await refusedBy(link, filters);
    if (refused === undefined) return; // The link broke: they are asked for again with the next one.
    for (const subscription of subscriptions) {
      if (!refused.has(subscription.filter)) subscription.granted.resolve();
      else subscription.granted.reject(new GreenroomError("NOT_ALLOWED", `the broker refuses ${subscription.filter}`));
    }
    if (this.#marker === undefined) this.#sendMarker();
  }

  async #unsubscribe(subscription: Subscription): Promise<void> {
    if (!this.#subscriptions.has(subscription)) return;
    this.#forget(subscription);
    const isLast = ![...this.#subscriptions].some((other) => other.filter === subscription.filter);
    if (isLast && this.#link?.connected === true)
      await this.#link.unsubscribeAsync(subscription.filter).catch(() => {});
  }

  #forget(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    this.#tree.remove(subscription.filter, subscription);
  }

  // --- messages

  #receive(message: Message): void {
    if (message.topic === this.#markerTopic) return this.#closeMarker(new TextDecoder().decode(message.payload));
    const matching = this.#tree.match(message.topic);
    if (matching.length === 0) return this.#park(message);
    // What the broker keeps answers one subscription; an overlapping one that has had it does not get it again.
    const asked = message.retained ? matching.filter(awaitsRetained) : [];
    if (asked.length === 0) for (const subscription of matching) this.#hand(subscription, message);
    for (const subscription of asked) {
      if (subscription.awaitsRetained?.has(message.topic) === true) continue;
      subscription.awaitsRetained?.add(message.topic);
      this.#hand(subscription, message);
    }
  }

  #hand(subscription: Subscription, message: Message): void {
    if (!this.#subscriptions.has(subscription)) return;
    try {
      subscription.handler(message);
    } catch (error) {
      this.#log.error({ topic: message.topic, why: messageOf(error) }, "a handler of a message failed");
    }
  }

  /** A persistent session may deliver before its handlers are there. */
  #park(message: Message): void {
    if (this.#options.persistentSession !== true) return;
    if (this.#parked.length >= MOST_PARKED) {
      this.#parked.shift();
      this.#log.warn({ topic: message.topic }, "too many messages wait for a handler; the oldest is dropped");
    }
    this.#parked.push(message);
  }

  #unpark(): void {
    const waiting = this.#parked;
    this.#parked = [];
    for (const message of waiting) this.#receive(message);
  }

  // --- the marker: a message to ourselves that the broker sends after everything it kept for us

  #sendMarker(): void {
    const link = this.#link;
    if (link === undefined || !link.connected) return;
    const closes = [...this.#subscriptions].filter(awaitsRetained);
    const marker: Marker = { text: randomBytes(8).toString("hex"), closes, done: Promise.withResolvers() };
    this.#marker = marker;
    void this.#roundTrip(link, marker);
  }

  async #roundTrip(link: MqttClient, marker: Marker): Promise<void> {
    try {
      if (!this.#isMarkerSubscribed) {
        const refused = await refusedBy(link, [this.#markerTopic]);
        this.#isMarkerSubscribed = refused?.size === 0;
      }
      if (link !== this.#link) return;
      link.publish(this.#markerTopic, marker.text, { qos: 1 }, () => {});
    } catch {
      return; // The link broke; #drop has resolved the marker.
    }
    await Promise.race([marker.done.promise, sleep(this.#clock, MARKER_PATIENCE)]);
    if (this.#marker !== marker) return;
    this.#log.warn(
      { topic: this.#markerTopic },
      "the broker did not return our marker: allow this topic to read and write",
    );
    this.#closeMarker(marker.text);
  }

  #closeMarker(text: string): void {
    const marker = this.#marker;
    if (marker === undefined || marker.text !== text) return;
    for (const subscription of marker.closes) subscription.awaitsRetained = undefined;
    this.#marker = undefined;
    marker.done.resolve();
    if ([...this.#subscriptions].some(awaitsRetained)) this.#sendMarker();
  }
}

const awaitsRetained = (subscription: Subscription): boolean => subscription.awaitsRetained !== undefined;

/** The filters that the broker refuses; `undefined` when the link broke before it answered. */
async function refusedBy(link: MqttClient, filters: readonly string[]): Promise<Set<string> | undefined> {
  const codes = await new Promise<readonly number[] | undefined>((resolve) => {
    link.subscribe([...filters], { qos: 1 }, (error, granted) => {
      if (!error) resolve(granted?.map(({ qos }) => qos));
      // One refusal makes the library fail the whole packet; the broker's answer for each filter hangs on the error.
      else resolve((error as { packet?: { granted?: number[] } }).packet?.granted);
    });
  });
  return codes && new Set(filters.filter((_, i) => (codes[i] ?? 128) >= 128));
}

function clientOptions(options: MqttBusOptions, clientId: string): IClientOptions {
  const url = new URL(options.url);
  const isTls = url.protocol === "mqtts:";
  if (!isTls && url.protocol !== "mqtt:")
    throw new GreenroomError("CONFIG_INVALID", "a broker's address begins with mqtt:// or mqtts://");
  if (url.username !== "" || url.password !== "")
    throw new GreenroomError("CONFIG_INVALID", "a broker's address carries no user and no password: give them apart");
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  const { username, password, ca, cert, key, will } = options;
  return {
    protocol: isTls ? "mqtts" : "mqtt",
    host,
    port: url.port === "" ? (isTls ? 8883 : 1883) : Number(url.port),
    ...(isTls && isIP(host) === 0 ? { servername: host } : {}),
    protocolVersion: 4,
    clientId,
    clean: options.persistentSession !== true,
    keepalive: Math.max(1, Math.round((options.keepalive ?? seconds(20)) / 1000)),
    connectTimeout: 10_000,
    reconnectPeriod: 0,
    resubscribe: false,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(will === undefined ? {} : { will: { ...will, payload: asBuffer(will.payload) } }),
  };
}

const asBuffer = (bytes: string | Uint8Array): Buffer =>
  typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** CONNACK codes by which a broker says no to who we are, rather than to the moment. */
const REFUSALS: readonly unknown[] = [2, 4, 5];

function troubleOf(reason: unknown, wasLinked: boolean): GreenroomError {
  const code = typeof reason === "object" && reason !== null && "code" in reason ? reason.code : undefined;
  if (REFUSALS.includes(code)) return new GreenroomError("LINK_REFUSED", messageOf(reason), reason);
  if (reason === undefined)
    return new GreenroomError(
      "LINK_DOWN",
      wasLinked ? "the broker closed the link" : "the broker closed the link at once",
    );
  // A host with two addresses fails with an empty message of several errors.
  const text = messageOf(reason) || String(code);
  return new GreenroomError("LINK_DOWN", text, reason);
}

/** Joins the acknowledgements of one read into one write: 1.7 times the messages per second of a busy subscriber. */
function corked(link: MqttClient): void {
  let isCorked = false;
  link.on("packetreceive", () => {
    if (isCorked) return;
    isCorked = true;
    const { stream } = link;
    stream.cork();
    setImmediate(() => {
      isCorked = false;
      stream.uncork();
    });
  });
}
