import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Generated, Kysely, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteDialect } from "./dialect.ts";
import { migrate, type Migrations } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

interface Schema {
  person: { id: Generated<number>; name: string; at_ms: number };
}

const migrations: Migrations = {
  "0001-person": {
    async up(db) {
      await sql`CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL) STRICT`.execute(
        db,
      );
    },
  },
};

let folder: string;
let db: Kysely<Schema>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-sqlite-"));
  db = new Kysely<Schema>({ dialect: sqliteDialect(openDatabase(join(folder, "deep", "app.db"))) });
  await migrate(db, migrations);
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

describe("the SQLite dialect", () => {
  it("opens with WAL, FULL and foreign keys", async () => {
    const pragma = async (name: string): Promise<unknown> =>
      Object.values((await sql.raw(`PRAGMA ${name}`).execute(db)).rows[0] as object)[0];
    expect(await pragma("journal_mode")).toBe("wal");
    expect(await pragma("synchronous")).toBe(2);
    expect(await pragma("foreign_keys")).toBe(1);
    expect(await pragma("busy_timeout")).toBe(5_000);
  });

  it("binds whole numbers as integers, so that division stays whole", async () => {
    const { rows } = await sql<{ n: number }>`SELECT (${25} - ${1}) / ${10} AS n`.execute(db);
    expect(rows[0]?.n).toBe(2);
  });

  it("refuses what node:sqlite would bind as NULL", async () => {
    await expect(sql`SELECT ${new Date(0)} AS at`.execute(db)).rejects.toThrow("cannot bind");
    await expect(sql`SELECT ${undefined} AS at`.execute(db)).rejects.toThrow("cannot bind");
  });

  it("gives back inserted rows and counts changes", async () => {
    const row = await db
      .insertInto("person")
      .values({ name: "ann", at_ms: 1 })
      .returning(["id", "name"])
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ id: 1, name: "ann" });
    const changed = await db
      .updateTable("person")
      .set({ at_ms: 2 })
      .where("name", "=", "ann")
      .executeTakeFirstOrThrow();
    expect(changed.numUpdatedRows).toBe(1n);
  });

  it("keeps a plain write out of an open transaction that is rolled back", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const rolledBack = db.transaction().execute(async (tx) => {
      await tx.insertInto("person").values({ name: "a", at_ms: 1 }).execute();
      await held;
      throw new Error("changed my mind");
    });
    const plain = db.insertInto("person").values({ name: "b", at_ms: 2 }).execute();
    release();
    await expect(rolledBack).rejects.toThrow("changed my mind");
    await plain;
    expect(await db.selectFrom("person").select("name").execute()).toEqual([{ name: "b" }]);
  });

  it("leaves nothing of a migration that fails", async () => {
    const broken: Migrations = {
      ...migrations,
      "0002-broken": {
        async up(tx) {
          await sql`CREATE TABLE half (id INTEGER) STRICT`.execute(tx);
          await sql`CREATE TABLE nonsense (id NONSENSE) STRICT`.execute(tx);
        },
      },
    };
    await expect(migrate(db, broken)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    const { rows } = await sql`SELECT 1 FROM sqlite_schema WHERE name = 'half'`.execute(db);
    expect(rows).toEqual([]);
    await migrate(db, migrations);
  });

  it("names a file that is no database", () => {
    const file = join(folder, "not.db");
    writeFileSync(file, "this is not a database, whatever its name says".repeat(100));
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
  });
});
