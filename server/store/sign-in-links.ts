import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** One-time sign-in links: hashed, expiring, spent once. */
export class SignInLinks {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(link: Omit<Tables["sign_in_links"], "used_ms">): Promise<void> {
    await this.#db
      .insertInto("sign_in_links")
      .values({ ...link, used_ms: null })
      .execute();
  }

  /** Spends a link and names its person; `undefined` when it is unknown, expired or spent. Of two at once, one gets it. */
  async spend(hash: string, nowMs: number): Promise<string | undefined> {
    const row = await this.#db
      .updateTable("sign_in_links")
      .set({ used_ms: nowMs })
      .where("token_hash", "=", hash)
      .where("used_ms", "is", null)
      .where("expires_ms", ">", nowMs)
      .returning("person")
      .executeTakeFirst();
    return row?.person;
  }

  async isOpen(hash: string, nowMs: number): Promise<boolean> {
    const row = await this.#db
      .selectFrom("sign_in_links")
      .select("token_hash")
      .where("token_hash", "=", hash)
      .where("used_ms", "is", null)
      .where("expires_ms", ">", nowMs)
      .executeTakeFirst();
    return row !== undefined;
  }

  async removeOf(person: string): Promise<void> {
    await this.#db.deleteFrom("sign_in_links").where("person", "=", person).execute();
  }

  async removeExpired(beforeMs: number): Promise<void> {
    await this.#db.deleteFrom("sign_in_links").where("expires_ms", "<", beforeMs).execute();
  }
}
