import { randomUUIDv7 } from "node:crypto";
import type { Kysely } from "kysely";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { roomKey } from "#contract/ids.ts";
import type { Needs } from "#contract/messages/room.ts";
import { present, type Present } from "./present.ts";
import type { Tables } from "./tables.ts";

export type DemoRecord = Omit<Present<Tables["demos"]>, "needs"> & { key: string; needs: Needs };
/** A demo as an editor or an import gives it. */
export type DemoDraft = Omit<DemoRecord, "id" | "key" | "revision" | "updated_ms" | "uid" | "recurrence"> & {
  id?: string;
  uid?: string;
  recurrence?: string;
};

export interface Span {
  from_ms: number;
  to_ms: number;
}

/** Client visits. */
export class Demos {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async get(id: string): Promise<DemoRecord | undefined> {
    const row = await this.#db.selectFrom("demos").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** What overlaps a span, earliest first; of one room where given. */
  async within(span: Span, options: { site?: string; room?: string; limit?: number } = {}): Promise<DemoRecord[]> {
    let query = this.#db
      .selectFrom("demos")
      .selectAll()
      .where("end_ms", ">", span.from_ms)
      .where("start_ms", "<", span.to_ms)
      .orderBy("start_ms")
      .orderBy("id")
      .limit(options.limit ?? 5_000);
    if (options.site !== undefined) query = query.where("site", "=", options.site);
    if (options.room !== undefined) query = query.where("room", "=", options.room);
    return (await query.execute()).map(recordOf);
  }

  async ofSource(source: string): Promise<DemoRecord[]> {
    return (await this.#db.selectFrom("demos").selectAll().where("source", "=", source).execute()).map(recordOf);
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#db.selectFrom("demos").select("id").limit(1).executeTakeFirst()) === undefined;
  }

  async add(draft: DemoDraft): Promise<DemoRecord> {
    const id = draft.id ?? randomUUIDv7();
    const row = rowOf({ ...draft, id, uid: draft.uid ?? id, recurrence: draft.recurrence ?? "" }, 1, this.#clock.now());
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto("demos")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) throw new GreenroomError("CONFLICT", `demo ${id} exists already`);
    return recordOf(row);
  }

  /** Writes a demo whole; `revision` is the one that the editor has seen. Throws NOT_FOUND, or CONFLICT when it is another. */
  async put(id: string, draft: DemoDraft, revision?: number): Promise<DemoRecord> {
    const known = await this.get(id);
    if (known === undefined) throw new GreenroomError("NOT_FOUND", `there is no demo ${id}`);
    if (revision !== undefined && revision !== known.revision)
      throw new GreenroomError("CONFLICT", `demo ${id} is at revision ${known.revision}, not ${revision}`);
    const row = rowOf(
      { ...draft, id, uid: draft.uid ?? known.uid, recurrence: draft.recurrence ?? known.recurrence },
      known.revision + 1,
      this.#clock.now(),
    );
    await this.#db
      .updateTable("demos")
      .set(row)
      .where("id", "=", id)
      .where("revision", "=", known.revision)
      .executeTakeFirstOrThrow();
    return recordOf(row);
  }

  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom("demos").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

const recordOf = (row: Tables["demos"]): DemoRecord => ({
  ...present(row),
  key: roomKey(row.site, row.room),
  needs: JSON.parse(row.needs) as Needs,
});

const rowOf = (
  draft: DemoDraft & { id: string; uid: string; recurrence: string },
  revision: number,
  nowMs: number,
): Tables["demos"] => ({
  id: draft.id,
  site: draft.site,
  room: draft.room,
  title: draft.title,
  account: draft.account ?? null,
  host: draft.host ?? null,
  start_ms: draft.start_ms,
  end_ms: draft.end_ms,
  arrival_ms: draft.arrival_ms,
  needs: JSON.stringify(draft.needs),
  target: draft.target ?? null,
  value_eur: draft.value_eur ?? null,
  source: draft.source,
  uid: draft.uid,
  recurrence: draft.recurrence,
  owner: draft.owner ?? null,
  revision,
  updated_ms: nowMs,
});
