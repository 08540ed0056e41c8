import type { Kysely } from "kysely";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { roomKey } from "#contract/ids.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import type { Tables } from "./tables.ts";

export interface RoomRecord {
  /** `site/room` */
  key: string;
  site: string;
  room: string;
  card: RoomCard;
  revision: number;
}

/** The rooms and their cards. */
export class Rooms {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async all(): Promise<RoomRecord[]> {
    const rows = await this.#db
      .selectFrom("rooms")
      .selectAll()
      .where("removed_ms", "is", null)
      .orderBy("site")
      .orderBy("room")
      .execute();
    return rows.map(recordOf);
  }

  async get(site: string, room: string): Promise<RoomRecord | undefined> {
    const row = await this.#db
      .selectFrom("rooms")
      .selectAll()
      .where("site", "=", site)
      .where("room", "=", room)
      .where("removed_ms", "is", null)
      .executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** Rooms that were taken out of service: what was published of them has to go. */
  async removed(): Promise<{ site: string; room: string }[]> {
    return this.#db.selectFrom("rooms").select(["site", "room"]).where("removed_ms", "is not", null).execute();
  }

  /** Writes a card; `revision` is the one that the editor has seen (0 for a new room). Throws CONFLICT when it is another. */
  async put(site: string, room: string, card: RoomCard, revision?: number): Promise<RoomRecord> {
    const known = await this.#db
      .selectFrom("rooms")
      .select(["revision", "removed_ms"])
      .where("site", "=", site)
      .where("room", "=", room)
      .executeTakeFirst();
    const current = known === undefined || known.removed_ms !== null ? 0 : known.revision;
    if (revision !== undefined && revision !== current)
      throw new GreenroomError("CONFLICT", `room ${site}/${room} is at revision ${current}, not ${revision}`);
    const values = {
      card: JSON.stringify(card),
      revision: (known?.revision ?? 0) + 1,
      updated_ms: this.#clock.now(),
      removed_ms: null,
    };
    await this.#db
      .insertInto("rooms")
      .values({ site, room, ...values })
      .onConflict((conflict) => conflict.columns(["site", "room"]).doUpdateSet(values))
      .execute();
    return { key: roomKey(site, room), site, room, card, revision: values.revision };
  }

  /** Takes a room out of service. Its demos and history stay. */
  async remove(site: string, room: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("rooms")
      .set({ removed_ms: this.#clock.now() })
      .where("site", "=", site)
      .where("room", "=", room)
      .where("removed_ms", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}

const recordOf = (row: Tables["rooms"]): RoomRecord => ({
  key: roomKey(row.site, row.room),
  site: row.site,
  room: row.room,
  card: JSON.parse(row.card) as RoomCard,
  revision: row.revision,
});
