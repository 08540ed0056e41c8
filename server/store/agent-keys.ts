import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export interface AgentKeyRecord {
  agent: string;
  key_hash: string;
  rooms: string[];
  created_ms: number;
}

/** Keys with which agents sign in to the broker. Only hashes are kept. */
export class AgentKeys {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<AgentKeyRecord[]> {
    const rows = await this.#db
      .selectFrom("agent_keys")
      .selectAll()
      .where("revoked_ms", "is", null)
      .orderBy("agent")
      .execute();
    return rows.map(recordOf);
  }

  async get(agent: string): Promise<AgentKeyRecord | undefined> {
    const row = await this.#db
      .selectFrom("agent_keys")
      .selectAll()
      .where("agent", "=", agent)
      .where("revoked_ms", "is", null)
      .executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** A new key takes the place of the old one. */
  async put(key: AgentKeyRecord): Promise<void> {
    const values = {
      key_hash: key.key_hash,
      rooms: JSON.stringify(key.rooms),
      created_ms: key.created_ms,
      revoked_ms: null,
    };
    await this.#db
      .insertInto("agent_keys")
      .values({ agent: key.agent, ...values })
      .onConflict((conflict) => conflict.column("agent").doUpdateSet(values))
      .execute();
  }

  async setRooms(agent: string, rooms: readonly string[]): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("agent_keys")
      .set({ rooms: JSON.stringify(rooms) })
      .where("agent", "=", agent)
      .where("revoked_ms", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
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
});
