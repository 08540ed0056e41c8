import { join } from "node:path";
import type { Clock } from "#contract/clock.ts";
import type { EngineConfig } from "./engine-config.ts";
import type { HistoryEngine } from "./history.ts";
import { startInflux1History } from "./influx/influx-1-history.ts";
import { startInflux2History } from "./influx/influx-2-history.ts";
import { startSqliteHistory } from "./sqlite/sqlite-history.ts";

export interface HistorySurroundings {
  dataDir: string;
  clock: Clock;
}

/** Opens the engine that the configuration names. An engine on the network need not be there yet. */
export function startHistory(config: EngineConfig, surroundings: HistorySurroundings): Promise<HistoryEngine> {
  const { dataDir } = surroundings;
  if (config.engine === "sqlite")
    return startSqliteHistory({
      file: config.file ?? join(dataDir, "history.db"),
      rawDays: config.raw_days,
      rollupDays: config.rollup_days,
    });
  const positionFile = join(dataDir, "journal", `taken-over-by-${config.engine}.json`);
  const { clock } = surroundings;
  return Promise.resolve(
    config.engine === "influxdb-1"
      ? startInflux1History(config, positionFile)
      : startInflux2History(config, { positionFile, clock }),
  );
}
