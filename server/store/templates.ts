import type { Kysely } from "kysely";
import { GreenroomError } from "#contract/errors.ts";
import { slug } from "#contract/ids.ts";
import type { Needs } from "#contract/messages/room.ts";
import { present, type Present } from "./present.ts";
import type { Tables } from "./tables.ts";

export type TemplateRecord = Omit<Present<Tables["templates"]>, "needs" | "words" | "is_default"> & {
  needs: Needs;
  words: readonly string[];
  is_default: boolean;
};
export type TemplateDraft = Omit<TemplateRecord, "id" | "created_by" | "revision">;

/** Named sets of needs. */
export class Templates {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<TemplateRecord[]> {
    return (await this.#db.selectFrom("templates").selectAll().orderBy("name").execute()).map(recordOf);
  }

  async get(id: string): Promise<TemplateRecord | undefined> {
    const row = await this.#db.selectFrom("templates").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** Its id comes from its name. Throws CONFLICT when there is one of that name. */
  async add(draft: TemplateDraft, createdBy: string): Promise<TemplateRecord> {
    const id = slug(draft.name);
    if (id === "") throw new GreenroomError("INPUT_INVALID", "name: has no letter or figure");
    const row = { id, ...columnsOf(draft), created_by: createdBy, revision: 1 };
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto("templates")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) throw new GreenroomError("CONFLICT", `there is a template ${id} already`);
    await this.#onlyDefault(row);
    return recordOf(row);
  }

  /** Writes a template whole; its id stays. Throws NOT_FOUND, or CONFLICT when it is at another revision than the editor has seen. */
  async put(id: string, draft: TemplateDraft, revision?: number): Promise<TemplateRecord> {
    const known = await this.#db.selectFrom("templates").selectAll().where("id", "=", id).executeTakeFirst();
    if (known === undefined) throw new GreenroomError("NOT_FOUND", `there is no template ${id}`);
    if (revision !== undefined && revision !== known.revision)
      throw new GreenroomError("CONFLICT", `template ${id} is at revision ${known.revision}, not ${revision}`);
    const row = { ...known, ...columnsOf(draft), revision: known.revision + 1 };
    await this.#db.updateTable("templates").set(row).where("id", "=", id).execute();
    await this.#onlyDefault(row);
    return recordOf(row);
  }

  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom("templates").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async #onlyDefault(row: Tables["templates"]): Promise<void> {
    if (row.is_default === 0) return;
    await this.#db.updateTable("templates").set({ is_default: 0 }).where("id", "!=", row.id).execute();
  }
}

const recordOf = (row: Tables["templates"]): TemplateRecord => ({
  ...present(row),
  needs: JSON.parse(row.needs) as Needs,
  words: JSON.parse(row.words) as string[],
  is_default: row.is_default === 1,
});

const columnsOf = (draft: TemplateDraft): Omit<Tables["templates"], "id" | "created_by" | "revision"> => ({
  name: draft.name,
  needs: JSON.stringify(draft.needs),
  target: draft.target ?? null,
  words: JSON.stringify(draft.words),
  is_default: draft.is_default ? 1 : 0,
});
