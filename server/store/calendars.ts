import type { Kysely } from "kysely";
import { present, type Present } from "./present.ts";
import type { Tables } from "./tables.ts";

interface Fault {
  where: string;
  why: string;
}
export type CalendarRecord = Omit<Present<Tables["calendars"]>, "faults"> & { faults: Fault[] };
export type CalendarDraft = Pick<
  Present<Tables["calendars"]>,
  "name" | "url" | "ics" | "site" | "room" | "demo_marker" | "refresh_min"
>;
/** What an attempt to read a feed found. */
export type CalendarProgress = Partial<
  Pick<
    Present<Tables["calendars"]>,
    "ics" | "etag" | "last_modified" | "fetched_ms" | "succeeded_ms" | "failures" | "events"
  >
> & { faults?: readonly Fault[] };

/** Calendars that are read for demos: feeds by address, or texts that were uploaded. */
export class Calendars {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<CalendarRecord[]> {
    return (await this.#db.selectFrom("calendars").selectAll().orderBy("name").execute()).map(recordOf);
  }

  async get(name: string): Promise<CalendarRecord | undefined> {
    const row = await this.#db.selectFrom("calendars").selectAll().where("name", "=", name).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  async put(draft: CalendarDraft): Promise<CalendarRecord> {
    const values = {
      url: draft.url ?? null,
      ics: draft.ics ?? null,
      site: draft.site ?? null,
      room: draft.room ?? null,
      demo_marker: draft.demo_marker ?? null,
      refresh_min: draft.refresh_min,
      // What was fetched before belongs to another address.
      etag: null,
      last_modified: null,
      failures: 0,
    };
    const known = await this.get(draft.name);
    await this.#db
      .insertInto("calendars")
      .values({
        name: draft.name,
        ...values,
        fetched_ms: null,
        succeeded_ms: null,
        faults: "[]",
        events: 0,
        revision: 1,
      })
      .onConflict((conflict) =>
        conflict.column("name").doUpdateSet({ ...values, revision: (known?.revision ?? 0) + 1 }),
      )
      .execute();
    return (await this.get(draft.name)) as CalendarRecord;
  }

  async progress(name: string, { faults, ...values }: CalendarProgress): Promise<void> {
    await this.#db
      .updateTable("calendars")
      .set({ ...values, ...(faults === undefined ? {} : { faults: JSON.stringify(faults) }) })
      .where("name", "=", name)
      .execute();
  }

  async remove(name: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom("calendars").where("name", "=", name).executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

const recordOf = (row: Tables["calendars"]): CalendarRecord => ({
  ...present(row),
  faults: JSON.parse(row.faults) as Fault[],
});
