import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * The instants at which a metric of a device (of every device, where none is given) is in history, one by one, oldest
 * first: read with another reader than the product's own.
 */
export function recorded(dataDir: string, { device, metric }: { device?: string; metric: string }): number[] {
  const database = new DatabaseSync(join(dataDir, "history.db"), { readOnly: true });
  try {
    return database
      .prepare(
        `SELECT ts FROM telemetry JOIN series ON series.id = telemetry.series_id
         WHERE metric = ? AND device = ifnull(?, device) ORDER BY ts`,
      )
      .all(metric, device ?? null)
      .map(({ ts }) => Number(ts));
  } finally {
    database.close();
  }
}
