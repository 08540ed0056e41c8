import type { Kysely } from "kysely";
import type { CommandView } from "#contract/api/commands.ts";
import { present, type Present } from "./present.ts";
import type { Tables } from "./tables.ts";

export type CommandRow = Present<Tables["commands"]>;

/** What became of it. */
export interface CommandEnd {
  state: Exclude<CommandView["state"], "asked">;
  ended_ms: number;
  code?: string | undefined;
  text?: string | undefined;
}

/** What was asked of devices, and what became of it. */
export class Commands {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(row: CommandRow): Promise<void> {
    await this.#db.insertInto("commands").values(row).execute();
  }

  async find(id: string): Promise<CommandRow | undefined> {
    const row = await this.#db.selectFrom("commands").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : present(row);
  }

  /** Those that wait for an answer, oldest first. */
  async open(): Promise<CommandRow[]> {
    const rows = await this.#db
      .selectFrom("commands")
      .selectAll()
      .where("state", "=", "asked")
      .orderBy("asked_ms")
      .execute();
    return rows.map(present);
  }

  /** Ends it once: what has ended stays as it ended. */
  async end(id: string, { state, ended_ms, code = "", text = "" }: CommandEnd): Promise<void> {
    await this.#db
      .updateTable("commands")
      .set({ state, ended_ms, code: code || null, text: text || null })
      .where("id", "=", id)
      .where("state", "=", "asked")
      .execute();
  }

  /** Forgets what had ended by then, at most so many; how many they were. */
  async removeOlder({ beforeMs, limit }: { beforeMs: number; limit: number }): Promise<number> {
    const old = this.#db.selectFrom("commands").select("id").where("ended_ms", "<", beforeMs).limit(limit);
    const { numDeletedRows } = await this.#db.deleteFrom("commands").where("id", "in", old).executeTakeFirst();
    return Number(numDeletedRows);
  }
}
