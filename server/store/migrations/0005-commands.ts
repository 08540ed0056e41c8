import type { Migration } from "kysely/migration";

/** What was asked of devices outlives the process that asked: with its deadline, by whom, and what became of it. */
export const commands: Migration = {
  async up(db) {
    await db.schema
      .createTable("commands")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("site", "text", (column) => column.notNull())
      .addColumn("room", "text", (column) => column.notNull())
      .addColumn("device", "text", (column) => column.notNull())
      .addColumn("command", "text", (column) => column.notNull())
      .addColumn("input", "text")
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("asked_by", "text", (column) => column.notNull())
      .addColumn("asked_ms", "bigint", (column) => column.notNull())
      .addColumn("deadline_ms", "bigint", (column) => column.notNull())
      .addColumn("ended_ms", "bigint")
      .addColumn("code", "text")
      .addColumn("text", "text")
      .execute();
    await db.schema.createIndex("commands_by_state").on("commands").columns(["state", "asked_ms"]).execute();
  },
};
