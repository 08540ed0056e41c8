import { join } from "node:path";
import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import type { EngineConfig } from "./engine-config.ts";
import type { HistoryEngine } from "./history.ts";
import { startSqliteHistory } from "./sqlite/sqlite-history.ts";

export interface HistorySurroundings {
  dataDir: string;
  clock: Clock;
  log: Log;
}

/** Opens the engine that the configuration names. An engine on the network need not be there yet. */
export function startHistory(config: EngineConfig, { dataDir }: HistorySurroundings): Promise<HistoryEngine> {
  if (config.engine === "sqlite")
    return startSqliteHistory({
      file: config.file ?? join(dataDir, "history.db"),
      rawDays: config.raw_days,
      rollupDays: config.rollup_days,
    });
  return Promise.reject(new Error(`${config.engine} is not here yet`));
}
