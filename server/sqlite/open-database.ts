import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GreenroomError, messageOf } from "#contract/errors.ts";

export interface OpenOptions {
  /** For readers beside the one writer, in another thread or process. */
  readOnly?: boolean;
}

const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/**
 * Opens a SQLite file the one way that Greenroom does: WAL, so that readers never stop the writer, and
 * `synchronous=FULL`, so that a commit that has returned survives a power cut. Folders are made as needed; `:memory:` is
 * for tests. Throws STORE_CORRUPT when the file is not a database, STORE_FULL when the disk is.
 */
export function openDatabase(file: string, options: OpenOptions = {}): DatabaseSync {
  const readOnly = options.readOnly === true;
  if (file !== ":memory:" && !readOnly) mkdirSync(dirname(file), { recursive: true });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly, timeout: 5_000 });
    if (!readOnly) {
      // The WAL is cut back after a long reader has made it grow.
      database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864");
    }
    database.exec("PRAGMA foreign_keys=ON");
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return database;
  } catch (error) {
    database?.close();
    throw asStoreError(error, file);
  }
}

/** Turns what SQLite throws about the state of the file or the disk into our error family; anything else is a defect and passes as it is. */
export function asStoreError(error: unknown, file: string): unknown {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  const primary = typeof code === "number" ? code & 0xff : undefined;
  if (primary === SQLITE_FULL) return new GreenroomError("STORE_FULL", `${file}: ${messageOf(error)}`, error);
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB)
    return new GreenroomError("STORE_CORRUPT", `${file}: ${messageOf(error)}`, error);
  return error;
}
