import type { Socket } from "node:net";
import { join } from "node:path";
import type { AuthenticateError, Client, PublishPacket, Subscription } from "aedes";
import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { between } from "#contract/units.ts";
import { type Access, agentAccess } from "./access.ts";
import { Admission, REFUSED_COST } from "./admission.ts";
import type { Intake } from "./intake.ts";
import { type BrokerLimits, brokerLimits } from "./limits.ts";
import { type ClientCertificate, Crowd, type Listener, type ServerTls, startListener } from "./listener.ts";
import { LocalBus } from "./local-bus.ts";
import { capPackets } from "./packet-cap.ts";
import { createProtocol, type Protocol } from "./protocol.ts";
import { Refusals } from "./refusals.ts";
import { openRetainedStore, type RetainedStore } from "./retained-store.ts";
import { Router } from "./router.ts";
import { Session } from "./session.ts";
import { type Authenticate, SignIn } from "./sign-in.ts";
import { Wills } from "./wills.ts";

export interface EmbeddedBrokerOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Retained messages live in its `retained.db`. */
  dataDir: string;
  clock: Clock;
  log: Log;
  authenticate: Authenticate;
  intake: Intake;
  limits?: Partial<BrokerLimits>;
  /** With it the port speaks TLS only. */
  tls?: ServerTls;
  /** A second port, which speaks TLS only. */
  secure?: { host: string; port: number; tls: ServerTls };
  /** Other rules than `agentAccess`: for tests. */
  access?: Access;
}

interface BrokerStats extends Readonly<Record<string, number>> {
  connections: number;
  messages_in: number;
  bytes_in: number;
  messages_out: number;
  /** Times that a client went over its rate and was read more slowly. */
  slowed: number;
  retained_topics: number;
  retained_bytes: number;
  refused: number;
}

export interface EmbeddedBroker {
  readonly port: number;
  /** Of the second listener, if there is one. */
  readonly securePort: number | undefined;
  /** The certificate that the second listener shows from now on. */
  useCertificate(tls: ServerTls): void;
  /** A bus of this process, without a socket; each call gives one of its own. */
  bus(): Bus;
  /** With `refused_{code}` for each code that was met. */
  stats(): BrokerStats;
  /** Ends every connection of an agent, whose key was taken back. */
  disconnect(agent: string): void;
  stop(): Promise<void>;
}

/** The broker of the all-in-one process. Rejects with PORT_IN_USE, or STORE_CORRUPT when its file is damaged. */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const limits = { ...brokerLimits, ...options.limits };
  const { clock, log } = options;
  const retained = await openRetainedStore({ file: join(options.dataDir, "retained.db"), clock, log, limits });
  try {
    const broker = new Broker(options, limits, retained);
    await broker.start();
    return broker;
  } catch (error) {
    await retained.close();
    throw error;
  }
}

/** At once, whether or not the client reads: what it is owed is not waited for. */
function end(client: Client): void {
  client.close();
  client.conn.destroy();
}

class Broker implements EmbeddedBroker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #limits: BrokerLimits;
  readonly #access: Access;
  readonly #retained: RetainedStore;
  readonly #refusals: Refusals;
  readonly #router: Router;
  readonly #admission: Admission;
  readonly #signIn: SignIn;
  readonly #wills: Wills;
  readonly #aedes: Protocol;
  readonly #sessions = new WeakMap<Client, Session>();
  /** By the identity that `SignIn` gave. */
  readonly #live = new Map<string, Session>();
  readonly #addresses = new WeakMap<object, string>();
  readonly #certificates = new WeakMap<object, ClientCertificate>();
  /** When a key was ended, so that a sign-in that was under way then does not outlive it. */
  readonly #ended = new Map<string, number>();
  #endings = 0;
  readonly #stopListeners = new Set<() => void>();
  #listener: Listener | undefined;
  #secureListener: Listener | undefined;
  #isRunning = false;
  #slowed = 0;
  #cancelWills = (): void => {};

  constructor(options: EmbeddedBrokerOptions, limits: BrokerLimits, retained: RetainedStore) {
    const { clock, log, intake } = options;
    this.#options = options;
    this.#limits = limits;
    this.#access = options.access ?? agentAccess;
    this.#retained = retained;
    this.#refusals = new Refusals((refusal) => intake.refused(refusal), clock, log);
    this.#router = new Router(log, () => ({ brokerId: this.#aedes.id, brokerCounter: ++this.#aedes.counter }));
    this.#admission = new Admission({ intake, retained, router: this.#router, refusals: this.#refusals });
    const isLive = (identity: string): boolean => this.#live.has(identity);
    this.#signIn = new SignIn({
      authenticate: options.authenticate,
      clock,
      log,
      refusals: this.#refusals,
      certificateOf: (client) => this.#certificates.get(client.conn),
      isLive,
    });
    this.#wills = new Wills({
      retained,
      router: this.#router,
      intake,
      log,
      sessionOf: (client) => this.#sessions.get(client),
      isLive,
    });
    this.#aedes = this.#protocol();
  }

  get port(): number {
    return this.#listener?.port ?? this.#options.port;
  }

  get securePort(): number | undefined {
    return this.#secureListener?.port;
  }

  useCertificate(tls: ServerTls): void {
    this.#secureListener?.useCertificate(tls);
  }

  bus(): Bus {
    return new LocalBus({
      router: this.#router,
      retained: this.#retained,
      isRunning: () => this.#isRunning,
      onStop: (listener) => {
        this.#stopListeners.add(listener);
        return () => this.#stopListeners.delete(listener);
      },
    });
  }

  stats(): BrokerStats {
    const refused: Record<string, number> = {};
    for (const [code, count] of this.#refusals.counts) refused[`refused_${code.toLowerCase()}`] = count;
    return {
      connections: this.#live.size,
      messages_in: this.#admission.messages,
      bytes_in: this.#admission.bytes,
      messages_out: this.#router.delivered,
      slowed: this.#slowed,
      retained_topics: this.#retained.count,
      retained_bytes: this.#retained.bytes,
      refused: [...this.#refusals.counts.values()].reduce((sum, count) => sum + count, 0),
      ...refused,
    };
  }

  disconnect(agent: string): void {
    this.#ended.set(agent, ++this.#endings);
    for (const session of this.#live.values()) if (session.party.agent === agent) end(session.client);
  }

  async start(): Promise<void> {
    await this.#aedes.listen();
    this.#isRunning = true;
    try {
      const { host, port, tls, secure, clock } = this.#options;
      const crowd = new Crowd(this.#limits, clock);
      this.#listener = await this.#listenAt({ host, port, tls }, crowd);
      if (secure !== undefined) this.#secureListener = await this.#listenAt(secure, crowd);
    } catch (error) {
      this.#isRunning = false;
      this.#listener?.close();
      await this.#closeProtocol();
      throw error;
    }
    this.#cancelWills = this.#options.clock.after(this.#limits.returnWithin, () => this.#wills.publishOrphaned());
    const { host } = this.#options;
    const { port, securePort } = this;
    this.#options.log.info({ host, port, securePort, retained: this.#retained.count }, "the broker listens");
  }

  #listenAt(at: { host: string; port: number; tls: ServerTls | undefined }, crowd: Crowd): Promise<Listener> {
    return startListener({
      host: at.host,
      port: at.port,
      tls: at.tls,
      limits: this.#limits,
      crowd,
      onSocket: (socket, address, certificate) => this.#connected(socket, address, certificate),
      onCrowded: (address, why) => this.#refusals.signIn(undefined, "TOO_FAST", `${why} (${address})`),
    });
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#cancelWills();
    const listeners = [this.#listener, this.#secureListener];
    for (const listener of listeners) listener?.close();
    await this.#closeProtocol();
    for (const listener of listeners) listener?.cut();
    for (const listener of this.#stopListeners) listener();
    await this.#retained.close();
  }

  #closeProtocol(): Promise<void> {
    return new Promise((resolve) => this.#aedes.close(resolve));
  }

  #connected(socket: Socket, address: string, certificate: ClientCertificate | undefined): void {
    this.#addresses.set(socket, address);
    if (certificate !== undefined) this.#certificates.set(socket, certificate);
    const client = this.#aedes.handle(socket);
    capPackets(client, this.#limits.packetBytes, (topic, length) => {
      const agent = this.#sessions.get(client)?.party.agent;
      const why = `a packet of ${length} bytes from ${address}; the most is ${this.#limits.packetBytes}`;
      if (topic === undefined) this.#refusals.signIn(agent, "TOO_LARGE", why);
      else
        this.#refusals.add({
          topic,
          payload: new Uint8Array(),
          ...(agent === undefined ? {} : { agent }),
          code: "TOO_LARGE",
          why,
        });
    });
  }

  #protocol(): Protocol {
    const protocol = createProtocol({
      limits: this.#limits,
      router: this.#router,
      wills: {
        put: (client, will) => this.#wills.keep(client, will),
        // When the broker stops, its clients have not died: their wills stay until they are back, or are not.
        remove: (client) => {
          if (this.#isRunning) this.#wills.remove(client);
        },
      },
      name: (client, packet) => this.#signIn.name(client, packet),
      signIn: (client, username, password) => this.#authenticate(client, username, password),
      publish: (client, packet, done) => this.#publish(client, packet, done),
      maySubscribe: (client, filter) => this.#maySubscribe(client, filter),
      mayForward: (client, topic) => this.#mayForward(client, topic),
    });
    this.#listen(protocol);
    return protocol;
  }

  #listen(aedes: Protocol): void {
    const { log } = this.#options;
    aedes.on("client", (client) => {
      const session = this.#sessions.get(client);
      if (session === undefined) return;
      this.#live.set(client.id, session);
      if ((this.#ended.get(session.party.agent) ?? 0) > session.signedInAfter) end(client);
    });
    aedes.on("clientDisconnect", (client) => {
      const session = this.#sessions.get(client);
      session?.lane.close();
      session?.cancelEnd();
      if (this.#live.get(client.id) === session) this.#live.delete(client.id);
    });
    aedes.on("clientError", (client, error) =>
      log.debug({ client: client.id, why: messageOf(error) }, "a client's link ended"),
    );
    aedes.on("connectionError", (_, error) =>
      log.debug({ why: messageOf(error) }, "a connection ended before its sign-in"),
    );
    aedes.on("subscribe", (subscriptions, client) => this.#sendRetained(client, subscriptions));
    (aedes as NodeJS.EventEmitter).on("error", (error: Error) =>
      log.error({ why: error.message }, "the broker met an error"),
    );
  }

  async #authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<AuthenticateError | undefined> {
    const address = this.#addresses.get(client.conn) ?? "unknown";
    const { clock } = this.#options;
    const signedInAfter = this.#endings;
    try {
      const { party, until } = await this.#signIn.signIn(client, { username, password, address });
      const onSlowed = (): void => void (this.#slowed += 1);
      const session = new Session({
        client,
        party,
        access: this.#access,
        address,
        clock,
        limits: this.#limits,
        signedInAfter,
        onSlowed,
      });
      this.#sessions.set(client, session);
      if (until !== undefined) session.cancelEnd = clock.after(between(clock.now(), until), () => end(client));
      return undefined;
    } catch (error) {
      return error as AuthenticateError;
    }
  }

  #publish(client: Client, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return done(new Error("not signed in"));
    const isWill = client.closed;
    if (isWill && !this.#isRunning) return done(new Error("the broker stops"));
    this.#admission.admit(session, packet, isWill, (error) => {
      if (error) this.#notStored(session, packet.topic, error);
      done(error);
    });
  }

  /** Once for each connection: it ends by the first. */
  #notStored(session: Session, topic: string, error: Error): void {
    this.#refusals.count("STORE_FULL");
    if (session.client.closed) return;
    const code = error instanceof GreenroomError ? error.code : undefined;
    const fields = { code, agent: session.party.agent, topic, why: error.message };
    this.#options.log.warn(fields, "a message could not be stored: not acknowledged, and its link is ended");
  }

  #maySubscribe(client: Client, filter: string): boolean {
    const session = this.#sessions.get(client);
    if (session === undefined) return false;
    const { agent } = session.party;
    const decision = this.#access.decideSubscribe(filter, session.party);
    const why = decision.ok ? (session.countSubscription() ? undefined : "too many subscriptions") : decision.why;
    if (why === undefined) return true;
    session.lane.charge(REFUSED_COST);
    this.#refusals.add({ topic: filter, payload: new Uint8Array(), agent, code: "NOT_ALLOWED", why });
    return false;
  }

  #mayForward(client: Client, topic: string): boolean {
    const session = this.#sessions.get(client);
    if (session === undefined || !this.#access.mayReceive(topic, session.party)) return false;
    if (client.conn.writableLength > this.#limits.backlogBytes) {
      this.#options.log.warn(
        { agent: session.party.agent },
        "a client does not read what it subscribed to; its link is ended",
      );
      client.conn.destroy();
      return false;
    }
    return true;
  }

  /** In the order of the store, ahead of whatever comes from now on. */
  #sendRetained(client: Client, subscriptions: readonly Subscription[]): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    for (const { topic: filter, qos } of subscriptions) {
      if (qos > 2) continue;
      for (const [topic, payload] of this.#retained.matching(filter)) {
        if (!this.#access.mayReceive(topic, session.party)) continue;
        const packet = { cmd: "publish", topic, payload: Buffer.from(payload), retain: true, dup: false } as const;
        client.publish({ ...packet, qos: qos === 0 ? 0 : 1 }, () => {});
      }
    }
  }
}
