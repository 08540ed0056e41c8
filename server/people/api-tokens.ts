import { randomUUIDv7 } from "node:crypto";
import type { Role } from "#contract/api/views.ts";
import type { Clock } from "#contract/clock.ts";
import { minutes, type Millis } from "#contract/units.ts";
import type { Store } from "../store/open-store.ts";
import type { Principal } from "./principal.ts";
import { hashSecret, newSecret } from "./secrets.ts";

export interface ApiTokenOptions {
  role: Role;
  /** What it is for. */
  name: string;
  /** Who made it; `system` for the command line. */
  by?: string;
  /** For ever unless given. */
  life?: Millis;
  clock?: Clock;
}

/** Makes an API token and returns it: the only time that it is seen. It is kept only as a hash. */
export async function createApiToken(store: Store, options: ApiTokenOptions): Promise<string> {
  const { role, name, by = "system", life, clock = store.peopleClock } = options;
  const token = newSecret("gr_");
  const now = clock.now();
  const id = randomUUIDv7();
  await store.apiTokens.add({
    id,
    token_hash: hashSecret(token),
    name,
    role,
    created_ms: now,
    created_by: by,
    ...(life === undefined ? {} : { expires_ms: now + life }),
  });
  await store.audit.add({ actor: by, action: "token.add", subject: id, detail: { name, role } });
  return token;
}

const USED_EVERY = minutes(1);

/** Who a bearer token belongs to; `undefined` when it is unknown, expired or revoked. */
export async function principalOfToken(store: Store, token: string): Promise<Principal | undefined> {
  if (!token.startsWith("gr_")) return undefined;
  const now = store.peopleClock.now();
  const record = await store.apiTokens.byHash(hashSecret(token), now);
  if (record === undefined) return undefined;
  // A disk that is full must not keep anybody from reading.
  if (now - (record.used_ms ?? 0) >= USED_EVERY) await store.apiTokens.used(record.id, now).catch(() => {});
  return { kind: "token", id: record.id, name: record.name, email: "", role: record.role };
}
