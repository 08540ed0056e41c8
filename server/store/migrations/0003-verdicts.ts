import type { CreateTableBuilder } from "kysely";
import type { Migration } from "kysely/migration";

/** How rooms were judged, change by change; and when somebody was there to take it down. */
export const verdicts: Migration = {
  async up(db) {
    let table: CreateTableBuilder<string, string> = db.schema.createTable("verdicts");
    for (const name of ["site", "room", "outcome", "sentence", "currency", "packed"])
      table = table.addColumn(name, "text", (column) => column.notNull());
    await table
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("score", "double precision", (column) => column.notNull())
      .addPrimaryKeyConstraint("verdicts_pk", ["site", "room", "at_ms"])
      .execute();
    await db.schema.createIndex("verdicts_by_time").on("verdicts").column("at_ms").execute();
    await db.schema
      .createTable("verdict_watches")
      .addColumn("from_ms", "bigint", (column) => column.primaryKey())
      .addColumn("to_ms", "bigint", (column) => column.notNull())
      .execute();
  },
};
