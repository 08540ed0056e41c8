import type { Instant } from "#contract/units.ts";
import { normalCdf } from "../forecast/normal.ts";
import type { Member } from "./finding.ts";

/** z of the 90th percentile. */
const Z90 = 1.2816;
const LEAST_RATIO = 1.05;

/** Risk times P(mended in time if somebody starts now), of the visit for which that is most. */
export function benefitOf(members: readonly Member[], now: Instant): number {
  let most = 0;
  for (const member of members) most = Math.max(most, member.risk * chanceToMend(member, now));
  return Math.round(most * 100) / 100;
}

/** What the forecast says, else the best of the remedies: log-normal through median and 90th percentile. */
export function chanceToMend({ cause, arrival }: Member, now: Instant): number {
  if (cause.p_mended !== undefined) return cause.p_mended;
  const left = (arrival - now) / 60_000;
  let best = 0;
  for (const { remedy, p50_min, p90_min } of cause.steps) {
    if (left <= 0 || remedy === "move") continue;
    if (p50_min <= 0) best = 1;
    else {
      const spread = Math.log(Math.max(LEAST_RATIO, p90_min / p50_min)) / Z90;
      best = Math.max(best, normalCdf(Math.log(left / p50_min) / spread));
    }
  }
  return best;
}
