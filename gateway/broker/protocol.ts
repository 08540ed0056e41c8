import {
  Aedes,
  type AuthenticateError,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from "aedes";
import "#contract/mqtt-numbers.ts";
import type { BrokerLimits } from "./limits.ts";
import type { Deliver, Router } from "./router.ts";
import { SessionlessPersistence, type WillStore } from "./sessionless-persistence.ts";

/** What Aedes asks of the broker around it. */
export interface ProtocolHooks {
  limits: Pick<BrokerLimits, "connectTimeout" | "drainTimeout">;
  router: Router;
  wills: WillStore;
  name(client: Client, packet: ConnectPacket): void;
  /** The refusal, or `undefined` for a client that has signed in. */
  signIn(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<AuthenticateError | undefined>;
  /** Before the acknowledgement; an error ends the connection without it. */
  publish(client: Client, packet: PublishPacket, done: (error?: Error | null) => void): void;
  maySubscribe(client: Client, filter: string): boolean;
  mayForward(client: Client, topic: string): boolean;
}

/** What Aedes 1.2 has and its types do not tell. */
export type Protocol = Aedes & { counter: number; publish: (...args: unknown[]) => void };

/** Aedes speaks MQTT; who may do what, what is stored and who gets it is decided around it. */
export function createProtocol(hooks: ProtocolHooks): Protocol {
  const authenticate = async (
    client: Client,
    login: { username: string | undefined; password: Buffer | undefined },
    done: (error: AuthenticateError | null, isSignedIn: boolean) => void,
  ): Promise<void> => {
    const refusal = await hooks.signIn(client, login.username, login.password);
    done(refusal ?? null, refusal === undefined);
  };
  const aedes = new Aedes({
    connectTimeout: hooks.limits.connectTimeout,
    drainTimeout: hooks.limits.drainTimeout,
    // The identities that `SignIn` gives are longer than MQTT 3.1 foresaw.
    maxClientsIdLength: 1_024,
    persistence: new SessionlessPersistence(hooks.wills),
    mq: routed(hooks.router),
    preConnect: (client, packet, done) => {
      hooks.name(client, packet);
      done(null, true);
    },
    authenticate: (client, username, password, done) => void authenticate(client, { username, password }, done),
    authorizePublish: (client, packet, done) =>
      client === null ? done(new Error("not signed in")) : hooks.publish(client, packet, done),
    authorizeSubscribe: (client, subscription: Subscription, done) =>
      done(null, hooks.maySubscribe(client, subscription.topic) ? subscription : null),
    authorizeForward: (client, packet) => (hooks.mayForward(client, packet.topic) ? packet : null),
  }) as Protocol;
  // Aedes calls this after the acknowledgement; by then the message has been handed on.
  aedes.publish = (...args) => {
    const done = args.at(-1);
    if (typeof done === "function") (done as (error: null) => void)(null);
  };
  return aedes;
}

/** The part of an MQEmitter that Aedes uses, in front of our router; it never holds a message back. */
const routed = (router: Router): object => ({
  on: (filter: string, deliver: Deliver, done?: () => void) => {
    // Aedes tells itself about clusters there; nobody else may listen.
    if (!filter.startsWith("$SYS/")) router.addRemote(filter, deliver);
    if (done) setImmediate(done);
  },
  removeListener: (filter: string, deliver: Deliver, done?: () => void) => {
    router.removeRemote(filter, deliver);
    if (done) setImmediate(done);
  },
  close: (done: () => void) => setImmediate(done),
});
