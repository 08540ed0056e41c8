import type { Migration } from "kysely/migration";

/**
 * Keys of the broker get a role, topics of their own and a second life while they are changed; agents get certificates, and
 * codes to enrol with.
 */
export const keys: Migration = {
  async up(db) {
    const alter = (): ReturnType<typeof db.schema.alterTable> => db.schema.alterTable("agent_keys");
    await alter()
      .addColumn("role", "text", (column) => column.notNull().defaultTo("agent"))
      .execute();
    await alter()
      .addColumn("topics", "text", (column) => column.notNull().defaultTo("[]"))
      .execute();
    await alter().addColumn("previous_hash", "text").execute();
    await alter().addColumn("previous_until_ms", "bigint").execute();
    await alter().addColumn("seen_ms", "bigint").execute();
    await db.schema
      .createTable("agent_certificates")
      .addColumn("serial", "text", (column) => column.primaryKey())
      .addColumn("agent", "text", (column) => column.notNull())
      .addColumn("site", "text", (column) => column.notNull())
      .addColumn("public_key", "text", (column) => column.notNull())
      .addColumn("issued_ms", "bigint", (column) => column.notNull())
      .addColumn("expires_ms", "bigint", (column) => column.notNull())
      .addColumn("ended_ms", "bigint")
      .execute();
    await db.schema.createIndex("agent_certificates_by_agent").on("agent_certificates").column("agent").execute();
    await db.schema
      .createTable("enrolment_codes")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("code_hash", "text", (column) => column.notNull())
      .addColumn("agent", "text", (column) => column.notNull())
      .addColumn("site", "text", (column) => column.notNull())
      .addColumn("rooms", "text", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("created_ms", "bigint", (column) => column.notNull())
      .addColumn("expires_ms", "bigint", (column) => column.notNull())
      .addColumn("used_ms", "bigint")
      .execute();
  },
};
