import type { DatabaseSync } from "node:sqlite";
import type { Instant, Millis } from "#contract/units.ts";
import { ONE_HOUR } from "../curves.ts";

export interface Retention {
  raw: Millis;
  rollup: Millis;
}

const DAY_MS = 86_400_000;
const SERIES_PER_STEP = 200;

/** Forgets what is older than its retention, a day of a series or some hundred untouched series at a time, so that it never holds the writer up. */
export class Expiry {
  readonly #retention: Retention;
  readonly #tables;
  readonly #nextSeries;
  readonly #setRawBefore;
  /** Nothing raw is kept before this instant. */
  rawBefore: number;
  #passStarted: Instant | undefined;
  #isPassing = false;
  #table = 0;
  #series = 0;

  constructor(database: DatabaseSync, retention: Retention) {
    this.#retention = retention;
    this.#nextSeries = database.prepare("SELECT id FROM series WHERE id > ? ORDER BY id LIMIT ?");
    this.#setRawBefore = database.prepare("UPDATE expired SET raw_before = ?");
    this.rawBefore = (database.prepare("SELECT raw_before FROM expired").get() as { raw_before: number }).raw_before;
    this.#tables = ["telemetry", "rollup_5m", "rollup_1h"].map((name, index) => ({
      keeps: index === 0 ? retention.raw : retention.rollup,
      oldest: database.prepare(`SELECT min(ts) AS ts FROM ${name} WHERE series_id = ?`),
      remove: database.prepare(`DELETE FROM ${name} WHERE series_id = ? AND ts < ?`),
    }));
  }

  /** One step; returns whether the pass goes on. A new pass begins an hour after the last, and only where it may: right behind the roll-ups. */
  step(now: Instant, mayBegin: boolean): boolean {
    if (!this.#isPassing) {
      if (!mayBegin) return false;
      if (this.#passStarted !== undefined && now - this.#passStarted < ONE_HOUR && now >= this.#passStarted)
        return false;
      this.#passStarted = now;
      this.#isPassing = true;
      this.#table = 0;
      this.#series = 0;
      this.#forgetRawBefore(Math.floor((now - this.#retention.raw) / ONE_HOUR) * ONE_HOUR);
    }
    const table = this.#tables[this.#table];
    if (table === undefined) {
      this.#isPassing = false;
      return false;
    }
    const cutoff = this.#table === 0 ? this.rawBefore : now - table.keeps;
    const ids = this.#nextSeries.all(this.#series, SERIES_PER_STEP) as { id: number }[];
    for (const { id } of ids) {
      const oldest = (table.oldest.get(id) as { ts: number | null }).ts;
      if (oldest !== null && oldest < cutoff) {
        table.remove.run(id, Math.min(cutoff, oldest + DAY_MS));
        return true;
      }
      this.#series = id;
    }
    if (ids.length < SERIES_PER_STEP) {
      this.#table += 1;
      this.#series = 0;
    }
    return true;
  }

  /** Noted before anything is removed: an hour that is partly gone must never be rolled up again. */
  #forgetRawBefore(instant: number): void {
    if (instant <= this.rawBefore) return;
    this.#setRawBefore.run(instant);
    this.rawBefore = instant;
  }
}
