import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GreenroomError, messageOf } from "#contract/errors.ts";

/**
 * Takes the data folder for this process. The lock is SQLite's own file lock, which the system lets go of however the
 * process ends. Returns what gives it back.
 */
export function takeDataDir(dataDir: string): () => void {
  const lock = openLock(dataDir);
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (isBusy(error))
      throw new GreenroomError("DATA_DIR_IN_USE", `another Greenroom uses the data folder ${dataDir}`, error);
    throw unusable(dataDir, error);
  }
  return () => lock.close();
}

function openLock(dataDir: string): DatabaseSync {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return new DatabaseSync(join(dataDir, "lock.db"));
  } catch (error) {
    throw unusable(dataDir, error);
  }
}

const unusable = (dataDir: string, error: unknown): GreenroomError =>
  new GreenroomError("CONFIG_INVALID", `the data folder ${dataDir} cannot be used: ${messageOf(error)}`, error);

/** SQLITE_BUSY, with whatever extension. */
const isBusy = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;
