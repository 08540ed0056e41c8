import { GreenroomError } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";

/** One metric of one device: what a curve is drawn of. */
export interface Series {
  site: string;
  room: string;
  device: string;
  metric: string;
}

/** One value at one instant. Booleans are 0 and 1, enums the index in `contract/metrics.ts`. The same series and instant written twice counts once. */
export interface HistoryRow {
  series: Series;
  at: Instant;
  value: number;
}

/** How far the recorder's journal has been taken over: which journal, up to which byte, and how many records that is. */
export interface JournalPosition {
  journal: string;
  offset: number;
  records: number;
}

export interface HistoryBatch {
  rows: readonly HistoryRow[];
  /** Kept together with the rows, so that after a crash nothing is missing and nothing is twice. */
  upTo?: JournalPosition;
}

export interface HistoryQuestion {
  site: string;
  room: string;
  device?: string;
  metrics?: readonly string[];
  /** Inclusive. */
  from: Instant;
  /** Exclusive. */
  to: Instant;
  /** Per series; the step is chosen so that no more come back. */
  maxPoints: number;
}

/** A curve: mean, least and greatest value of each step that has any; a `null` point stands in each gap that is longer than the metric's silence allows. */
export interface HistoryCurve {
  device: string;
  metric: string;
  unit: string;
  step_s: number;
  /** The start of each step. */
  at_ms: number[];
  mean: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
}

export interface LastValue extends Series {
  at: Instant;
  value: MetricValue;
}

/** Which recorded values to read back one by one, in the order of their time. */
export interface RowQuestion {
  site: string;
  room?: string;
  device?: string;
  metrics?: readonly string[];
  from: Instant;
  to: Instant;
  limit: number;
}

/**
 * What was measured, over time. Rejects with STORE_DOWN (retryable) while the engine is away, STORE_FULL (retryable) when
 * its disk is full, STORE_REFUSED when it will not take what it is given.
 */
export interface History {
  /** Resolves once durable. All or, for the engines without transactions, idempotently again. */
  write(batch: HistoryBatch): Promise<void>;
  /** Curves of one room, by device and metric. */
  query(question: HistoryQuestion): Promise<HistoryCurve[]>;
  /** The newest value of every series of a site (of one room, where given). */
  lastValues(site: string, room?: string): Promise<LastValue[]>;
  /** Recorded values one by one, oldest first, at most `limit`: for exports and for running the past through today's rules. */
  rows(question: RowQuestion): Promise<HistoryRow[]>;
}

/** A `History` as the recorder owns it. */
export interface HistoryEngine extends History {
  /**
   * Up to where the journal has been taken over for good; `undefined` for an engine that has not taken anything. May lag
   * behind `write`: an engine that acknowledges before it is safe gets everything since again after it was away.
   */
  position(): Promise<JournalPosition | undefined>;
  /** Does a small step of the upkeep (roll-ups, expiry); resolves to whether there is more to do at once. Rejects with STORE_DOWN when it finds that the engine may have forgotten something. */
  maintain(now: Instant): Promise<boolean>;
  close(): Promise<void>;
}

/** Some rows will never be taken, however often they are offered; the others are not at fault. */
export class RowsRefused extends GreenroomError {
  constructor(text: string, cause?: unknown) {
    super("STORE_REFUSED", text, cause);
  }
}
