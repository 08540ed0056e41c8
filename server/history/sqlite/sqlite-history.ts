import type { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { type Instant, instant, millis, minutes, seconds } from "#contract/units.ts";
import { sqliteDialect } from "../../sqlite/dialect.ts";
import { migrate } from "../../sqlite/migrate.ts";
import { asStoreError, openDatabase } from "../../sqlite/open-database.ts";
import { curveOf, FIVE_MINUTES, fromStored, ONE_HOUR, stepFor, type StepValue } from "../curves.ts";
import type {
  HistoryBatch,
  HistoryCurve,
  HistoryEngine,
  HistoryQuestion,
  HistoryRow,
  JournalPosition,
  LastValue,
  RowQuestion,
  Series,
} from "../history.ts";
import { Expiry } from "./expiry.ts";
import { Rollups } from "./rollups.ts";
import { historyMigrations } from "./schema.ts";
import { SeriesTable } from "./series-table.ts";
import { TelemetryWriter } from "./telemetry-writer.ts";

export interface SqliteHistoryOptions {
  file: string;
  rawDays: number;
  rollupDays: number;
}

const DAY_MS = 86_400_000;
/** An hour is rolled up once it is over and its stragglers are in; later ones make it stale again. */
const STRAGGLERS = minutes(2);
const HOURS_PER_STEP = 100;
/** While an outbox drains into past hours they become stale with every batch; they are rolled up again only so often. */
const ROLL_EVERY = seconds(15);

/** History in one SQLite file. Every call runs to its end on the calling thread: it belongs in the recorder's drain thread. */
export async function startSqliteHistory(options: SqliteHistoryOptions): Promise<HistoryEngine> {
  const database = openDatabase(options.file);
  try {
    await migrate(new Kysely({ dialect: sqliteDialect(database) }), historyMigrations);
    return new SqliteHistory(database, options);
  } catch (error) {
    database.close();
    throw asStoreError(error, options.file);
  }
}

class SqliteHistory implements HistoryEngine {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #series: SeriesTable;
  readonly #writer: TelemetryWriter;
  readonly #rollups: Rollups;
  readonly #expiry: Expiry;
  #rolledUpAt: Instant | undefined;

  constructor(database: DatabaseSync, { file, rawDays, rollupDays }: SqliteHistoryOptions) {
    this.#database = database;
    this.#file = file;
    this.#series = new SeriesTable(database);
    this.#rollups = new Rollups(database);
    this.#expiry = new Expiry(database, { raw: millis(rawDays * DAY_MS), rollup: millis(rollupDays * DAY_MS) });
    this.#writer = new TelemetryWriter(database, this.#series, this.#rollups);
  }

  write(batch: HistoryBatch): Promise<void> {
    return this.#guarded(() => this.#writer.write(batch, this.#expiry.rawBefore));
  }

  query(question: HistoryQuestion): Promise<HistoryCurve[]> {
    return this.#guarded(() => {
      const { from, to } = question;
      if (to <= from) return [];
      const found = this.#series.find(question);
      let step = stepFor(question);
      // Where the single values have expired, five minutes are the finest that is left.
      if (from < this.#expiry.rawBefore) step = millis(Math.max(step, FIVE_MINUTES));
      if (step >= FIVE_MINUTES) {
        const ids = found.map((series) => series.id);
        this.#rollups.rollFor(ids, from, to, ({ series_id, ts }) => this.#writer.forgetStale(series_id, ts));
      }
      const statement = this.#database.prepare(curveSql(step));
      return found
        .map((series) => {
          const values = statement.all(BigInt(step), BigInt(step), series.id, from, to) as unknown as StepValue[];
          return curveOf(series, step, values);
        })
        .filter((curve) => curve.at_ms.length > 0);
    });
  }

  lastValues(site: string, room?: string): Promise<LastValue[]> {
    return this.#guarded(() => {
      const newest = this.#database.prepare(
        "SELECT ts, value FROM telemetry WHERE series_id = ? ORDER BY ts DESC LIMIT 1",
      );
      const values: LastValue[] = [];
      for (const { id, ...series } of this.#series.find(room === undefined ? { site } : { site, room })) {
        const row = newest.get(id) as { ts: number; value: number } | undefined;
        if (row !== undefined)
          values.push({ ...series, at: instant(row.ts), value: fromStored(series.metric, row.value) });
      }
      return values;
    });
  }

  rows(question: RowQuestion): Promise<HistoryRow[]> {
    return this.#guarded(() => {
      const byId = new Map<number, Series>();
      for (const { id, ...series } of this.#series.find(question)) byId.set(id, series);
      const rows = this.#database
        .prepare(
          `SELECT series_id, ts, value FROM telemetry
           WHERE series_id IN (SELECT value FROM json_each(?)) AND ts >= ? AND ts < ? ORDER BY ts, series_id LIMIT ?`,
        )
        .all(JSON.stringify([...byId.keys()]), question.from, question.to, BigInt(question.limit));
      return (rows as unknown as { series_id: number; ts: number; value: number }[]).map((row) => ({
        series: byId.get(row.series_id) as Series,
        at: instant(row.ts),
        value: row.value,
      }));
    });
  }

  position(): Promise<JournalPosition | undefined> {
    return this.#guarded(() => this.#writer.position());
  }

  maintain(now: Instant): Promise<boolean> {
    return this.#guarded(() => {
      const isDue = this.#rolledUpAt === undefined || now >= this.#rolledUpAt + ROLL_EVERY || now < this.#rolledUpAt;
      if (isDue) {
        const closed = instant(now - ONE_HOUR - STRAGGLERS);
        const rolled = this.#rollups.rollDue(closed, HOURS_PER_STEP, ({ series_id, ts }) =>
          this.#writer.forgetStale(series_id, ts),
        );
        if (rolled === HOURS_PER_STEP) return true;
        this.#rolledUpAt = now;
      }
      // Expiry only behind roll-ups: what expires must have been rolled up.
      return this.#expiry.step(now, isDue);
    });
  }

  close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
    return Promise.resolve();
  }

  #guarded<T>(work: () => T): Promise<T> {
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(asStoreError(error, this.#file));
    }
  }
}

function curveSql(step: number): string {
  if (step < FIVE_MINUTES)
    return `SELECT ts / ? * ? AS at, avg(value) AS mean, min(value) AS min, max(value) AS max
            FROM telemetry WHERE series_id = ? AND ts >= ? AND ts < ? GROUP BY at ORDER BY at`;
  const [table, width] = step < ONE_HOUR ? ["rollup_5m", FIVE_MINUTES] : ["rollup_1h", ONE_HOUR];
  return `SELECT ts / ? * ? AS at, sum(n * mean) / sum(n) AS mean, min(min) AS min, max(max) AS max
          FROM ${table} WHERE series_id = ? AND ts > ? - ${width} AND ts < ? GROUP BY at ORDER BY at`;
}
