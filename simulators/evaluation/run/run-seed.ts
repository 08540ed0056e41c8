import type { AlertPolicy } from "#gateway/alerts/policy.ts";
import type { Scenario } from "../scenario.ts";
import { type CauseTable, type PolicyFigures, scoredVisits, scorePolicy } from "../score/score-policy.ts";
import { whatCanBeKnown } from "../score/knowable.ts";
import { type ForecastFigures, scoreForecasts } from "../score/score-forecasts.ts";
import { equipmentAndClimate, type Flaw } from "../world/building.ts";
import { makeWorld } from "../world/world.ts";
import { explainPolicy } from "./explain.ts";
import type { Comparable } from "./policy-names.ts";
import { playWorld } from "./run-world.ts";

export interface SeedTask {
  scenario: Scenario;
  seed: number;
  rooms: number;
  days: number;
  policies: readonly Comparable[];
  /** Whether the gateway is also run with nobody to hear it, for its forecasts. */
  twin: boolean;
  explain: boolean;
  alertPolicy?: Partial<AlertPolicy>;
}

export interface SeedResult {
  seed: number;
  demos: number;
  wouldFail: number;
  wouldFailEqcl: number;
  flaws: Partial<Record<Flaw, number>>;
  policies: Partial<Record<Comparable, { figures: PolicyFigures; causes: CauseTable; leads: number[] }>>;
  forecasts: ForecastFigures | undefined;
  explained: string[];
  errors: string[];
}

/** One world under every policy that is asked for; what would become of it untouched comes first. */
export async function runSeed(task: SeedTask, onDay?: (day: number) => void): Promise<SeedResult> {
  const { scenario, seed, rooms, days, policies, alertPolicy } = task;
  const world = makeWorld(scenario, seed, { rooms, days });
  const { flaws: doom } = await playWorld(world, { policy: "nobody" });
  const visits = scoredVisits(world);
  const result: SeedResult = {
    seed,
    demos: visits.length,
    wouldFail: 0,
    wouldFailEqcl: 0,
    flaws: {},
    policies: {},
    forecasts: undefined,
    explained: [],
    errors: [],
  };
  for (const { id } of visits) {
    const flaws = doom.get(id) ?? [];
    for (const flaw of flaws) result.flaws[flaw] = (result.flaws[flaw] ?? 0) + 1;
    if (flaws.length > 0) result.wouldFail += 1;
    if (flaws.some((flaw) => equipmentAndClimate.has(flaw))) result.wouldFailEqcl += 1;
  }
  if (task.twin) {
    const played = await playWorld(world, { policy: "twin", onDay: (day) => onDay?.(day) });
    result.forecasts = scoreForecasts(played.forecasts, doom, whatCanBeKnown(world));
    result.errors.push(...played.errors);
  }
  for (const policy of policies) {
    const played = await playWorld(world, {
      policy,
      doom,
      onDay: (day) => onDay?.(day),
      ...(alertPolicy !== undefined && { alertPolicy }),
    });
    const { figures, causes, leads, named } = scorePolicy(world, doom, played);
    result.policies[policy] = { figures, causes, leads };
    result.errors.push(...played.errors);
    if (task.explain) result.explained.push(...explainPolicy({ world, policy, doom, played, named }));
  }
  return result;
}
