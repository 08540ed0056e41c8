import { randomUUIDv7 } from "node:crypto";
import type { Kysely } from "kysely";
import { roomKey } from "#contract/ids.ts";
import type { Span } from "./demos.ts";
import type { Tables } from "./tables.ts";

export type BookingRecord = Tables["bookings"] & { key: string };
export type BookingDraft = Omit<Tables["bookings"], "id" | "uid" | "recurrence"> & {
  uid?: string;
  recurrence?: string;
};

/** Bookings that are not demos: when people will be in a room, without names. */
export class Bookings {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async within(span: Span, options: { site?: string; room?: string; limit?: number } = {}): Promise<BookingRecord[]> {
    let query = this.#db
      .selectFrom("bookings")
      .selectAll()
      .where("end_ms", ">", span.from_ms)
      .where("start_ms", "<", span.to_ms)
      .orderBy("start_ms")
      .orderBy("id")
      .limit(options.limit ?? 10_000);
    if (options.site !== undefined) query = query.where("site", "=", options.site);
    if (options.room !== undefined) query = query.where("room", "=", options.room);
    return (await query.execute()).map((row) => ({ ...row, key: roomKey(row.site, row.room) }));
  }

  async ofSource(source: string): Promise<BookingRecord[]> {
    const rows = await this.#db.selectFrom("bookings").selectAll().where("source", "=", source).execute();
    return rows.map((row) => ({ ...row, key: roomKey(row.site, row.room) }));
  }

  async put(draft: BookingDraft): Promise<void> {
    const id = randomUUIDv7();
    const { site, room, start_ms, end_ms } = draft;
    await this.#db
      .insertInto("bookings")
      .values({ ...draft, id, uid: draft.uid ?? id, recurrence: draft.recurrence ?? "" })
      .onConflict((conflict) =>
        conflict.columns(["source", "uid", "recurrence"]).doUpdateSet({ site, room, start_ms, end_ms }),
      )
      .execute();
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom("bookings").where("id", "=", id).execute();
  }
}
