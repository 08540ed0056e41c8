import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ONE_HOUR } from "../curves.ts";
import type { HistoryBatch, HistoryRow, JournalPosition, Series } from "../history.ts";
import type { Rollups } from "./rollups.ts";
import type { SeriesTable } from "./series-table.ts";

/** Rows that go in one statement: fewer calls, each row half the time of its own. */
const ROWS_PER_STATEMENT = 64;

interface Known {
  id: number;
  /** The hour that was marked stale last, so that a run of values of one hour marks it once. */
  staleHour: number;
  /** Instant, value, instant, value … of the batch in hand. */
  waiting: number[];
}

const insert = (rows: number): string =>
  `INSERT OR REPLACE INTO telemetry (series_id, ts, value) VALUES ${Array(rows).fill("(?,?,?)").join(",")}`;

/** Stores batches, each in one transaction together with the journal's position. */
export class TelemetryWriter {
  readonly #database: DatabaseSync;
  readonly #series: SeriesTable;
  readonly #rollups: Rollups;
  readonly #many: StatementSync;
  readonly #one: StatementSync;
  readonly #savePosition: StatementSync;
  readonly #parameters = Array.from({ length: ROWS_PER_STATEMENT * 3 }, () => 0);
  #filled = 0;
  /** By identity: the drain hands the same object for the same series. */
  #byObject = new WeakMap<Series, Known>();
  readonly #byId = new Map<number, Known>();

  constructor(database: DatabaseSync, series: SeriesTable, rollups: Rollups) {
    this.#database = database;
    this.#series = series;
    this.#rollups = rollups;
    this.#many = database.prepare(insert(ROWS_PER_STATEMENT));
    this.#one = database.prepare(insert(1));
    this.#savePosition = database.prepare(
      "INSERT OR REPLACE INTO journal_position (only, journal, byte, records) VALUES (1, ?, ?, ?)",
    );
  }

  /** Values from before `rawBefore` are left out: they would expire at once, and their hours are no longer whole. */
  write({ rows, upTo }: HistoryBatch, rawBefore: number): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const known of this.#gather(rows, rawBefore)) this.#store(known);
      this.#flush();
      if (upTo !== undefined) this.#savePosition.run(upTo.journal, upTo.offset, upTo.records);
      this.#database.exec("COMMIT");
    } catch (error) {
      // What was learned in the transaction is undone with it.
      this.#byObject = new WeakMap();
      this.#byId.clear();
      this.#filled = 0;
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** By series and in the order of the table, so that each of its pages is visited once. */
  #gather(rows: readonly HistoryRow[], rawBefore: number): Known[] {
    const touched: Known[] = [];
    for (const { series, at, value } of rows) {
      if (at < rawBefore) continue;
      const known = this.#known(series);
      if (known.waiting.length === 0) touched.push(known);
      known.waiting.push(at, value);
    }
    return touched.toSorted((a, b) => a.id - b.id);
  }

  #store(known: Known): void {
    const { waiting } = known;
    const parameters = this.#parameters;
    for (let i = 0; i < waiting.length; i += 2) {
      const at = waiting[i] as number;
      const hour = Math.floor(at / ONE_HOUR) * ONE_HOUR;
      if (known.staleHour !== hour) {
        this.#rollups.markStale(known.id, hour);
        known.staleHour = hour;
      }
      parameters[this.#filled++] = known.id;
      parameters[this.#filled++] = at;
      parameters[this.#filled++] = waiting[i + 1] as number;
      if (this.#filled === parameters.length) {
        this.#many.run(...parameters);
        this.#filled = 0;
      }
    }
    known.waiting = [];
  }

  #flush(): void {
    const parameters = this.#parameters;
    for (let i = 0; i < this.#filled; i += 3)
      this.#one.run(parameters[i] as number, parameters[i + 1] as number, parameters[i + 2] as number);
    this.#filled = 0;
  }

  /** That hour has been rolled up: the next value in it makes it stale again. */
  forgetStale(seriesId: number, hour: number): void {
    const known = this.#byId.get(seriesId);
    if (known?.staleHour === hour) known.staleHour = -1;
  }

  position(): JournalPosition | undefined {
    const row = this.#database.prepare("SELECT journal, byte, records FROM journal_position").get() as
      | { journal: string; byte: number; records: number }
      | undefined;
    return row === undefined ? undefined : { journal: row.journal, offset: row.byte, records: row.records };
  }

  #known(series: Series): Known {
    let known = this.#byObject.get(series);
    if (known === undefined) {
      const id = this.#series.idOf(series);
      known = this.#byId.get(id);
      if (known === undefined) {
        known = { id, staleHour: -1, waiting: [] };
        this.#byId.set(id, known);
      }
      this.#byObject.set(series, known);
    }
    return known;
  }
}
