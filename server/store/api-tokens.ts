import type { Kysely } from "kysely";
import type { Role } from "#contract/api/views.ts";
import { present, type Present } from "./present.ts";
import type { Tables } from "./tables.ts";

export type ApiTokenRecord = Omit<Present<Tables["api_tokens"]>, "role"> & { role: Role };

/** Tokens of programs. Only hashes are kept. */
export class ApiTokens {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<ApiTokenRecord[]> {
    const rows = await this.#db
      .selectFrom("api_tokens")
      .selectAll()
      .where("revoked_ms", "is", null)
      .orderBy("created_ms")
      .orderBy("id")
      .execute();
    return rows.map(recordOf);
  }

  async add(token: Omit<ApiTokenRecord, "used_ms" | "revoked_ms">): Promise<void> {
    await this.#db.insertInto("api_tokens").values(token).execute();
  }

  /** A token that is neither revoked nor expired. */
  async byHash(hash: string, nowMs: number): Promise<ApiTokenRecord | undefined> {
    const row = await this.#db
      .selectFrom("api_tokens")
      .selectAll()
      .where("token_hash", "=", hash)
      .where("revoked_ms", "is", null)
      .where((where) => where.or([where("expires_ms", "is", null), where("expires_ms", ">", nowMs)]))
      .executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** Whether a token is still good: asked again and again for a connection that stays open. */
  async holds(id: string, nowMs: number): Promise<boolean> {
    const row = await this.#db
      .selectFrom("api_tokens")
      .select("id")
      .where("id", "=", id)
      .where("revoked_ms", "is", null)
      .where((where) => where.or([where("expires_ms", "is", null), where("expires_ms", ">", nowMs)]))
      .executeTakeFirst();
    return row !== undefined;
  }

  async used(id: string, atMs: number): Promise<void> {
    await this.#db.updateTable("api_tokens").set({ used_ms: atMs }).where("id", "=", id).execute();
  }

  async revoke(id: string, atMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("api_tokens")
      .set({ revoked_ms: atMs })
      .where("id", "=", id)
      .where("revoked_ms", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}

const recordOf = (row: Tables["api_tokens"]): ApiTokenRecord => ({ ...present(row), role: row.role as Role });
