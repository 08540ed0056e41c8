import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "#contract/system-clock.ts";
import { between, type Instant, millis } from "#contract/units.ts";

/**
 * The thread that owns `retained.db`: one transaction for each batch it is handed, answered once it is on the disk. Its
 * own thread, because a commit on an SD card takes up to 50 ms and the broker must not stand still for it.
 */

export interface RetainedRow {
  topic: string;
  payload: Uint8Array;
  owner: string;
}
export interface WillRow {
  client: string;
  agent: string;
  topic: string;
  payload: Uint8Array;
  retain: boolean;
}
export interface Batch {
  id: number;
  /** Without a payload the row goes. */
  retained: { topic: string; payload: Uint8Array | undefined; owner: string }[];
  wills: { client: string; will: WillRow | undefined }[];
}
export type FromWriter =
  | { kind: "loaded"; retained: RetainedRow[]; wills: WillRow[] }
  | { kind: "written"; id: number }
  | { kind: "failed"; id: number | undefined; code: number | undefined; why: string };

/**
 * Commits start at least this far apart: under load a topic that changes all the time (`committed`) costs the disk a
 * hundred writes a second, not thousands. A lone write does not wait.
 */
const PACE = millis(10);

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, owner TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS wills (client TEXT PRIMARY KEY, agent TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL,
    retain INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;`;

function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000; PRAGMA journal_size_limit = 4194304;",
  );
  const check = db.prepare("PRAGMA quick_check(1)").get();
  if (check?.["quick_check"] !== "ok") throw new Error(`the check of ${file} says: ${String(check?.["quick_check"])}`);
  db.exec(SCHEMA);
  return db;
}

function serve(db: DatabaseSync, tell: (message: FromWriter) => void): (batch: Batch | "close") => void {
  const put = db.prepare("INSERT OR REPLACE INTO retained (topic, payload, owner) VALUES (?, ?, ?)");
  const remove = db.prepare("DELETE FROM retained WHERE topic = ?");
  const putWill = db.prepare(
    "INSERT OR REPLACE INTO wills (client, agent, topic, payload, retain) VALUES (?, ?, ?, ?, ?)",
  );
  const removeWill = db.prepare("DELETE FROM wills WHERE client = ?");
  const write = (batch: Batch): void => {
    db.exec("BEGIN IMMEDIATE");
    for (const { topic, payload, owner } of batch.retained) {
      if (payload === undefined) remove.run(topic);
      else put.run(topic, payload, owner);
    }
    for (const { client, will } of batch.wills) {
      if (will === undefined) removeWill.run(client);
      else putWill.run(client, will.agent, will.topic, will.payload, will.retain ? 1 : 0);
    }
    db.exec("COMMIT");
  };
  const answer = (batch: Batch): void => {
    try {
      write(batch);
      tell({ kind: "written", id: batch.id });
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      tell(failure(error, batch.id));
    }
  };
  let last: Instant | undefined;
  return (batch) => {
    if (batch === "close") {
      db.close();
      parentPort?.close();
      return;
    }
    const now = systemClock.now();
    const wait = last === undefined ? 0 : PACE - between(last, now);
    last = now;
    if (wait > 0 && wait <= PACE) systemClock.after(millis(wait), () => answer(batch));
    else answer(batch);
  };
}

function failure(error: unknown, id: number | undefined): FromWriter {
  const code = typeof error === "object" && error !== null && "errcode" in error ? Number(error.errcode) : undefined;
  return { kind: "failed", id, code, why: error instanceof Error ? error.message : String(error) };
}

if (parentPort !== null) {
  const port = parentPort;
  const tell = (message: FromWriter): void => port.postMessage(message);
  try {
    const db = open((workerData as { file: string }).file);
    const retained = db.prepare("SELECT topic, payload, owner FROM retained").all() as unknown as RetainedRow[];
    const wills = db.prepare("SELECT client, agent, topic, payload, retain FROM wills").all();
    tell({
      kind: "loaded",
      retained: retained.map(({ topic, payload, owner }) => ({ topic, payload, owner })),
      wills: wills.map((will) => ({ ...(will as unknown as WillRow), retain: will["retain"] === 1 })),
    });
    port.on("message", serve(db, tell));
  } catch (error) {
    tell(failure(error, undefined));
    port.close();
  }
}
