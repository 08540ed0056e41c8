import { existsSync } from "node:fs";
import { join } from "node:path";
import { Kysely } from "kysely";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { sqliteDialect } from "../sqlite/dialect.ts";
import { openDatabase } from "../sqlite/open-database.ts";
import { migrations } from "./migrations/index.ts";
import { Store } from "./open-store.ts";
import type { Tables } from "./tables.ts";

/**
 * Opens `app.db` for reading alone, also while a server writes to it; nothing is brought up to date. Throws NOT_FOUND when
 * there is none, CONFIG_INVALID when its schema is another version's.
 */
export async function openStoreReadOnly(dataDir: string, options: { clock: Clock }): Promise<Store> {
  const file = join(dataDir, "app.db");
  if (!existsSync(file)) throw new GreenroomError("NOT_FOUND", `there is no Greenroom in ${dataDir}`);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openDatabase(file, { readOnly: true })) });
  const done = (await db
    .selectFrom("kysely_migration" as never)
    .select("name" as never)
    .execute()) as { name: string }[];
  const missing = Object.keys(migrations).find((name) => !done.some((one) => one.name === name));
  if (missing === undefined && done.length === Object.keys(migrations).length) return new Store(db, options.clock);
  await db.destroy();
  throw new GreenroomError("CONFIG_INVALID", `${file} was written by another version; start this one on it once`);
}
