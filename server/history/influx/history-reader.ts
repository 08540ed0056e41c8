import type { HistoryCurve, HistoryQuestion, HistoryRow, LastValue, RowQuestion } from "../history.ts";

/** How an engine that takes InfluxDB 2's writes is asked. */
export interface HistoryReader {
  query(question: HistoryQuestion): Promise<HistoryCurve[]>;
  lastValues(site: string, room?: string): Promise<LastValue[]>;
  rows(question: RowQuestion): Promise<HistoryRow[]>;
}
