import type { CreateTableBuilder, Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** The first schema: rooms, plan, people and evidence. */
export const initial: Migration = {
  async up(db) {
    await createPlan(db);
    await createPeople(db);
    await createEvidence(db);
  },
};

type Table = CreateTableBuilder<string, string>;
const required = (table: Table, type: "text" | "bigint" | "double precision", ...names: string[]): Table =>
  names.reduce((t, name) => t.addColumn(name, type, (column) => column.notNull()), table);
const optional = (table: Table, type: "text" | "bigint" | "double precision", ...names: string[]): Table =>
  names.reduce((t, name) => t.addColumn(name, type), table);
const create = (db: Kysely<unknown>, name: string): Table => db.schema.createTable(name);

async function createPlan(db: Kysely<unknown>): Promise<void> {
  let rooms = required(create(db, "rooms"), "text", "site", "room", "card");
  rooms = optional(required(rooms, "bigint", "revision", "updated_ms"), "bigint", "removed_ms");
  await rooms.addPrimaryKeyConstraint("rooms_pk", ["site", "room"]).execute();

  let demos = create(db, "demos").addColumn("id", "text", (column) => column.primaryKey());
  demos = required(demos, "text", "site", "room", "title", "needs", "source", "uid", "recurrence");
  demos = optional(demos, "text", "account", "host", "owner");
  demos = required(demos, "bigint", "start_ms", "end_ms", "arrival_ms", "revision", "updated_ms");
  demos = optional(demos, "double precision", "target", "value_eur");
  await demos.addUniqueConstraint("demos_identity", ["source", "uid", "recurrence"]).execute();
  await db.schema.createIndex("demos_by_room").on("demos").columns(["site", "room", "end_ms"]).execute();
  await db.schema.createIndex("demos_by_end").on("demos").columns(["end_ms", "start_ms"]).execute();

  let bookings = create(db, "bookings").addColumn("id", "text", (column) => column.primaryKey());
  bookings = required(bookings, "text", "site", "room", "source", "uid", "recurrence");
  bookings = required(bookings, "bigint", "start_ms", "end_ms");
  await bookings.addUniqueConstraint("bookings_identity", ["source", "uid", "recurrence"]).execute();
  await db.schema.createIndex("bookings_by_room").on("bookings").columns(["site", "room", "end_ms"]).execute();

  let maintenance = create(db, "maintenance").addColumn("id", "text", (column) => column.primaryKey());
  maintenance = required(maintenance, "text", "site", "room", "reason", "created_by");
  maintenance = required(maintenance, "bigint", "start_ms", "end_ms", "revision");
  await maintenance.execute();
  await db.schema.createIndex("maintenance_by_room").on("maintenance").columns(["site", "room", "end_ms"]).execute();

  let calendars = create(db, "calendars").addColumn("name", "text", (column) => column.primaryKey());
  calendars = optional(calendars, "text", "url", "ics", "site", "room", "demo_marker", "etag", "last_modified");
  calendars = optional(calendars, "bigint", "fetched_ms", "succeeded_ms");
  calendars = required(calendars, "bigint", "refresh_min", "failures", "events", "revision");
  await required(calendars, "text", "faults").execute();
}

async function createPeople(db: Kysely<unknown>): Promise<void> {
  let people = create(db, "people").addColumn("id", "text", (column) => column.primaryKey());
  people = people.addColumn("email", "text", (column) => column.notNull().unique());
  people = optional(required(people, "text", "name", "role"), "text", "password_hash");
  await optional(required(people, "bigint", "created_ms", "revision"), "bigint", "disabled_ms").execute();

  let sessions = create(db, "sessions").addColumn("id", "text", (column) => column.primaryKey());
  sessions = sessions.addColumn("token_hash", "text", (column) => column.notNull().unique());
  sessions = optional(required(sessions, "text", "person", "csrf", "address"), "text", "previous_hash");
  sessions = required(sessions, "bigint", "created_ms", "rotated_ms", "seen_ms");
  await optional(sessions, "bigint", "previous_until_ms").execute();
  await db.schema.createIndex("sessions_by_previous").on("sessions").column("previous_hash").execute();
  await db.schema.createIndex("sessions_by_person").on("sessions").column("person").execute();

  const links = create(db, "sign_in_links").addColumn("token_hash", "text", (column) => column.primaryKey());
  await optional(
    required(required(links, "text", "person"), "bigint", "created_ms", "expires_ms"),
    "bigint",
    "used_ms",
  ).execute();

  let tokens = create(db, "api_tokens").addColumn("id", "text", (column) => column.primaryKey());
  tokens = tokens.addColumn("token_hash", "text", (column) => column.notNull().unique());
  tokens = required(required(tokens, "text", "name", "role", "created_by"), "bigint", "created_ms");
  await optional(tokens, "bigint", "expires_ms", "used_ms", "revoked_ms").execute();

  const keys = create(db, "agent_keys").addColumn("agent", "text", (column) => column.primaryKey());
  await optional(
    required(required(keys, "text", "key_hash", "rooms"), "bigint", "created_ms"),
    "bigint",
    "revoked_ms",
  ).execute();
}

async function createEvidence(db: Kysely<unknown>): Promise<void> {
  let alerts = required(create(db, "alerts"), "text", "site", "room", "id", "alert", "status", "cause");
  alerts = optional(required(alerts, "bigint", "raised_ms", "updated_ms"), "bigint", "closed_ms");
  await optional(alerts, "text", "demo").addPrimaryKeyConstraint("alerts_pk", ["site", "room", "id"]).execute();
  await db.schema.createIndex("alerts_by_raised").on("alerts").columns(["raised_ms", "id"]).execute();
  await db.schema.createIndex("alerts_by_demo").on("alerts").column("demo").execute();

  let receipts = create(db, "receipts").addColumn("demo", "text", (column) => column.primaryKey());
  receipts = required(receipts, "text", "site", "room", "status", "outcome", "readiness");
  await required(required(receipts, "bigint", "arrival_ms"), "double precision", "score", "p_ready").execute();
  await db.schema.createIndex("receipts_by_room").on("receipts").columns(["site", "room", "arrival_ms"]).execute();

  let audit = create(db, "audit").addColumn("id", "text", (column) => column.primaryKey());
  audit = required(audit, "text", "actor", "action", "subject", "detail", "address");
  await required(audit, "bigint", "at_ms").execute();
  await db.schema.createIndex("audit_by_time").on("audit").columns(["at_ms", "id"]).execute();
}
