import type { Role } from "#contract/api/views.ts";
import { hours, type Millis } from "#contract/units.ts";
import type { Store } from "../store/open-store.ts";
import type { PersonRecord } from "../store/people.ts";
import { hashSecret, newSecret } from "./secrets.ts";

const LINK_LIFE = hours(24);

export interface SignInLinkOptions {
  /** For whom: a person, or the one who has held a role longest (made when nobody has). */
  person?: string;
  role?: Role;
  life?: Millis;
}

/** Makes a one-time sign-in link and returns its path, `/sign-in?token=…`. The token is kept only as a hash. */
export async function createSignInLink(store: Store, options: SignInLinkOptions): Promise<string> {
  const person =
    options.person === undefined
      ? await holderOf(store, options.role ?? "viewer")
      : await store.people.get(options.person);
  if (person === undefined) throw new TypeError("no such person");
  const token = newSecret("");
  const now = store.peopleClock.now();
  await store.signInLinks.add({
    token_hash: hashSecret(token),
    person: person.id,
    created_ms: now,
    expires_ms: now + (options.life ?? LINK_LIFE),
  });
  await store.audit.add({ actor: "system", action: "sign-in-link.add", subject: person.id });
  return `/sign-in?token=${token}`;
}

const roleNames: Readonly<Record<Role, string>> = {
  viewer: "Wall display",
  sales: "Sales",
  facilities: "Facilities",
  admin: "Administrator",
};

async function holderOf(store: Store, role: Role): Promise<PersonRecord> {
  const email = `${role}@greenroom.invalid`;
  return (
    (await store.people.firstOf(role)) ??
    (await store.people.byEmail(email)) ??
    (await store.people.add({ name: roleNames[role], email, role }))
  );
}
