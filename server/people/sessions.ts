import { randomUUIDv7 } from "node:crypto";
import type { Role } from "#contract/api/views.ts";
import { hours, minutes, seconds, type Millis } from "#contract/units.ts";
import type { Store } from "../store/open-store.ts";
import type { PersonRecord } from "../store/people.ts";
import type { SessionRecord } from "../store/sessions.ts";
import type { Principal } from "./principal.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/** How long a sign-in lasts: without use, and at most. A wall or a door panel is nobody's and stays signed in. */
export const sessionLife: Readonly<Record<Role, { idle: Millis; most: Millis }>> = {
  viewer: { idle: hours(24 * 60), most: hours(24 * 365) },
  sales: { idle: hours(24 * 3), most: hours(24 * 14) },
  facilities: { idle: hours(24), most: hours(24 * 7) },
  admin: { idle: hours(8), most: hours(24) },
};
/** The cookie's content changes this often, so that a stolen one is soon worth nothing. */
const ROTATE_AFTER = hours(1);
/** Requests that were under way while the content changed still carry the old one. */
const GRACE = seconds(60);
const SEEN_EVERY = minutes(1);

export interface Visit {
  principal: Principal;
  /** A new content for the cookie, when it was time for one. */
  rotated?: string;
}

/** Browser sessions: started by a sign-in, found by their cookie, ended by signing out, by idleness, or by age. */
export class SessionDesk {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async start(person: PersonRecord, address: string): Promise<{ token: string; principal: Principal }> {
    const now = this.#store.peopleClock.now();
    const token = newSecret("");
    const session: SessionRecord = {
      id: randomUUIDv7(),
      person: person.id,
      token_hash: hashSecret(token),
      csrf: newSecret(""),
      created_ms: now,
      rotated_ms: now,
      seen_ms: now,
      address,
    };
    await this.#store.sessions.add(session);
    return { token, principal: principalOf(person, session) };
  }

  /** Who a cookie belongs to. With `rotate: false` (a request whose answer cannot carry a cookie) the content stays. */
  async visit(token: string, options: { rotate: boolean }): Promise<Visit | undefined> {
    const now = this.#store.peopleClock.now();
    const hash = hashSecret(token);
    const session = await this.#store.sessions.byHash(hash);
    if (session === undefined) return undefined;
    const isPrevious = session.token_hash !== hash;
    if (isPrevious && (session.previous_until_ms ?? 0) <= now) return undefined;
    const person = await this.#holder(session);
    if (person === undefined) return undefined;
    const principal = principalOf(person, session);
    if (options.rotate && !isPrevious && now - session.rotated_ms >= ROTATE_AFTER) {
      const next = newSecret("");
      const change = { from: hash, to: hashSecret(next), atMs: now, graceUntilMs: now + GRACE };
      // A disk that is full must not keep anybody from reading: the content is then renewed later.
      const isRotated = await this.#store.sessions.rotate(session.id, change).catch(() => false);
      if (isRotated) return { principal, rotated: next };
    }
    await this.#seen(session, now);
    return { principal };
  }

  /** Whether a session still holds: asked again and again for a connection that stays open, which counts as use. */
  async holds(id: string): Promise<Principal | undefined> {
    const session = await this.#store.sessions.get(id);
    const person = session === undefined ? undefined : await this.#holder(session);
    if (session === undefined || person === undefined) return undefined;
    await this.#seen(session, this.#store.peopleClock.now());
    return principalOf(person, session);
  }

  async end(id: string): Promise<void> {
    await this.#store.sessions.remove(id);
  }

  /** Forgets sessions that no role's limits would let live. */
  async tidy(): Promise<void> {
    const now = this.#store.peopleClock.now();
    const { idle, most } = sessionLife.viewer;
    await this.#store.sessions.removeOlder({ createdMs: now - most, seenMs: now - idle });
    await this.#store.signInLinks.removeExpired(now - hours(24));
  }

  async #seen(session: SessionRecord, now: number): Promise<void> {
    if (now - session.seen_ms >= SEEN_EVERY) await this.#store.sessions.seen(session.id, now).catch(() => {});
  }

  async #holder(session: SessionRecord): Promise<PersonRecord | undefined> {
    const now = this.#store.peopleClock.now();
    const person = await this.#store.people.get(session.person);
    if (person === undefined || person.disabled_ms !== undefined) return undefined;
    const life = sessionLife[person.role];
    if (now - session.seen_ms < life.idle && now - session.created_ms < life.most) return person;
    await this.#store.sessions.remove(session.id);
    return undefined;
  }
}

const principalOf = (person: PersonRecord, session: SessionRecord): Principal => ({
  kind: "person",
  id: person.id,
  name: person.name,
  email: person.email,
  role: person.role,
  session: { id: session.id, csrf: session.csrf },
});
