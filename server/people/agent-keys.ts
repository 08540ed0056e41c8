import type { Cancel, Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { GATEWAY_AGENT, isId, parseRoomKey, RoomKey } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import { hours, instant, type Instant, millis, minutes } from "#contract/units.ts";
import type { AgentKeyRecord, KeyRole } from "../store/agent-keys.ts";
import type { CertificateRecord } from "../store/agent-certificates.ts";
import type { Store } from "../store/open-store.ts";
import { hashSecret, newSecret, sameSecret } from "./secrets.ts";

export interface AgentKey {
  /** The name that it signs in with. */
  agent: string;
  rooms: readonly string[];
  created_ms: number;
  role: KeyRole;
  /** What a role other than the agent's has in place of rooms. */
  topics: readonly string[];
  seen_ms?: number;
  /** The client certificate that it has, if any. */
  certificate?: { serial: string; issued_ms: number; expires_ms: number };
  /** When a code ends with which it may enrol. */
  code_until_ms?: number;
}

/** What a sign-in to the broker is granted. */
export interface KeyGrant {
  rooms: readonly string[];
  /** An agent unless said. */
  role?: KeyRole;
  topics?: readonly string[];
  /** When the certificate ends that was shown. */
  until?: Instant;
}

/** How a broker is signed in to: by key, or by the certificate that TLS has verified. */
export type KeyLogin = { agent: string; key: string } | { agent: string; serial: string };
export type Admission =
  | { ok: true; grant: KeyGrant }
  /** `isRevoked`: it was right once, and somebody has ended it. */
  | { ok: false; isRevoked: boolean };

/** For so long a key that was replaced by its own agent stays good: the answer with the new one may be lost. */
const OVERLAP = hours(24);
/** A key that is used all the time is noted as seen this often. */
const SEEN_EVERY = minutes(1);
/** How soon a key that another process has ended is known to be ended. */
const LOOK_EVERY = millis(250);

/** Keys and certificates with which the broker is signed in to. It asks at each connect, and is told of each that ends. */
export class AgentKeyDesk {
  readonly #store: Store;
  readonly #listeners = new Set<(agent: string) => void>();
  /** What this process has changed itself since it last looked for changes of others. */
  readonly #own = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** What a key may do; `undefined` when it is wrong or revoked. */
  async verify(agent: string, key: string): Promise<KeyGrant | undefined> {
    const admission = await this.admit({ agent, key });
    return admission.ok ? admission.grant : undefined;
  }

  async admit(login: KeyLogin): Promise<Admission> {
    return "serial" in login ? this.#admitCertificate(login) : this.#admitKey(login);
  }

  /** Makes a key and returns it: the only time that it is seen. An earlier key or certificate of this name ends with it. */
  async create(agent: string, rooms: readonly string[], by = "system"): Promise<string> {
    checkRooms(rooms);
    return this.#make({ agent, role: "agent", rooms, topics: [] }, by);
  }

  /** As `create`, for a role that has topics in place of rooms. */
  async createFor(
    role: Exclude<KeyRole, "agent">,
    name: string,
    topics: readonly string[],
    by = "system",
  ): Promise<string> {
    return this.#make({ agent: name, role, rooms: [], topics }, by);
  }

  /** Gives an agent that has enrolled what it may speak for; all that it had before ends. With a key, where it has no certificate to show. */
  async enrol(agent: string, rooms: readonly string[], withKey: boolean): Promise<string | undefined> {
    checkName(agent);
    const key = withKey ? newSecret("gra_") : undefined;
    await this.#put({ agent, role: "agent", rooms, topics: [] }, key === undefined ? "" : hashSecret(key));
    this.#tell(agent);
    return key;
  }

  /** The agent itself changes its key; the old one stays good until the new one is used, a day at most. */
  async rotate(agent: string): Promise<string | undefined> {
    const known = await this.#store.agentKeys.get(agent);
    if (known === undefined || known.key_hash === "") return undefined;
    const key = newSecret("gra_");
    const now = this.#store.peopleClock.now();
    // A key that was never used may never have arrived: what the agent has is the one before it.
    const kept = known.previous !== undefined && known.previous.until_ms > now ? known.previous : known;
    const previous = { key_hash: kept.key_hash, until_ms: now + OVERLAP };
    this.#own.add(agent);
    await this.#store.agentKeys.put({ ...known, key_hash: hashSecret(key), created_ms: now, previous });
    return key;
  }

  /** Ends all that this name has: key, certificates, and a code that waits. */
  async revoke(agent: string, by = "system"): Promise<boolean> {
    const now = this.#store.peopleClock.now();
    const isRevoked = await this.#store.agentKeys.revoke(agent, now);
    const certificates = await this.#store.agentCertificates.end(agent, now);
    await this.#store.enrolmentCodes.drop(agent);
    if (!isRevoked && certificates === 0) return false;
    await this.#store.audit.add({ actor: by, action: "agent.revoke", subject: agent, detail: { certificates } });
    this.#tell(agent);
    return true;
  }

  async list(): Promise<AgentKey[]> {
    const now = this.#store.peopleClock.now();
    const codes = await this.#store.enrolmentCodes.waiting(now);
    const certificates = new Map<string, CertificateRecord>();
    for (const each of await this.#store.agentCertificates.all())
      if (each.ended_ms === null && !certificates.has(each.agent)) certificates.set(each.agent, each);
    return (await this.#store.agentKeys.all()).map((record) => {
      const certificate = certificates.get(record.agent);
      const code = codes.get(record.agent);
      const { agent, rooms, created_ms, role, topics, seen_ms } = record;
      return {
        agent,
        rooms,
        created_ms,
        role,
        topics,
        ...(seen_ms !== undefined && { seen_ms }),
        ...(certificate !== undefined && {
          certificate: {
            serial: certificate.serial,
            issued_ms: certificate.issued_ms,
            expires_ms: certificate.expires_ms,
          },
        }),
        ...(code !== undefined && { code_until_ms: code }),
      };
    });
  }

  /** Told when a key or certificate has ended, so that its open connections can be closed. */
  onRevoked(listener: (agent: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks for keys that another process has ended: the command line does, while the server runs. */
  watch(clock: Clock, log: Log): Cancel {
    let version: number | undefined;
    let known = new Map<string, KeyState>();
    let isLooking = false;
    const look = async (): Promise<void> => {
      const now = await this.#store.version();
      if (now === version && this.#own.size === 0) return;
      const own = new Set(this.#own);
      this.#own.clear();
      const states = await this.#states();
      if (version !== undefined) {
        for (const [agent, after] of states) {
          const before = known.get(agent);
          const isOther = before !== undefined && after.may !== before.may && !own.has(agent);
          if (isOther || (after.isRevoked && before?.isRevoked !== true)) this.#call(agent);
        }
      }
      version = now;
      known = states;
    };
    const begin = (): void => {
      if (isLooking) return;
      isLooking = true;
      look()
        .catch((error: unknown) => log.warn({ why: messageOf(error) }, "ended keys cannot be looked for"))
        .finally(() => (isLooking = false));
    };
    begin();
    return clock.every(LOOK_EVERY, begin);
  }

  async #states(): Promise<Map<string, KeyState>> {
    const ended = new Map<string, string[]>();
    for (const { agent, serial, ended_ms } of await this.#store.agentCertificates.all())
      if (ended_ms !== null) ended.set(agent, [...(ended.get(agent) ?? []), serial].toSorted());
    const keys = await this.#store.agentKeys.everyone();
    return new Map(
      keys.map(({ agent, key_hash, revoked_ms, role, rooms, topics }) => [
        agent,
        {
          may: JSON.stringify([key_hash, revoked_ms, role, rooms, topics, ended.get(agent)]),
          isRevoked: revoked_ms !== undefined,
        },
      ]),
    );
  }

  async #admitKey({ agent, key }: { agent: string; key: string }): Promise<Admission> {
    const known = await this.#store.agentKeys.getAny(agent);
    const hash = hashSecret(key);
    const now = this.#store.peopleClock.now();
    // Compared also when there is none, so that the time does not tell which names exist.
    const isRight = sameSecret(known?.key_hash ?? hashSecret(""), hash);
    const previous = known?.previous !== undefined && known.previous.until_ms > now ? known.previous.key_hash : "";
    const isPrevious = sameSecret(previous, hash);
    if (known === undefined || (!isRight && !isPrevious)) return { ok: false, isRevoked: false };
    if (known.revoked_ms !== undefined) return { ok: false, isRevoked: true };
    await this.#seen(known, isRight && known.previous !== undefined);
    return { ok: true, grant: grantOf(known) };
  }

  /** TLS has verified that it is by our authority and not expired; whether it was taken back, only we know. */
  async #admitCertificate({ agent, serial }: { agent: string; serial: string }): Promise<Admission> {
    const certificate = await this.#store.agentCertificates.get(serial);
    const known = await this.#store.agentKeys.getAny(agent);
    if (certificate === undefined || certificate.agent !== agent || known === undefined)
      return { ok: false, isRevoked: false };
    const now = this.#store.peopleClock.now();
    if (certificate.ended_ms !== null || known.revoked_ms !== undefined) return { ok: false, isRevoked: true };
    if (certificate.expires_ms <= now) return { ok: false, isRevoked: false };
    // Whoever has shown the newer one needs the older one no more; a copy of it is worth nothing from here on.
    const ended = await this.#store.agentCertificates.endOlder(agent, certificate.issued_ms, now);
    if (ended > 0) this.#own.add(agent);
    await this.#seen(known, false);
    return { ok: true, grant: { ...grantOf(known), until: instant(certificate.expires_ms) } };
  }

  async #seen(known: AgentKeyRecord, endsPrevious: boolean): Promise<void> {
    const now = this.#store.peopleClock.now();
    if (!endsPrevious && now - (known.seen_ms ?? 0) < SEEN_EVERY) return;
    // A disk that is full must not keep anybody from signing in.
    await this.#store.agentKeys.seen(known.agent, now, endsPrevious).catch(() => {});
  }

  async #make({ agent, role, rooms, topics }: Made, by: string): Promise<string> {
    checkName(agent);
    const key = newSecret("gra_");
    const isReplaced = (await this.#store.agentKeys.get(agent)) !== undefined;
    await this.#put({ agent, role, rooms, topics }, hashSecret(key));
    const detail = role === "agent" ? { rooms } : { role, topics };
    await this.#store.audit.add({ actor: by, action: "agent.add", subject: agent, detail });
    if (isReplaced) this.#tell(agent);
    return key;
  }

  async #put({ agent, role, rooms, topics }: Made, hash: string): Promise<void> {
    const now = this.#store.peopleClock.now();
    await this.#store.agentCertificates.end(agent, now);
    this.#own.add(agent);
    const record = { agent, role, rooms: [...rooms], topics: [...topics], key_hash: hash, created_ms: now };
    await this.#store.agentKeys.put(record);
  }

  #tell(agent: string): void {
    this.#own.add(agent);
    this.#call(agent);
  }

  #call(agent: string): void {
    for (const listener of this.#listeners) listener(agent);
  }
}

interface KeyState {
  /** A text that changes when open connections must end. */
  may: string;
  isRevoked: boolean;
}

interface Made {
  agent: string;
  role: KeyRole;
  rooms: readonly string[];
  topics: readonly string[];
}

const grantOf = ({ rooms, role, topics }: AgentKeyRecord): KeyGrant =>
  role === "agent" ? { rooms } : { rooms, role, topics };

export function checkName(agent: string): void {
  if (!isId(agent) || agent === GATEWAY_AGENT)
    throw new GreenroomError("INPUT_INVALID", `"${agent}" cannot be an agent's name`);
}

export function checkRooms(rooms: readonly string[]): void {
  for (const room of rooms) {
    if (!RoomKey.safeParse(room).success || !isId(parseRoomKey(room).site) || !isId(parseRoomKey(room).room))
      throw new GreenroomError("INPUT_INVALID", `"${room}" is not a room (site/room)`);
  }
}
