import { join } from "node:path";
import type { Clock } from "#contract/clock.ts";
import type { EngineConfig } from "./engine-config.ts";
import type { HistoryEngine } from "./history.ts";

export interface HistorySurroundings {
  dataDir: string;
  clock: Clock;
}

/** Opens the engine that the configuration names; only that one is loaded. An engine on the network need not be there yet. */
export async function startHistory(
  config: EngineConfig,
  { dataDir, clock }: HistorySurroundings,
): Promise<HistoryEngine> {
  if (config.engine === "sqlite") {
    const { startSqliteHistory } = await import("./sqlite/sqlite-history.ts");
    const file = config.file ?? join(dataDir, "history.db");
    return startSqliteHistory({ file, rawDays: config.raw_days, rollupDays: config.rollup_days });
  }
  const positionFile = join(dataDir, "journal", `taken-over-by-${config.engine}.json`);
  if (config.engine === "influxdb-1") {
    const { startInflux1History } = await import("./influx/influx-1-history.ts");
    return startInflux1History(config, positionFile);
  }
  const { startInflux2History } = await import("./influx/influx-2-history.ts");
  return startInflux2History(config, { positionFile, clock });
}
