import { randomUUID } from "node:crypto";
import type { AuthenticateError, Client, ConnectPacket } from "aedes";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { isId } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import { type Instant, later, minutes } from "#contract/units.ts";
import { parseTopic } from "#contract/wire.ts";
import { type Gear, makeParty, type Party } from "./access.ts";
import type { ClientCertificate } from "./listener.ts";
import type { Refusals } from "./refusals.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface Login {
  agent: string;
  /** Empty for who shows a certificate in its place. */
  key: string;
  /** Of the client certificate, which TLS has verified and which is this agent's. */
  serial?: string;
  address: string;
}
/** What a key is for: rooms, or the topics of vendor gear. */
export interface Grant {
  rooms: readonly string[];
  gear?: Gear | undefined;
  /** Filters that it reads, where that is all it may do. */
  reads?: readonly string[] | undefined;
  /** When what it signed in with ends: its connection does, too. */
  until?: Instant | undefined;
}
/** `revoked`: it was right once, and somebody has ended it. */
export type Authenticate = (login: Login) => Promise<Grant | "revoked" | undefined>;

interface Parts {
  authenticate: Authenticate;
  clock: Clock;
  log: Log;
  refusals: Refusals;
  /** What a client has shown in its TLS handshake. */
  certificateOf: (client: Client) => ClientCertificate | undefined;
  /** Whether a client of this identity is connected now. */
  isLive: (identity: string) => boolean;
}

/** CONNACK codes (MQTT 3.1.1 §3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const UNAVAILABLE = 3;
const BAD_KEY = 4;
const NOT_AUTHORISED = 5;

/** More take-overs of one identity than this in a minute are two programs with one name. */
const TAKEOVERS_A_MINUTE = 4;
const WINDOW = minutes(1);
/** So long after the last try of a rival the one that is linked keeps its link. */
const HOLD = minutes(5);
/** Wrong keys of one agent from one address: so many at once, then one in this many seconds. */
const WRONG_KEYS = 10;
const WRONG_KEY_EVERY_S = 5;
const MOST_REMEMBERED = 10_000;
const LONGEST_CLIENT_ID = 256;

interface Takeovers {
  recent: readonly Instant[];
  heldUntil: Instant;
}

/**
 * Signs clients in by agent and key. Client ids live below their agent's name, so that nobody closes another's link by
 * borrowing its id; and whoever carries an agent's last will *is* that agent, whatever client id it came with: a second
 * one takes over, and two that fight are told apart: the one that is linked stays, the other is refused and shown.
 */
export class SignIn {
  readonly #parts: Parts;
  readonly #named = new WeakMap<Client, string>();
  readonly #takeovers = new Map<string, Takeovers>();
  readonly #wrongKeys = new Map<string, TokenBucket>();
  readonly #told = new Map<string, Instant>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Before the sign-in: gives the client its identity. Every session starts clean: this broker keeps none. */
  name(client: Client, packet: ConnectPacket): void {
    const clientId = packet.clientId.slice(0, LONGEST_CLIENT_ID);
    this.#named.set(client, clientId);
    const agent = packet.username ?? this.#parts.certificateOf(client)?.agent ?? "";
    const isAgent = packet.will !== undefined && parseTopic(packet.will.topic)?.kind === "agentState";
    packet.clean = true;
    packet.clientId = isAgent ? `${agent}/agent` : `${agent}/client/${clientId === "" ? randomUUID() : clientId}`;
  }

  /** The party that has signed in; rejects with the answer for the client. */
  async signIn(
    client: Client,
    from: { username: string | undefined; password: Buffer | undefined; address: string },
  ): Promise<{ party: Party; until: Instant | undefined }> {
    const { password, address } = from;
    const shown = password === undefined ? this.#parts.certificateOf(client) : undefined;
    const username = from.username ?? shown?.agent;
    const agent = username !== undefined && isId(username) ? username : undefined;
    if (shown !== undefined && shown.agent !== agent)
      throw this.#refuse(agent, address, BAD_KEY, `signed in with the certificate of ${shown.agent}`);
    if (agent === undefined || (password === undefined && shown === undefined))
      throw this.#refuse(agent, address, BAD_KEY, "signed in without an agent's name and key, or a certificate");
    const wrong = this.#wrongKeys.get(`${address} ${agent}`);
    if (wrong !== undefined && wrong.take(0, this.#parts.clock.now()) > 0)
      throw this.#refuse(agent, address, UNAVAILABLE, "too many wrong keys", "TOO_FAST");
    const key = password?.toString("utf8") ?? "";
    const grant = await this.#verify({ agent, key, address, ...(shown !== undefined && { serial: shown.serial }) });
    if (grant === "revoked")
      throw this.#refuse(agent, address, NOT_AUTHORISED, "a key or certificate that was revoked", "KEY_REVOKED");
    if (grant === undefined) {
      this.#countWrongKey(`${address} ${agent}`);
      throw this.#refuse(agent, address, BAD_KEY, "wrong key, or an agent that is not known");
    }
    this.#settleTakeover(client.id, agent, address);
    return { party: makeParty(agent, this.#named.get(client) ?? client.id, grant), until: grant.until };
  }

  async #verify(login: Login): Promise<Grant | "revoked" | undefined> {
    try {
      return await this.#parts.authenticate(login);
    } catch (error) {
      this.#parts.log.error({ agent: login.agent, why: messageOf(error) }, "a key could not be verified");
      throw answer(UNAVAILABLE, "keys cannot be verified now");
    }
  }

  #settleTakeover(identity: string, agent: string, address: string): void {
    if (!this.#parts.isLive(identity)) return;
    const now = this.#parts.clock.now();
    const known = this.#takeovers.get(identity) ?? { recent: [], heldUntil: now };
    const recent = known.recent.filter((at) => now - at < WINDOW);
    const isConflict = recent.length >= TAKEOVERS_A_MINUTE || known.heldUntil > now;
    if (this.#takeovers.size >= MOST_REMEMBERED) this.#takeovers.clear();
    if (isConflict) {
      this.#takeovers.set(identity, { recent, heldUntil: later(now, HOLD) });
      const why = `two programs sign in as ${identity}; the one that is linked stays`;
      throw this.#refuse(agent, address, IDENTIFIER_REJECTED, why, "CONFLICT");
    }
    this.#takeovers.set(identity, { recent: [...recent, now], heldUntil: now });
    if (this.#isNews(`takeover ${identity}`))
      this.#parts.log.info({ agent, address }, "a client with the same id takes over its link");
  }

  #countWrongKey(who: string): void {
    const { clock } = this.#parts;
    if (this.#wrongKeys.size >= MOST_REMEMBERED) this.#wrongKeys.clear();
    let bucket = this.#wrongKeys.get(who);
    if (bucket === undefined) {
      bucket = new TokenBucket(1 / WRONG_KEY_EVERY_S, WRONG_KEYS, clock.now());
      this.#wrongKeys.set(who, bucket);
    }
    bucket.take(1, clock.now());
  }

  #refuse(
    agent: string | undefined,
    address: string,
    returnCode: number,
    why: string,
    code: "NOT_ALLOWED" | "TOO_FAST" | "CONFLICT" | "KEY_REVOKED" = "NOT_ALLOWED",
  ): AuthenticateError {
    this.#parts.refusals.signIn(agent, code, `${why} (from ${address})`);
    if (this.#isNews(`${code} ${agent} ${address}`))
      this.#parts.log.warn({ code, agent, address, why }, "a sign-in was refused");
    return answer(returnCode, why);
  }

  /** The same line at most once in a minute. */
  #isNews(line: string): boolean {
    const now = this.#parts.clock.now();
    const last = this.#told.get(line);
    if (last !== undefined && now - last < WINDOW) return false;
    if (this.#told.size >= MOST_REMEMBERED) this.#told.clear();
    this.#told.set(line, now);
    return true;
  }
}

const answer = (returnCode: number, why: string): AuthenticateError => Object.assign(new Error(why), { returnCode });
