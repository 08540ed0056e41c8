import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { IClientOptions } from "mqtt";
import type { Clock } from "./clock.ts";
import { GreenroomError, messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Reconnect } from "./reconnect.ts";
import { type Millis, seconds } from "./units.ts";

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
   * arrives before its handler is subscribed waits for it. The embedded broker keeps no sessions: there it has no effect.
   */
  persistentSession?: boolean;
  /**
   * A message is acknowledged once the promises of its handlers have resolved, and comes again with the next link where one never
   * does. What no handler takes once all subscriptions are made is acknowledged and dropped.
   */
  acknowledgeWhenHandled?: boolean;
  keepalive?: Millis;
  reconnect?: Reconnect;
  log: Log;
  clock: Clock;
}

/** What a party signs in with. */
export type Credentials = { [K in "password" | "ca" | "cert" | "key"]?: MqttBusOptions[K] | undefined };

const KEEPALIVE = seconds(20);
const CONNECT_TIMEOUT = seconds(10);
const CLIENT_ID = /^[\w.-]{1,64}$/;

/** How the library is to be called; throws CONFIG_INVALID. */
export function clientOptions(options: MqttBusOptions): IClientOptions & { clientId: string } {
  const { host, port, isTls } = parseAddress(options.url);
  const { username, password, ca, cert, key, will, persistentSession = false } = options;
  if (persistentSession && options.clientId === undefined)
    throw invalid("a persistent session needs a client id of its own");
  const clientId = options.clientId ?? `greenroom-${randomBytes(8).toString("hex")}`;
  if (!CLIENT_ID.test(clientId)) throw invalid("an MQTT client id is 1 to 64 of A-Z a-z 0-9 . _ -");
  return {
    protocol: isTls ? "mqtts" : "mqtt",
    host,
    port,
    ...(isTls && isIP(host) === 0 ? { servername: host } : {}),
    protocolVersion: 4,
    clientId,
    clean: !persistentSession,
    keepalive: Math.max(1, Math.round((options.keepalive ?? KEEPALIVE) / 1000)),
    connectTimeout: CONNECT_TIMEOUT,
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

function parseAddress(address: string): { host: string; port: number; isTls: boolean } {
  if (!URL.canParse(address)) throw invalid(`${address} is not an address like mqtt://host:1883`);
  const url = new URL(address);
  const isTls = url.protocol === "mqtts:";
  if (!isTls && url.protocol !== "mqtt:") throw invalid("a broker's address begins with mqtt:// or mqtts://");
  if (url.username !== "" || url.password !== "")
    throw invalid("a broker's address carries no user and no password: give them apart");
  if (url.hostname === "") throw invalid("a broker's address names a host");
  const port = url.port === "" ? (isTls ? 8883 : 1883) : Number(url.port);
  return { host: url.hostname.replaceAll(/^\[|\]$/g, ""), port, isTls };
}

const invalid = (why: string): GreenroomError => new GreenroomError("CONFIG_INVALID", why);

/** The same bytes as the library wants them, without a copy. */
export const asBuffer = (bytes: string | Uint8Array): Buffer =>
  typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** CONNACK codes by which a broker says no to who we are, rather than to the moment (MQTT 3.1.1 §3.2.2.3). */
const REFUSALS: readonly unknown[] = [2, 4, 5];

/** What the loss of a link means. */
export function troubleOf(reason: unknown, wasUp: boolean): GreenroomError {
  const code = typeof reason === "object" && reason !== null && "code" in reason ? reason.code : undefined;
  if (REFUSALS.includes(code)) return new GreenroomError("LINK_REFUSED", messageOf(reason), reason);
  if (reason === undefined)
    return new GreenroomError("LINK_DOWN", wasUp ? "the broker closed the link" : "the broker closed the link at once");
  // A host with two addresses fails with an empty message of several errors.
  return new GreenroomError("LINK_DOWN", messageOf(reason) || String(code), reason);
}
