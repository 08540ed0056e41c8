import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { acknowledge } from "./mqtt-numbers.ts";
import type { Message, PublishOptions } from "./bus.ts";
import type { Cancel, Clock } from "./clock.ts";
import { GreenroomError, messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import { asBuffer, clientOptions, type Credentials, type MqttBusOptions, troubleOf } from "./mqtt-options.ts";
import { RECONNECT, type Reconnect, waitBefore } from "./reconnect.ts";
import { between, type Instant, seconds } from "./units.ts";

export interface LinkHooks {
  /** A link is there: what must be done before it counts as up. */
  onOpen(client: MqttClient): Promise<void>;
  /** What it gives is waited for where messages are acknowledged when they are handled. */
  onMessage(message: Message): Promise<unknown> | undefined;
  onDrop(): void;
}

/** More unacknowledged messages than this are refused: a publisher waits for its promises instead of filling memory. */
const MOST_IN_FLIGHT = 20_000;
/** A link that held this long is a good one; the next loss starts again with short waits. */
const STEADY = seconds(10);
/** How long a link that is signed in to anew may take to say goodbye. */
const GOODBYE = seconds(2);
/** A broker that closes link after link soon after it was made most likely prefers another client of the same name. */
const CUT_SHORT_BY_A_RIVAL = 3;

/**
 * The link to a broker: tried again with jitter and a ceiling. Each link is a fresh client of the library, so that nothing
 * queues unseen between two links: what was not acknowledged when a link broke is rejected, and its owner decides.
 */
export class MqttLink {
  /** Resolves with the first link, or once the first try has failed. */
  readonly tried = Promise.withResolvers<void>();
  readonly clientId: string;
  readonly #address: string;
  readonly #reconnect: Reconnect;
  #client: IClientOptions;
  readonly #hooks: LinkHooks;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #acknowledgesHandled: boolean;
  /** The broker had kept a session of ours. */
  #isResumed = false;
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #inFlight = new Set<(error: GreenroomError) => void>();
  #current: MqttClient | undefined;
  #isUp = false;
  #isClosed = false;
  #attempts = 0;
  #upSince: Instant | undefined;
  #cancelRetry: Cancel = () => {};
  /** Why there is no link; the same reason is logged once. */
  #trouble: GreenroomError | undefined;

  constructor(options: MqttBusOptions, hooks: LinkHooks) {
    const client = clientOptions(options);
    this.clientId = client.clientId;
    this.#client = client;
    this.#address = options.url;
    this.#reconnect = options.reconnect ?? RECONNECT;
    this.#hooks = hooks;
    this.#log = options.log;
    this.#clock = options.clock;
    this.#acknowledgesHandled = options.acknowledgeWhenHandled === true;
    this.#open();
  }

  /** Up means: signed in, and subscribed again. */
  get isUp(): boolean {
    return this.#isUp;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isResumed(): boolean {
    return this.#isResumed;
  }

  /** The library's client, while it is signed in. */
  get client(): MqttClient | undefined {
    return this.#current?.connected === true ? this.#current : undefined;
  }

  onLink(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(topic: string, payload: string | Uint8Array, { qos = 0, retain = false }: PublishOptions): Promise<void> {
    const client = this.client;
    if (client === undefined || this.#isClosed) return Promise.reject(this.down());
    if (this.#inFlight.size >= MOST_IN_FLIGHT)
      return Promise.reject(
        new GreenroomError("TOO_FAST", `${MOST_IN_FLIGHT} messages wait for their acknowledgement`),
      );
    return new Promise((resolve, reject) => {
      this.#inFlight.add(reject);
      client.publish(topic, typeof payload === "string" ? payload : asBuffer(payload), { qos, retain }, (error) => {
        this.#inFlight.delete(reject);
        if (error) reject(new GreenroomError("LINK_DOWN", `not acknowledged: ${messageOf(error)}`, error));
        else resolve();
      });
    });
  }

  /** Signs in anew, at once. */
  signInWith(credentials: Credentials): void {
    const next = { ...this.#client };
    for (const name of ["password", "ca", "cert", "key"] as const) delete next[name];
    const given = Object.entries(credentials).filter(([, value]) => value !== undefined);
    this.#client = Object.assign(next, Object.fromEntries(given));
    if (this.#isClosed) return;
    this.#cancelRetry();
    const old = this.#current;
    this.#drop(new GreenroomError("LINK_DOWN", "the link is signed in to anew"));
    void this.#reopen(old);
  }

  /** The old link says goodbye first: nobody shall think that this party died, or is there twice. */
  async #reopen(old: MqttClient | undefined): Promise<void> {
    const patience = Promise.withResolvers<void>();
    const cancel = this.#clock.after(GOODBYE, () => patience.resolve());
    await Promise.race([old?.endAsync(!old.connected).catch(() => {}), patience.promise]);
    cancel();
    old?.end(true);
    if (!this.#isClosed && this.#current === undefined) this.#open();
  }

  /** The answer to whoever wants what needs a link. */
  down(): GreenroomError {
    if (this.#trouble?.code === "LINK_REFUSED") return this.#trouble;
    const text = this.#isClosed ? "the link was closed" : "there is no link to the broker";
    return new GreenroomError("LINK_DOWN", text, this.#trouble);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelRetry();
    const client = this.#current;
    const isSignedIn = client?.connected === true;
    this.#drop(new GreenroomError("LINK_DOWN", "the link was closed"));
    // A goodbye (DISCONNECT) keeps the broker from publishing the last will.
    if (client !== undefined) await client.endAsync(!isSignedIn).catch(() => {});
  }

  #open(): void {
    const client = connect({ ...this.#client, manualConnect: true });
    this.#current = client;
    let reason: unknown;
    // Before connecting: what a persistent session has kept comes in the same breath as the CONNACK.
    const held = this.#acknowledgesHandled ? holdAcknowledgements(client) : undefined;
    client.on("message", (topic, payload, packet) => {
      if (client !== this.#current) return;
      const handled = this.#hooks.onMessage({ topic, payload, retained: packet.retain });
      const messageId = held?.get(packet);
      if (messageId === undefined) return;
      void Promise.resolve(handled).then(
        () => client === this.client && acknowledge(client.stream, messageId),
        () => {}, // It comes again.
      );
    });
    client.on("error", (error) => (reason ??= error));
    client.once("connect", ({ sessionPresent }) => {
      if (client !== this.#current) return;
      this.#isResumed = sessionPresent;
      void this.#opened(client);
    });
    client.once("close", () => this.#lost(client, reason));
    cork(client);
    client.connect();
  }

  async #opened(client: MqttClient): Promise<void> {
    // The library never does this; a broker that holds acknowledgements would meet a delayed ACK of 40 ms otherwise.
    (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    this.#upSince = this.#clock.now();
    await this.#hooks.onOpen(client);
    if (client !== this.client) return;
    const after = this.#trouble?.code;
    this.#log.info(
      { broker: this.#address, after },
      after === undefined ? "linked to the broker" : "the link to the broker is back",
    );
    this.#trouble = undefined;
    this.#setUp(true);
    this.tried.resolve();
  }

  #lost(client: MqttClient, reason: unknown): void {
    if (client !== this.#current || this.#isClosed) return;
    const held = this.#upSince === undefined ? undefined : between(this.#upSince, this.#clock.now());
    const isCutShort = reason === undefined && held !== undefined && held < STEADY;
    const trouble =
      isCutShort && this.#attempts >= CUT_SHORT_BY_A_RIVAL
        ? new GreenroomError("LINK_DOWN", `the broker closes the link again and again: is ${this.clientId} used twice?`)
        : troubleOf(reason, held !== undefined);
    if (trouble.code !== this.#trouble?.code || trouble.message !== this.#trouble.message)
      this.#log.warn({ code: trouble.code, broker: this.#address, why: trouble.message }, "no link to the broker");
    this.#trouble = trouble;
    this.#attempts = held !== undefined && held >= STEADY ? 1 : this.#attempts + 1;
    this.#drop(trouble);
    client.end(true);
    this.tried.resolve();
    const isRefused = trouble.code === "LINK_REFUSED";
    const wait = waitBefore({ failures: this.#attempts, isRefused, share: Math.random() }, this.#reconnect);
    this.#cancelRetry = this.#clock.after(wait, () => {
      if (!this.#isClosed) this.#open();
    });
  }

  /** Everything that hangs on the link that is gone is told so. */
  #drop(reason: GreenroomError): void {
    this.#current = undefined;
    this.#upSince = undefined;
    for (const reject of this.#inFlight) reject(reason);
    this.#inFlight.clear();
    this.#hooks.onDrop();
    this.#setUp(false);
  }

  #setUp(isUp: boolean): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    for (const listener of this.#listeners) {
      try {
        listener(isUp);
      } catch (error) {
        this.#log.error({ why: messageOf(error) }, "a listener of the link failed");
      }
    }
  }
}

/**
 * The library acknowledges what it has handed over, and hands over nothing else meanwhile. So messages of QoS 1 reach it as QoS 0:
 * their numbers, by packet, are for whoever acknowledges them.
 */
function holdAcknowledgements(client: MqttClient): WeakMap<object, number> {
  const held = new WeakMap<object, number>();
  client.on("packetreceive", (packet) => {
    if (packet.cmd !== "publish" || packet.qos !== 1 || packet.messageId === undefined) return;
    held.set(packet, packet.messageId);
    packet.qos = 0;
  });
  return held;
}

/** Joins the acknowledgements of one read into one write: 1.7 times the messages per second of a busy subscriber. */
function cork(client: MqttClient): void {
  let isCorked = false;
  client.on("packetreceive", () => {
    if (isCorked) return;
    isCorked = true;
    const { stream } = client;
    stream.cork();
    setImmediate(() => {
      isCorked = false;
      stream.uncork();
    });
  });
}
