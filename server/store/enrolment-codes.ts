import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export interface EnrolmentCode {
  id: string;
  code_hash: string;
  agent: string;
  site: string;
  rooms: string[];
  created_by: string;
  created_ms: number;
  expires_ms: number;
}

/** One-time codes by which agents get their first key: hashed, short-lived, spent once. */
export class EnrolmentCodes {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** An agent has one open code: a newer one takes its place. */
  async add(code: EnrolmentCode): Promise<void> {
    await this.#db.deleteFrom("enrolment_codes").where("agent", "=", code.agent).where("used_ms", "is", null).execute();
    await this.#db
      .insertInto("enrolment_codes")
      .values({ ...code, rooms: JSON.stringify(code.rooms), used_ms: null })
      .execute();
  }

  async open(id: string, nowMs: number): Promise<EnrolmentCode | undefined> {
    const row = await this.#db
      .selectFrom("enrolment_codes")
      .selectAll()
      .where("id", "=", id)
      .where("used_ms", "is", null)
      .where("expires_ms", ">", nowMs)
      .executeTakeFirst();
    return row === undefined ? undefined : { ...row, rooms: JSON.parse(row.rooms) as string[] };
  }

  /** Of two who spend it at once, one does. */
  async spend(id: string, nowMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("enrolment_codes")
      .set({ used_ms: nowMs })
      .where("id", "=", id)
      .where("used_ms", "is", null)
      .where("expires_ms", ">", nowMs)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Takes an agent's open code back. */
  async drop(agent: string): Promise<void> {
    await this.#db.deleteFrom("enrolment_codes").where("agent", "=", agent).where("used_ms", "is", null).execute();
  }

  /** Codes that may still be used: when each ends, by agent. */
  async waiting(nowMs: number): Promise<Map<string, number>> {
    const rows = await this.#db
      .selectFrom("enrolment_codes")
      .select(["agent", "expires_ms"])
      .where("used_ms", "is", null)
      .where("expires_ms", ">", nowMs)
      .execute();
    return new Map(rows.map(({ agent, expires_ms }) => [agent, expires_ms]));
  }

  async forget(beforeMs: number): Promise<void> {
    await this.#db.deleteFrom("enrolment_codes").where("expires_ms", "<", beforeMs).execute();
  }
}
