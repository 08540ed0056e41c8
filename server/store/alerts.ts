import type { Kysely } from "kysely";
import { parseRoomKey, roomKey } from "#contract/ids.ts";
import type { Alert } from "#contract/messages/alert.ts";
import type { Tables } from "./tables.ts";

export interface AlertRecord {
  key: string;
  alert: Alert;
  closed_ms?: number;
}

/** Every alert's last state with its history, kept after the wire has forgotten it. */
export class Alerts {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async put(key: string, alert: Alert): Promise<void> {
    const { site, room } = parseRoomKey(key);
    const values = {
      alert: JSON.stringify(alert),
      status: alert.status,
      demo: alert.demo ?? null,
      cause: alert.cause,
      raised_ms: Date.parse(alert.raised_at),
      updated_ms: Date.parse(alert.at),
      closed_ms: null,
    };
    await this.#db
      .insertInto("alerts")
      .values({ site, room, id: alert.id, ...values })
      .onConflict((conflict) => conflict.columns(["site", "room", "id"]).doUpdateSet(values))
      .execute();
  }

  async close(key: string, id: string, atMs: number): Promise<void> {
    const { site, room } = parseRoomKey(key);
    await this.#db
      .updateTable("alerts")
      .set({ closed_ms: atMs })
      .where("site", "=", site)
      .where("room", "=", room)
      .where("id", "=", id)
      .where("closed_ms", "is", null)
      .execute();
  }

  /** Forgets alerts that ended before then, at most so many; how many they were. */
  async removeClosed({ beforeMs, limit }: { beforeMs: number; limit: number }): Promise<number> {
    const old = this.#db
      .selectFrom("alerts")
      .select(["site", "room", "id"])
      .where("closed_ms", "<", beforeMs)
      .orderBy("closed_ms")
      .limit(limit);
    const { numDeletedRows } = await this.#db
      .deleteFrom("alerts")
      .where((where) => where(where.refTuple("site", "room", "id"), "in", old.$asTuple("site", "room", "id")))
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async open(): Promise<AlertRecord[]> {
    const rows = await this.#db
      .selectFrom("alerts")
      .selectAll()
      .where("closed_ms", "is", null)
      .orderBy("raised_ms")
      .execute();
    return rows.map(recordOf);
  }

  async get(id: string): Promise<AlertRecord | undefined> {
    const row = await this.#db
      .selectFrom("alerts")
      .selectAll()
      .where("id", "=", id)
      .orderBy("updated_ms", "desc")
      .executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** Alerts whose first visit this was, in the order in which they were raised. */
  async about(demo: string): Promise<AlertRecord[]> {
    const rows = await this.#db
      .selectFrom("alerts")
      .selectAll()
      .where("demo", "=", demo)
      .orderBy("raised_ms")
      .orderBy("id")
      .execute();
    return rows.map(recordOf);
  }

  /** Raised in a span, newest first. */
  async raised(options: {
    fromMs: number;
    toMs: number;
    site?: string;
    room?: string;
    limit: number;
  }): Promise<AlertRecord[]> {
    let query = this.#db
      .selectFrom("alerts")
      .selectAll()
      .where("raised_ms", ">=", options.fromMs)
      .where("raised_ms", "<", options.toMs)
      .orderBy("raised_ms", "desc")
      .orderBy("id")
      .limit(options.limit);
    if (options.site !== undefined) query = query.where("site", "=", options.site);
    if (options.room !== undefined) query = query.where("room", "=", options.room);
    return (await query.execute()).map(recordOf);
  }
}

const recordOf = (row: Tables["alerts"]): AlertRecord => ({
  key: roomKey(row.site, row.room),
  alert: JSON.parse(row.alert) as Alert,
  ...(row.closed_ms === null ? {} : { closed_ms: row.closed_ms }),
});
