import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GreenroomError, messageOf } from "#contract/errors.ts";

/**
 * Takes the data folder for this process. The lock is SQLite's own file lock, which the system lets go of however the
 * process ends. Returns what gives it back.
 */
export function takeDataDir(dataDir: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new GreenroomError("CONFIG_INVALID", `the data folder ${dataDir} cannot be made: ${messageOf(error)}`, error);
  }
  const lock = new DatabaseSync(join(dataDir, "lock.db"));
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    throw new GreenroomError("DATA_DIR_IN_USE", `another Greenroom uses the data folder ${dataDir}`, error);
  }
  return () => lock.close();
}
