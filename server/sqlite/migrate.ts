import type { Kysely } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import { GreenroomError, messageOf } from "#contract/errors.ts";

/** Steps of a schema by name; they run in the order of their names (`0001-…`), each once, and are never edited after a release. */
export type Migrations = Readonly<Record<string, Migration>>;

/**
 * Brings a database to the newest schema: all steps in one transaction, or none. Throws STORE_CORRUPT when it cannot, as
 * with a file that a newer Greenroom has written.
 */
export async function migrate<Schema>(db: Kysely<Schema>, migrations: Migrations): Promise<void> {
  const provider: MigrationProvider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === "Error")?.migrationName;
  throw new GreenroomError(
    "STORE_CORRUPT",
    `the schema cannot be brought up to date${failed === undefined ? "" : ` (step ${failed})`}: ${messageOf(error)}`,
    error,
  );
}
