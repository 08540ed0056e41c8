import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** What a key of the broker is for. */
export type KeyRole = "agent" | "panel";

export interface AgentKeyRecord {
  /** The name that it signs in with. */
  agent: string;
  /** Empty for who has a certificate alone. */
  key_hash: string;
  rooms: string[];
  created_ms: number;
  role: KeyRole;
  /** What a role other than the agent's has in place of rooms. */
  topics: string[];
  previous?: { key_hash: string; until_ms: number };
  seen_ms?: number;
  revoked_ms?: number;
}

/** Keys with which agents, panels and devices sign in to the broker. Only hashes are kept. */
export class AgentKeys {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<AgentKeyRecord[]> {
    return (await this.everyone()).filter((record) => record.revoked_ms === undefined);
  }

  /** Also those that were revoked. */
  async everyone(): Promise<AgentKeyRecord[]> {
    const rows = await this.#db.selectFrom("agent_keys").selectAll().orderBy("agent").execute();
    return rows.map(recordOf);
  }

  async get(agent: string): Promise<AgentKeyRecord | undefined> {
    const record = await this.getAny(agent);
    return record?.revoked_ms === undefined ? record : undefined;
  }

  /** Also one that was revoked. */
  async getAny(agent: string): Promise<AgentKeyRecord | undefined> {
    const row = await this.#db.selectFrom("agent_keys").selectAll().where("agent", "=", agent).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** A new key takes the place of the old one. */
  async put(key: Omit<AgentKeyRecord, "seen_ms" | "revoked_ms">): Promise<void> {
    const values = {
      key_hash: key.key_hash,
      rooms: JSON.stringify(key.rooms),
      created_ms: key.created_ms,
      revoked_ms: null,
      role: key.role,
      topics: JSON.stringify(key.topics),
      previous_hash: key.previous?.key_hash ?? null,
      previous_until_ms: key.previous?.until_ms ?? null,
    };
    await this.#db
      .insertInto("agent_keys")
      .values({ agent: key.agent, seen_ms: null, ...values })
      .onConflict((conflict) => conflict.column("agent").doUpdateSet(values))
      .execute();
  }

  /** It has signed in; with the newer of two keys, the older one ends. */
  async seen(agent: string, atMs: number, endsPrevious: boolean): Promise<void> {
    await this.#db
      .updateTable("agent_keys")
      .set({ seen_ms: atMs, ...(endsPrevious && { previous_hash: null, previous_until_ms: null }) })
      .where("agent", "=", agent)
      .execute();
  }

  async revoke(agent: string, atMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("agent_keys")
      .set({ revoked_ms: atMs })
      .where("agent", "=", agent)
      .where("revoked_ms", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}

const recordOf = (row: Tables["agent_keys"]): AgentKeyRecord => ({
  agent: row.agent,
  key_hash: row.key_hash,
  rooms: JSON.parse(row.rooms) as string[],
  created_ms: row.created_ms,
  role: row.role as KeyRole,
  topics: JSON.parse(row.topics) as string[],
  ...(row.previous_hash !== null && {
    previous: { key_hash: row.previous_hash, until_ms: row.previous_until_ms ?? 0 },
  }),
  ...(row.seen_ms !== null && { seen_ms: row.seen_ms }),
  ...(row.revoked_ms !== null && { revoked_ms: row.revoked_ms }),
});
