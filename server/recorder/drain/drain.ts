import { type Clock, sleep } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type Instant, millis, type Millis, seconds } from "#contract/units.ts";
import {
  type HistoryBatch,
  type HistoryEngine,
  type HistoryRow,
  type JournalPosition,
  RowsRefused,
} from "../../history/history.ts";
import { JournalReader, type ReaderPosition } from "../journal/journal-reader.ts";
import { ReadingsToRows } from "./readings-to-rows.ts";

export interface DrainOptions {
  folder: string;
  /** Which journal it is: an engine's position in another one means nothing. */
  journal: string;
  engine: HistoryEngine;
  /** The machine's time, for waits. */
  clock: Clock;
  log: Log;
  /** Up to where the journal may be read. */
  durable: () => number;
  /** The recorder's time, for upkeep: a replay's is not the machine's. */
  now: () => Instant;
  /** Resolves when `durable` is no longer what was seen, or after the wait. */
  moved: (seen: number, wait: Millis) => Promise<void>;
  onProgress: (progress: DrainProgress) => void;
  /** A row that the engine will never take. */
  onRefused: (row: HistoryRow, why: string) => void;
}

export interface DrainProgress {
  position: ReaderPosition;
  /** Rows written since the start. */
  rows: number;
  /** Why the engine does not take anything at the moment. */
  away: { code: string; text: string } | undefined;
  damagedBytes: number;
}

/** Readings of one batch, which is one transaction. Large, because rows of one series then share their page. */
const BATCH_READINGS = 16_000;
/** As long as no more than this waits, a batch is gathered: ten times as long as the last one took, so that a small one over many series does not keep the disk busy. */
const GATHER_BYTES = 3 * 1024 * 1024;
const SHORTEST_GATHER = seconds(1);
const LONGEST_GATHER = seconds(5);
const GATHER_FACTOR = 10;
const FIRST_RETRY = millis(250);
const LONGEST_RETRY = seconds(10);
const IDLE = seconds(1);

/** Takes the journal over into the history engine, strictly in order, and does the engine's upkeep in between. */
export class Drain {
  readonly #options: DrainOptions;
  readonly #toRows = new ReadingsToRows();
  #reader: JournalReader | undefined;
  #taken: ReaderPosition = { offset: 0, records: 0 };
  #retry: Millis = FIRST_RETRY;
  #stopping = false;
  readonly #stopped = Promise.withResolvers<void>();
  #rows = 0;
  #unreadableBytes = 0;
  #away: DrainProgress["away"];

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  /** Ends only after `stop`; an engine that is away is waited for. */
  async run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#follow();
      } catch (error) {
        await this.#isAway(error);
      }
    }
    this.#reader?.close();
  }

  /** Takes over from where the engine is certain, until stopped or until it fails. */
  async #follow(): Promise<void> {
    const { engine, durable, moved } = this.#options;
    this.#taken = this.#startAt(await engine.position());
    this.#reader?.close();
    const reader = new JournalReader(this.#options.folder, this.#taken);
    this.#reader = reader;
    this.#tell();
    while (!this.#stopping) {
      const end = durable();
      const waiting = end - reader.position.offset;
      const began = this.#options.clock.now();
      if (waiting > 0) await this.#takeOver(reader);
      const took = this.#options.clock.now() - began;
      const upkeep = await engine.maintain(this.#options.now());
      this.#isBack();
      this.#taken = (await engine.position()) ?? this.#taken;
      this.#tell();
      if (durable() - reader.position.offset > GATHER_BYTES || upkeep) await turn();
      else if (waiting > 0)
        await this.#pause(millis(Math.min(Math.max(SHORTEST_GATHER, GATHER_FACTOR * took), LONGEST_GATHER)));
      else await Promise.race([moved(end, IDLE), this.#stopped.promise]);
    }
  }

  /** Ends after the batch in hand. */
  stop(): void {
    this.#stopping = true;
    this.#stopped.resolve();
  }

  async #pause(wait: Millis): Promise<void> {
    await Promise.race([sleep(this.#options.clock, wait), this.#stopped.promise]);
  }

  #startAt(position: JournalPosition | undefined): ReaderPosition {
    const { journal, durable, log } = this.#options;
    if (position === undefined) return { offset: 0, records: 0 };
    if (position.journal === journal && position.offset <= durable()) return position;
    log.warn(
      { position, journal, durable: durable() },
      "The history's position is not of this journal; it is taken over from its beginning.",
    );
    return { offset: 0, records: 0 };
  }

  async #takeOver(reader: JournalReader): Promise<void> {
    const { engine, journal, durable } = this.#options;
    const rows: HistoryRow[] = [];
    reader.read(durable(), BATCH_READINGS, (body) => {
      if (!this.#toRows.add(body, rows)) this.#unreadableBytes += body.length;
    });
    const upTo = { journal, ...reader.position };
    try {
      await engine.write({ rows, upTo });
    } catch (error) {
      if (!(error instanceof RowsRefused)) throw error;
      await this.#writeInParts({ rows, upTo }, error.message);
    }
    this.#rows += rows.length;
  }

  /** One bad row must not hold up the rest for ever: halves, down to the row that is refused by itself. */
  async #writeInParts({ rows, upTo }: HistoryBatch, why: string): Promise<void> {
    const parts = rows.length <= 1 ? [] : [rows.slice(0, rows.length >> 1), rows.slice(rows.length >> 1)];
    if (rows.length === 1) this.#options.onRefused(rows[0] as HistoryRow, why);
    for (const part of parts) {
      try {
        await this.#options.engine.write({ rows: part });
      } catch (error) {
        if (!(error instanceof RowsRefused)) throw error;
        await this.#writeInParts({ rows: part }, error.message);
      }
    }
    if (upTo !== undefined) await this.#options.engine.write({ rows: [], upTo });
  }

  #isBack(): void {
    this.#retry = FIRST_RETRY;
    if (this.#away === undefined) return;
    this.#away = undefined;
    this.#options.log.info({}, "The history store is back; the journal drains into it.");
  }

  /** Says so once, then waits, longer each time. */
  async #isAway(error: unknown): Promise<void> {
    const away = { code: error instanceof GreenroomError ? error.code : "STORE_DOWN", text: messageOf(error) };
    if (this.#away === undefined)
      this.#options.log.warn(
        { code: away.code, error: away.text },
        "The history store takes nothing; readings wait in the journal.",
      );
    this.#away = away;
    this.#tell();
    await this.#pause(millis(this.#retry * (0.5 + Math.random() / 2)));
    this.#retry = millis(Math.min(2 * this.#retry, LONGEST_RETRY));
  }

  #tell(): void {
    this.#options.onProgress({
      position: { offset: this.#taken.offset, records: this.#taken.records },
      rows: this.#rows,
      away: this.#away,
      damagedBytes: (this.#reader?.damagedBytes ?? 0) + this.#unreadableBytes,
    });
  }
}

/** Lets messages and timers through. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
