import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

interface Row {
  ts: number;
  value: number;
}

/**
 * The instants at which a metric of a device (of every device, where none is given) is in history, one by one, oldest
 * first: read with another reader than the product's own.
 */
export const recorded = (dataDir: string, what: { device?: string; metric: string }): number[] =>
  read(dataDir, what).map(({ ts }) => ts);

/** The values, of a metric that is a number. */
export const recordedValues = (dataDir: string, what: { device?: string; metric: string }): number[] =>
  read(dataDir, what).map(({ value }) => value);

function read(dataDir: string, { device, metric }: { device?: string; metric: string }): Row[] {
  const database = new DatabaseSync(join(dataDir, "history.db"), { readOnly: true });
  try {
    return database
      .prepare(
        `SELECT ts, value FROM telemetry JOIN series ON series.id = telemetry.series_id
         WHERE metric = ? AND device = ifnull(?, device) ORDER BY ts`,
      )
      .all(metric, device ?? null) as unknown as Row[];
  } finally {
    database.close();
  }
}
