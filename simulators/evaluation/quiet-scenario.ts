import { normal } from "./normal.ts";
import type { Scenario } from "./scenario.ts";
import type { Scripted } from "./scenario-faults.ts";

/** For tests: a heating day without a fault, a warm-up, or a reset that is missed; and what a test puts into it. */
export function quietScenario(scripted: readonly Scripted[] = []): Scenario {
  const scenario = structuredClone(normal);
  scenario.name = "quiet";
  scenario.days.warm_up = 0;
  scenario.climate.summer_share = 0;
  for (const fault of [...Object.values(scenario.faults.room), ...Object.values(scenario.faults.floor)])
    fault.per_day = 0;
  scenario.faults.scripted = [...scripted];
  scenario.reset_visits.missed = 0;
  return scenario;
}
