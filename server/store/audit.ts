import { randomUUIDv7 } from "node:crypto";
import type { Kysely } from "kysely";
import type { Clock } from "#contract/clock.ts";
import type { Tables } from "./tables.ts";

export interface AuditEntry {
  /** Who: a person's id, `token:NAME`, or `system`. */
  actor: string;
  /** What: a verb and a noun, as `demo.add` or `sign-in.refused`. */
  action: string;
  /** On what. */
  subject: string;
  detail?: Readonly<Record<string, unknown>>;
  address?: string;
}
export type AuditRecord = Required<AuditEntry> & { id: string; at_ms: number };

/** Who did what, when. Written once, never changed, never with a secret; forgotten when its time is over (`retention.ts`). */
export class Audit {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async add(entry: AuditEntry): Promise<void> {
    await this.#db
      .insertInto("audit")
      .values({
        id: randomUUIDv7(),
        at_ms: this.#clock.now(),
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        detail: JSON.stringify(entry.detail ?? {}),
        address: entry.address ?? "",
      })
      .execute();
  }

  /** Forgets entries from before then, at most so many; how many they were. */
  async removeOlder({ beforeMs, limit }: { beforeMs: number; limit: number }): Promise<number> {
    const old = this.#db.selectFrom("audit").select("id").where("at_ms", "<", beforeMs).orderBy("at_ms").limit(limit);
    const { numDeletedRows } = await this.#db.deleteFrom("audit").where("id", "in", old).executeTakeFirst();
    return Number(numDeletedRows);
  }

  /** Newest first. */
  async recent(options: { beforeMs?: number; limit: number }): Promise<AuditRecord[]> {
    let query = this.#db
      .selectFrom("audit")
      .selectAll()
      .orderBy("at_ms", "desc")
      .orderBy("id", "desc")
      .limit(options.limit);
    if (options.beforeMs !== undefined) query = query.where("at_ms", "<", options.beforeMs);
    const rows = await query.execute();
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
  }
}
