import { randomUUIDv7 } from "node:crypto";
import type { Kysely } from "kysely";
import { GreenroomError } from "#contract/errors.ts";
import { roomKey } from "#contract/ids.ts";
import type { Span } from "./demos.ts";
import type { Tables } from "./tables.ts";

export type MaintenanceRecord = Tables["maintenance"] & { key: string };
export type MaintenanceDraft = Omit<Tables["maintenance"], "id" | "revision"> & { id?: string };

/** Maintenance windows: planned work that mutes messages but never the verdict. */
export class Maintenance {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async get(id: string): Promise<MaintenanceRecord | undefined> {
    const row = await this.#db.selectFrom("maintenance").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  async within(
    span: Span,
    options: { site?: string; room?: string; limit?: number } = {},
  ): Promise<MaintenanceRecord[]> {
    let query = this.#db
      .selectFrom("maintenance")
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

  async add(draft: MaintenanceDraft): Promise<MaintenanceRecord> {
    const row = { ...draft, id: draft.id ?? randomUUIDv7(), revision: 1 };
    await this.#db.insertInto("maintenance").values(row).execute();
    return recordOf(row);
  }

  /** Writes a window whole; `revision` is the one that the editor has seen. Throws NOT_FOUND, or CONFLICT when it is another. */
  async put(id: string, draft: Omit<MaintenanceDraft, "created_by">, revision?: number): Promise<MaintenanceRecord> {
    const known = await this.get(id);
    if (known === undefined) throw new GreenroomError("NOT_FOUND", `there is no maintenance window ${id}`);
    if (revision !== undefined && revision !== known.revision)
      throw new GreenroomError("CONFLICT", `window ${id} is at revision ${known.revision}, not ${revision}`);
    const { site, room, start_ms, end_ms, reason } = draft;
    const change = { site, room, start_ms, end_ms, reason, revision: known.revision + 1 };
    await this.#db.updateTable("maintenance").set(change).where("id", "=", id).execute();
    return { ...known, ...change, key: roomKey(site, room) };
  }

  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom("maintenance").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

const recordOf = (row: Tables["maintenance"]): MaintenanceRecord => ({ ...row, key: roomKey(row.site, row.room) });
