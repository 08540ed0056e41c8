import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { systemClock } from "#contract/system-clock.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { type Instant, instant } from "#contract/units.ts";
import { fromStored } from "#server/history/curves.ts";
import type { EngineConfig } from "#server/history/engine-config.ts";
import type { HistoryRow } from "#server/history/history.ts";
import { startHistory } from "#server/history/start-history.ts";
import { openDatabase } from "#server/sqlite/open-database.ts";

/** What one device said at one instant. */
export interface PastReading {
  room: string;
  device: string;
  at: Instant;
  metrics: Record<string, MetricValue>;
}

/** What was recorded of a site, oldest first. */
export interface PastReadings {
  between(from: Instant, to: Instant): AsyncIterable<PastReading>;
  close(): Promise<void>;
}

const PAGE = 20_000;
type Page = (from: Instant, to: Instant, limit: number) => Promise<readonly HistoryRow[]>;

/** Opens the recorded readings of a site without changing anything: the embedded history beside its writer, or an engine on the network. */
export async function openPastReadings(
  { dataDir, engine }: { dataDir: string; engine: EngineConfig },
  site: string,
): Promise<PastReadings> {
  if (engine.engine === "sqlite") {
    const file = engine.file ?? join(dataDir, "history.db");
    if (!existsSync(file))
      return { between: () => readAll(() => Promise.resolve([]), 0, 0), close: () => Promise.resolve() };
    const database = openDatabase(file, { readOnly: true });
    return {
      between: (from, to) => readAll(sqlitePage(database, site), from, to),
      close: () => Promise.resolve(database.close()),
    };
  }
  const history = await startHistory(engine, { dataDir, clock: systemClock });
  return {
    between: (from, to) =>
      readAll((start, end, limit) => history.rows({ site, from: start, to: end, limit }), from, to),
    close: () => history.close(),
  };
}

function sqlitePage(database: DatabaseSync, site: string): Page {
  const statement = database.prepare(
    `SELECT room, device, metric, ts, value FROM telemetry JOIN series ON series.id = telemetry.series_id
     WHERE telemetry.series_id IN (SELECT id FROM series WHERE site = ?) AND ts >= ? AND ts < ?
     ORDER BY ts, room, device LIMIT ?`,
  );
  return (from, to, limit) => {
    const rows = statement.all(site, from, to, BigInt(limit)) as unknown as (HistoryRow["series"] & {
      ts: number;
      value: number;
    })[];
    return Promise.resolve(
      rows.map(({ room, device, metric, ts, value }) => ({
        series: { site, room, device, metric },
        at: instant(ts),
        value,
      })),
    );
  };
}

/** Pages through the rows and puts together again what one device said at one instant. */
async function* readAll(page: Page, from: number, to: number): AsyncGenerator<PastReading> {
  let start = instant(from);
  for (;;) {
    const rows = await page(start, instant(to), PAGE);
    const last = rows.at(-1);
    const isWhole = rows.length < PAGE || last === undefined;
    // The last instant of a full page may be cut: it is read again with the next one.
    const isOneInstant = rows[0]?.at === last?.at;
    const taken = isWhole || isOneInstant ? rows : rows.filter((row) => row.at !== last.at);
    yield* readingsOf(taken);
    if (isWhole) return;
    start = isOneInstant ? instant(last.at + 1) : last.at;
  }
}

function* readingsOf(rows: readonly HistoryRow[]): Generator<PastReading> {
  const sorted = rows.toSorted((a, b) => a.at - b.at || (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
  let open: PastReading | undefined;
  for (const { series, at, value } of sorted) {
    if (open === undefined || open.at !== at || open.room !== series.room || open.device !== series.device) {
      if (open !== undefined) yield open;
      open = { room: series.room, device: series.device, at, metrics: {} };
    }
    open.metrics[series.metric] = fromStored(series.metric, value);
  }
  if (open !== undefined) yield open;
}

const keyOf = ({ series }: HistoryRow): string => `${series.room}/${series.device}`;
