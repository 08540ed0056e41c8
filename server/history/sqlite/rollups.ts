import type { DatabaseSync } from "node:sqlite";
import type { Instant } from "#contract/units.ts";
import { ONE_HOUR } from "../curves.ts";

const rollUp = (table: string, width_ms: number): string =>
  `INSERT OR REPLACE INTO ${table}
   SELECT series_id, ts / ${width_ms} * ${width_ms} AS bucket, count(*), avg(value), min(value), max(value)
   FROM telemetry WHERE series_id = ? AND ts >= ? AND ts < ? GROUP BY bucket`;

interface StaleHour {
  series_id: number;
  ts: number;
}

/**
 * Keeps 5-minute and hourly roll-ups true. An hour with new values, however late, is marked stale in the transaction
 * that stores them, and is later computed anew from all its values, so that neither repeats nor crashes can bend it.
 */
export class Rollups {
  readonly #database: DatabaseSync;
  readonly #due;
  readonly #staleOf;
  readonly #fiveMinutes;
  readonly #hour;
  readonly #done;
  readonly #mark;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#mark = database.prepare("INSERT OR IGNORE INTO stale_hour (ts, series_id) VALUES (?, ?)");
    this.#due = database.prepare("SELECT series_id, ts FROM stale_hour WHERE ts < ? ORDER BY ts LIMIT ?");
    this.#staleOf = database.prepare(
      "SELECT series_id, ts FROM stale_hour WHERE ts >= ? AND ts < ? AND series_id IN (SELECT value FROM json_each(?))",
    );
    this.#fiveMinutes = database.prepare(rollUp("rollup_5m", 300_000));
    this.#hour = database.prepare(rollUp("rollup_1h", ONE_HOUR));
    this.#done = database.prepare("DELETE FROM stale_hour WHERE ts = ? AND series_id = ?");
  }

  /** Inside the transaction that stores a value of that hour. */
  markStale(seriesId: number, hour: number): void {
    this.#mark.run(hour, seriesId);
  }

  /** Rolls up to `limit` of the hours that started before `before`; tells of each. Returns how many they were. */
  rollDue(before: Instant, limit: number, rolled: (hour: StaleHour) => void): number {
    return this.#roll(this.#due.all(before, limit) as unknown as StaleHour[], rolled);
  }

  /** Rolls up what a question is about, the running hour too, so that its answer is never behind the values. */
  rollFor(seriesIds: readonly number[], from: Instant, to: Instant, rolled: (hour: StaleHour) => void): void {
    const firstHour = Math.floor(from / ONE_HOUR) * ONE_HOUR;
    this.#roll(this.#staleOf.all(firstHour, to, JSON.stringify(seriesIds)) as unknown as StaleHour[], rolled);
  }

  #roll(hours: readonly StaleHour[], rolled: (hour: StaleHour) => void): number {
    if (hours.length === 0) return 0;
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const { series_id, ts } of hours) {
        this.#fiveMinutes.run(series_id, ts, ts + ONE_HOUR);
        this.#hour.run(series_id, ts, ts + ONE_HOUR);
        this.#done.run(ts, series_id);
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
    for (const hour of hours) rolled(hour);
    return hours.length;
  }
}
