import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { Cancel, Clock } from "#contract/clock.ts";
import { type ErrorCode, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type Instant, instant, rfc3339, seconds } from "#contract/units.ts";
import { openDatabase } from "../sqlite/open-database.ts";

/** A message that was refused, or several equal ones: kept aside with the reason. */
export interface RejectedMessage {
  id: number;
  /** The last time. */
  at: string;
  topic: string;
  code: string;
  where: string;
  why: string;
  sender?: string;
  /** The first 4 kB, as text. */
  payload: string;
  count: number;
}

export interface Rejection {
  topic: string;
  payload: Uint8Array;
  sender: string | undefined;
  code: ErrorCode;
  where: string;
  why: string;
  /** How many equal ones this stands for; 1 unless given. */
  count?: number;
}

export interface RejectedLedger {
  /** Newest first; `before` is the id of the last one that the caller has. */
  list(page: { limit: number; before?: number }): Promise<RejectedMessage[]>;
  /** How many messages were refused since then (to the minute), equal ones and those not kept included. */
  countSince(since: Instant): Promise<number>;
}

export interface LedgerLimits {
  rows: number;
  bytes: number;
}
const ledgerLimits: LedgerLimits = { rows: 10_000, bytes: 64 * 1024 ** 2 };

const PAYLOAD_BYTES = 4_096;
/** Different messages kept per flush; what a flood brings beyond it is only counted. */
const KEPT_PER_FLUSH = 200;
const FLUSH = seconds(1);
const MINUTE_MS = 60_000;
const TALLY_KEPT_MS = 31 * 86_400_000;

interface Pending extends Rejection {
  at: Instant;
  count: number;
}

/**
 * The refused messages in `rejected.db`. Written once a second and only so much of it, so that a flood of bad messages
 * costs the intake nothing and cannot fill the disk; nothing here ever fails the caller.
 */
export class SqliteRejectedLedger implements RejectedLedger {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: LedgerLimits;
  readonly #statements: ReturnType<typeof prepare>;
  #pending = new Map<string, Pending>();
  #tally = new Map<number, number>();
  #cancel: Cancel | undefined;
  #isFailing = false;
  #rows: number;
  #bytes: number;

  constructor({ file, clock, log, limits }: { file: string; clock: Clock; log: Log; limits?: LedgerLimits }) {
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits ?? ledgerLimits;
    this.#database = openDatabase(file);
    // Evidence for people: it survives a crash of the program, and need not survive one of the machine to the last second.
    this.#database.exec(`PRAGMA synchronous=NORMAL;
      CREATE TABLE IF NOT EXISTS rejected (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, topic TEXT NOT NULL,
        code TEXT NOT NULL, place TEXT NOT NULL, why TEXT NOT NULL, sender TEXT, payload TEXT NOT NULL,
        size INTEGER NOT NULL, count INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS tally (minute INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT`);
    this.#statements = prepare(this.#database);
    const { rows, bytes } = this.#statements.total.get() as { rows: number; bytes: number };
    this.#rows = rows;
    this.#bytes = bytes;
  }

  add(rejection: Rejection): void {
    const at = this.#clock.now();
    const minute = Math.floor(at / MINUTE_MS);
    const count = rejection.count ?? 1;
    this.#tally.set(minute, (this.#tally.get(minute) ?? 0) + count);
    const key = keyOf(rejection);
    const known = this.#pending.get(key);
    if (known !== undefined) {
      known.count += count;
      known.at = at;
    } else if (this.#pending.size < KEPT_PER_FLUSH) {
      const payload = rejection.payload.slice(0, PAYLOAD_BYTES);
      this.#pending.set(key, { ...rejection, payload, at, count });
    }
    this.#cancel ??= this.#clock.after(FLUSH, () => {
      this.#cancel = undefined;
      this.#flush();
    });
  }

  list({ limit, before }: { limit: number; before?: number }): Promise<RejectedMessage[]> {
    this.#flush();
    const rows = this.#statements.list.all(before ?? Number.MAX_SAFE_INTEGER, BigInt(Math.max(0, Math.trunc(limit))));
    return Promise.resolve(
      (rows as unknown as (Omit<RejectedMessage, "at" | "sender"> & { at: number; sender: string | null })[]).map(
        ({ at, sender, ...row }) => ({ ...row, at: rfc3339(instant(at)), ...(sender === null ? {} : { sender }) }),
      ),
    );
  }

  countSince(since: Instant): Promise<number> {
    this.#flush();
    const { n } = this.#statements.countSince.get(Math.floor(since / MINUTE_MS)) as { n: number | null };
    return Promise.resolve(n ?? 0);
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#flush();
    if (this.#database.isOpen) this.#database.close();
  }

  #flush(): void {
    if (this.#tally.size === 0 || !this.#database.isOpen) return;
    const pending = this.#pending;
    const tally = this.#tally;
    this.#pending = new Map();
    this.#tally = new Map();
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const [key, rejection] of pending) this.#keep(key, rejection);
      for (const [minute, n] of tally) this.#statements.tally.run(minute, n);
      this.#statements.forgetTally.run((this.#clock.now() - TALLY_KEPT_MS) / MINUTE_MS);
      this.#makeRoom();
      this.#database.exec("COMMIT");
      this.#isFailing = false;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      if (!this.#isFailing) this.#log.warn({ error: messageOf(error) }, "Refused messages cannot be kept aside.");
      this.#isFailing = true;
    }
  }

  #keep(key: string, { at, topic, code, where, why, sender, payload, count }: Pending): void {
    // An equal one comes to the top again, with its count.
    const before = this.#statements.take.get(key) as { size: number; count: number } | undefined;
    const text = Buffer.from(payload).toString("utf8");
    const size = Buffer.byteLength(text) + topic.length + why.length + 200;
    this.#statements.insert.run(
      key,
      at,
      topic,
      code,
      where,
      why,
      sender ?? null,
      text,
      size,
      count + (before?.count ?? 0),
    );
    this.#rows += before === undefined ? 1 : 0;
    this.#bytes += size - (before?.size ?? 0);
  }

  #makeRoom(): void {
    while (this.#rows > this.#limits.rows || this.#bytes > this.#limits.bytes) {
      const oldest = this.#statements.dropOldest.get() as { size: number } | undefined;
      if (oldest === undefined) return;
      this.#rows -= 1;
      this.#bytes -= oldest.size;
    }
  }
}

const prepare = (
  database: DatabaseSync,
): Record<
  "insert" | "take" | "tally" | "forgetTally" | "total" | "list" | "countSince" | "dropOldest",
  StatementSync
> => ({
  insert: database.prepare(
    "INSERT INTO rejected (key, at, topic, code, place, why, sender, payload, size, count) VALUES (?,?,?,?,?,?,?,?,?,?)",
  ),
  take: database.prepare("DELETE FROM rejected WHERE key = ? RETURNING size, count"),
  tally: database.prepare("INSERT INTO tally VALUES (?, ?) ON CONFLICT (minute) DO UPDATE SET n = n + excluded.n"),
  forgetTally: database.prepare("DELETE FROM tally WHERE minute < ?"),
  total: database.prepare("SELECT count(*) AS rows, ifnull(sum(size), 0) AS bytes FROM rejected"),
  list: database.prepare(
    `SELECT id, at, topic, code, place AS "where", why, sender, payload, count FROM rejected
     WHERE id < ? ORDER BY id DESC LIMIT ?`,
  ),
  countSince: database.prepare("SELECT sum(n) AS n FROM tally WHERE minute >= ?"),
  dropOldest: database.prepare("DELETE FROM rejected WHERE id = (SELECT min(id) FROM rejected) RETURNING size"),
});

/** Equal in everything that a person would see. */
const keyOf = ({ topic, payload, sender, code, where, why }: Rejection): string =>
  `${code} ${crc32(payload)} ${payload.length} ${crc32(why)} ${where} ${sender ?? ""} ${topic}`;
