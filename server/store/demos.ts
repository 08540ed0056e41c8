import { randomUUIDv7 } from "node:crypto";
import type { Kysely } from "kysely";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { roomKey } from "#contract/ids.ts";
import type { Needs } from "#contract/messages/room.ts";
import { askedNeeds } from "./asked-needs.ts";
import { given, present, type Present } from "./present.ts";
import type { Tables } from "./tables.ts";

/** What is asked of a room for a visit, its template included. */
interface Asked {
  needs: Needs;
  target?: number;
  /** How its template is called. */
  template_name?: string;
}

type Row = Tables["demos"];
/** `needs` and `target` are what the visit says itself; `asked` is what holds. */
export type DemoRecord = Omit<Present<Row>, "needs" | "access" | "template_by"> & {
  key: string;
  needs: Needs;
  access?: "arranged" | "missing";
  template_by?: TemplateBy;
  asked: Asked;
};
/** Who chose a template: a person, the calendar or file by its name, or a rule. */
type TemplateBy = "hand" | "source" | "rule";
/** A demo as an editor or an import gives it. */
export type DemoDraft = Omit<DemoRecord, "id" | "key" | "revision" | "updated_ms" | "uid" | "recurrence" | "asked"> & {
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
    const row = await this.#withTemplates().where("demos.id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** What overlaps a span, earliest first; of one room where given. */
  async within(span: Span, options: { site?: string; room?: string; limit?: number } = {}): Promise<DemoRecord[]> {
    let query = this.#withTemplates()
      .where("end_ms", ">", span.from_ms)
      .where("start_ms", "<", span.to_ms)
      .orderBy("start_ms")
      .orderBy("demos.id")
      .limit(options.limit ?? 5_000);
    if (options.site !== undefined) query = query.where("site", "=", options.site);
    if (options.room !== undefined) query = query.where("room", "=", options.room);
    return (await query.execute()).map(recordOf);
  }

  async ofSource(source: string): Promise<DemoRecord[]> {
    return (await this.#withTemplates().where("source", "=", source).execute()).map(recordOf);
  }

  /** How many visits that run or come use each template, by its id. */
  async comingByTemplate(): Promise<Map<string, number>> {
    const rows = await this.#db
      .selectFrom("demos")
      .select((select) => ["template", select.fn.countAll<number>().as("visits")])
      .where("template", "is not", null)
      .where("end_ms", ">", this.#clock.now())
      .groupBy("template")
      .execute();
    return new Map(rows.map(({ template, visits }) => [template ?? "", visits]));
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
    return this.#found(id);
  }

  /** Writes a demo whole; `revision` is the one that the editor has seen. Throws NOT_FOUND, or CONFLICT when it is another. */
  async put(id: string, draft: DemoDraft, revision?: number): Promise<DemoRecord> {
    const known = await this.#found(id);
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
    return this.#found(id);
  }

  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom("demos").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async #found(id: string): Promise<DemoRecord> {
    const known = await this.get(id);
    if (known === undefined) throw new GreenroomError("NOT_FOUND", `there is no demo ${id}`);
    return known;
  }

  #withTemplates() {
    return this.#db
      .selectFrom("demos")
      .leftJoin("templates", "templates.id", "demos.template")
      .selectAll("demos")
      .select([
        "templates.name as template_name",
        "templates.needs as template_needs",
        "templates.target as template_target",
      ]);
  }
}

interface JoinedRow extends Row {
  template_name: string | null;
  template_needs: string | null;
  template_target: number | null;
}

function recordOf({ template_name, template_needs, template_target, ...row }: JoinedRow): DemoRecord {
  const needs = JSON.parse(row.needs) as Needs;
  const { access: _, template_by: __, ...rest } = row;
  return {
    ...present(rest),
    // Only what these types name is ever written.
    ...given({
      access: (row.access ?? undefined) as DemoRecord["access"],
      template_by: (row.template_by ?? undefined) as TemplateBy | undefined,
    }),
    key: roomKey(row.site, row.room),
    needs,
    asked: {
      needs: askedNeeds(needs, template_needs === null ? undefined : (JSON.parse(template_needs) as Needs)),
      ...given({
        target: row.target ?? template_target ?? undefined,
        template_name: template_name ?? undefined,
      }),
    },
  };
}

const rowOf = (
  draft: DemoDraft & { id: string; uid: string; recurrence: string },
  revision: number,
  nowMs: number,
): Row => ({
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
  template: draft.template ?? null,
  template_by: draft.template_by ?? null,
  access: draft.access ?? null,
  moved_from: draft.moved_from ?? null,
  revision,
  updated_ms: nowMs,
});
