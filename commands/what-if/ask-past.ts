import { GreenroomError } from "#contract/errors.ts";
import { systemClock } from "#contract/system-clock.ts";
import type { Instant, Millis } from "#contract/units.ts";
import { type AlertsConfig, policyOf } from "#gateway/alerts/config.ts";
import type { EngineConfig } from "#server/history/engine-config.ts";
import { openStoreReadOnly } from "#server/store/open-store-read-only.ts";
import { openPastReadings } from "./past-readings.ts";
import { PastPlans } from "./past-plans.ts";
import { type PastResult, runPast } from "./run-past.ts";

export interface PastQuestion {
  dataDir: string;
  engine: EngineConfig;
  /** The rules: the `alerts` section of a configuration. */
  rules: AlertsConfig | undefined;
  /** The only one there is unless given. */
  site?: string | undefined;
  from: Instant;
  to: Instant;
  warmUp: Millis;
  onProgress?: (at: Instant) => void;
}

/** Opens what a Greenroom has recorded, for reading alone and also while it runs, and runs a span of it through the given rules. */
export async function askPast({
  dataDir,
  engine,
  rules = {},
  site: asked,
  ...span
}: PastQuestion): Promise<PastResult> {
  const store = await openStoreReadOnly(dataDir, { clock: systemClock });
  try {
    const site = asked ?? onlySite(await store.rooms.all());
    const plans = await PastPlans.of(store, site);
    if (plans.rooms.length === 0) throw new GreenroomError("NOT_FOUND", `there is no room at site ${site}`);
    const readings = await openPastReadings({ dataDir, engine }, site);
    try {
      return await runPast({ ...span, site, readings, plans, policy: policyOf(rules) });
    } finally {
      await readings.close();
    }
  } finally {
    await store.close();
  }
}

function onlySite(rooms: readonly { site: string }[]): string {
  const sites = [...new Set(rooms.map(({ site }) => site))];
  const [site] = sites;
  if (site === undefined) throw new GreenroomError("NOT_FOUND", "there is no room in this data folder");
  if (sites.length > 1) throw new GreenroomError("INPUT_INVALID", `--site: which of ${sites.join(", ")}`);
  return site;
}
