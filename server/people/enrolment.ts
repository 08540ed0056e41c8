import { createPublicKey, randomInt, verify } from "node:crypto";
import { type RenewInput, renewalText } from "#contract/api/enrolment.ts";
import { GreenroomError } from "#contract/errors.ts";
import { isId } from "#contract/ids.ts";
import { hours, type Instant, later, minutes, type Millis, parseInstant } from "#contract/units.ts";
import type { AgentCertificate, Authority } from "../authority/authority.ts";
import type { Store } from "../store/open-store.ts";
import { type AgentKeyDesk, checkName, checkRooms } from "./agent-keys.ts";
import { Limiter } from "./limiter.ts";
import { hashSecret, sameSecret } from "./secrets.ts";

/** What an agent gets that has enrolled, or renewed what it has. No private key: that never leaves the agent. */
export interface Enrolled extends AgentCertificate {
  agent: string;
  site: string;
  rooms: readonly string[];
  authority: string;
  /** Only where the agent reaches the broker without TLS, and so has no certificate to show there. */
  key?: string;
}

/** What agents are told of the broker when they enrol. */
export interface AgentBroker {
  /** For who asked for the server by this name. */
  url(host: string): string;
  /** Who signed the broker's certificate: our own authority, or this one; unsaid, one that every system knows. */
  ca?: "ours" | { pem: string } | undefined;
}

export interface EnrolmentOptions {
  store: Store;
  keys: AgentKeyDesk;
  authority: () => Promise<Authority>;
  /** Whether agents reach the broker over TLS and show their certificate there. */
  showsCertificates: () => boolean;
}

const CODE_LIFE: Millis = minutes(30);
/** Without letters that look like others: read out over a telephone, typed on a wall. */
const LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
/** `XXXX` names the code; the other 16 letters are the secret: 78 bits. */
const CODE = /^[2-9A-HJKMNP-TV-Z]{20}$/;
const NAMED_BY = 4;
/** Wrong codes of one address. Not of all together: nobody shall keep others from enrolling, and 78 bits need no help. */
const PER_ADDRESS = { most: 10, per: minutes(10) };
/** A renewal that somebody has recorded and plays again gets him nothing, and not often. */
const PER_AGENT = { most: 6, per: hours(1) };
/** How far an agent's clock may be off when it renews. */
const WINDOW: Millis = minutes(10);

/** Lets agents in by a one-time code, and gives them the next certificate before the present one ends. */
export class EnrolmentDesk {
  readonly #options: EnrolmentOptions;
  readonly #byAddress: Limiter;
  readonly #byAgent: Limiter;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
    this.#byAddress = new Limiter(options.store.peopleClock, PER_ADDRESS);
    this.#byAgent = new Limiter(options.store.peopleClock, PER_AGENT);
  }

  /** As `inviteToEnrol`. */
  invite(who: Invited, by?: string): ReturnType<typeof inviteToEnrol> {
    return inviteToEnrol(this.#options.store, who, by);
  }

  /** Spends a code: whatever was given to this agent before ends. NOT_ALLOWED for any code that is not right, TOO_FAST for too many. */
  async enrol({ code, csr }: { code: string; csr: string }, address: string): Promise<Enrolled> {
    this.#slowDown(address);
    const { store, keys, showsCertificates } = this.#options;
    const text = code.toUpperCase().replaceAll(/[\s-]/g, "");
    const now = store.peopleClock.now();
    const open = CODE.test(text) ? await store.enrolmentCodes.open(text.slice(0, NAMED_BY), now) : undefined;
    const isRight = sameSecret(open?.code_hash ?? hashSecret(""), hashSecret(text));
    if (open === undefined || !isRight) {
      this.#byAddress.take(address);
      await store.audit.add({ actor: "unknown", action: "agent.enrol-refused", subject: "code", address });
      throw new GreenroomError("NOT_ALLOWED", "the code is wrong, was used, or is older than half an hour");
    }
    const { agent, site, rooms } = open;
    // Signed first: a request that is not right does not cost the code.
    const authority = await this.#options.authority();
    const signed = await authority.signAgent({ csr, agent, site });
    if (!(await store.enrolmentCodes.spend(open.id, now)))
      throw new GreenroomError("NOT_ALLOWED", "the code was used a moment ago");
    const key = await keys.enrol(agent, rooms, !showsCertificates());
    await this.#note(agent, site, signed);
    await store.audit.add({
      actor: open.created_by,
      action: "agent.enrol",
      subject: agent,
      detail: { site, rooms, serial: signed.serial },
      address,
    });
    return { ...signed, agent, site, rooms, authority: authority.certificate, ...(key !== undefined && { key }) };
  }

  /** The next certificate (and key) of an agent that proves that it has the present one. KEY_REVOKED where that has ended. */
  async renew(renewal: RenewInput, address: string): Promise<Enrolled> {
    this.#slowDown(address);
    const { store, keys } = this.#options;
    const certificate = await store.agentCertificates.get(renewal.serial);
    const known = certificate === undefined ? undefined : await store.agentKeys.getAny(certificate.agent);
    if (certificate === undefined || known === undefined || !isSigned(renewal, certificate.public_key)) {
      this.#byAddress.take(address);
      throw new GreenroomError("NOT_ALLOWED", "the renewal is not signed by a certificate of ours");
    }
    const now = store.peopleClock.now();
    if (certificate.ended_ms !== null || known.revoked_ms !== undefined)
      throw new GreenroomError("KEY_REVOKED", "this agent's certificate was revoked or replaced");
    const at = parseInstant(renewal.at);
    if (at === undefined || Math.abs(at - now) > WINDOW)
      throw new GreenroomError("NOT_ALLOWED", "the renewal was signed at another time: set the agent's clock (NTP)");
    if (certificate.expires_ms <= now)
      throw new GreenroomError("KEY_REVOKED", "this agent's certificate has expired; enrol it again");
    const { agent, site } = certificate;
    if (!this.#byAgent.take(agent).ok) throw new GreenroomError("TOO_FAST", "this agent renews too often");
    const authority = await this.#options.authority();
    const signed = await authority.signAgent({ csr: renewal.csr, agent, site });
    const key = await keys.rotate(agent);
    await this.#note(agent, site, signed);
    await store.audit.add({
      actor: `agent:${agent}`,
      action: "agent.renew",
      subject: agent,
      detail: { serial: signed.serial },
      address,
    });
    const { rooms } = known;
    return { ...signed, agent, site, rooms, authority: authority.certificate, ...(key !== undefined && { key }) };
  }

  async #note(agent: string, site: string, { serial, publicKey, issued, expires }: AgentCertificate): Promise<void> {
    const { store } = this.#options;
    await store.agentCertificates.forget(issued);
    await store.enrolmentCodes.forget(issued);
    const record = { serial, agent, site, public_key: publicKey, issued_ms: issued, expires_ms: expires };
    await store.agentCertificates.add(record);
  }

  #slowDown(address: string): void {
    if (this.#byAddress.peek(address).ok) return;
    throw new GreenroomError("TOO_FAST", "too many wrong codes; try again in some minutes");
  }
}

export interface Invited {
  agent: string;
  site: string;
  rooms: readonly string[];
}

/** Makes a code for an agent, which is good once and for half an hour; an open one of that agent ends with it. */
export async function inviteToEnrol(
  store: Store,
  { agent, site, rooms }: Invited,
  by = "system",
): Promise<{ code: string; expires: Instant }> {
  checkName(agent);
  checkRooms(rooms);
  if (!isId(site) || rooms.length === 0 || rooms.some((room) => !room.startsWith(`${site}/`)))
    throw new GreenroomError("INPUT_INVALID", `rooms must be rooms of ${site}: an agent belongs to one site`);
  const text = Array.from({ length: 20 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  const now = store.peopleClock.now();
  await store.enrolmentCodes.add({
    id: text.slice(0, NAMED_BY),
    code_hash: hashSecret(text),
    agent,
    site,
    rooms: [...rooms],
    created_by: by,
    created_ms: now,
    expires_ms: now + CODE_LIFE,
  });
  await store.audit.add({ actor: by, action: "agent.invite", subject: agent, detail: { site, rooms } });
  return { code: text.match(/.{4}/g)?.join("-") ?? text, expires: later(now, CODE_LIFE) };
}

/** Both halves of the proof: whoever asks has the key of the present certificate, and asks for nothing else than this. */
function isSigned(renewal: RenewInput, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return verify("sha256", Buffer.from(renewalText(renewal)), key, Buffer.from(renewal.signature, "base64"));
  } catch {
    return false;
  }
}
