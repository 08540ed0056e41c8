import type { Kysely } from "kysely";
import { present, type Present } from "./present.ts";
import type { Tables } from "./tables.ts";

export type SessionRecord = Present<Tables["sessions"]>;

/** Signed-in browsers. Only hashes of what the cookie holds are kept. */
export class Sessions {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(session: SessionRecord): Promise<void> {
    await this.#db.insertInto("sessions").values(session).execute();
  }

  /** By the hash of the current token, or of the one before it (which the caller accepts only for a short grace). */
  async byHash(hash: string): Promise<SessionRecord | undefined> {
    const row = await this.#db
      .selectFrom("sessions")
      .selectAll()
      .where((where) => where.or([where("token_hash", "=", hash), where("previous_hash", "=", hash)]))
      .executeTakeFirst();
    return row === undefined ? undefined : present(row);
  }

  async get(id: string): Promise<SessionRecord | undefined> {
    const row = await this.#db.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : present(row);
  }

  async seen(id: string, atMs: number): Promise<void> {
    await this.#db.updateTable("sessions").set({ seen_ms: atMs }).where("id", "=", id).execute();
  }

  /** Gives a session a new token; false when another request has done so meanwhile. */
  async rotate(id: string, change: { from: string; to: string; atMs: number; graceUntilMs: number }): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("sessions")
      .set({
        token_hash: change.to,
        previous_hash: change.from,
        previous_until_ms: change.graceUntilMs,
        rotated_ms: change.atMs,
        seen_ms: change.atMs,
      })
      .where("id", "=", id)
      .where("token_hash", "=", change.from)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom("sessions").where("id", "=", id).execute();
  }

  async removeOf(person: string): Promise<void> {
    await this.#db.deleteFrom("sessions").where("person", "=", person).execute();
  }

  async removeOlder(than: { createdMs: number; seenMs: number }): Promise<void> {
    await this.#db
      .deleteFrom("sessions")
      .where((where) => where.or([where("created_ms", "<", than.createdMs), where("seen_ms", "<", than.seenMs)]))
      .execute();
  }
}
