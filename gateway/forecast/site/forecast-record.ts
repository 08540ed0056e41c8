import type { CheckId } from "#contract/messages/readiness.ts";
import { CALIBRATION_SIZE, calibrated, fitLine, type Line, noteOutcome } from "./calibration.ts";
import type { SiteLearner } from "./site-learner.ts";

/** Forecasts are set right apart for each check and for how far ahead they were made. */
const LEADS_MIN = [15, 60, 120] as const;

function leadOf(leadMin: number): number {
  let lead = 0;
  for (const until of LEADS_MIN) if (leadMin > until) lead += 1;
  return lead;
}
const nameOf = (check: CheckId, lead: number): string => `cal ${check}/${lead}`;

/** Notes what a check's expert said so long before arrival, and what came. */
export const noteForecast = (
  site: SiteLearner,
  { check, leadMin, p, came }: { check: CheckId; leadMin: number; p: number; came: number },
): void => noteOutcome(site.ledger(nameOf(check, leadOf(leadMin)), CALIBRATION_SIZE), p, came);

type Lines = Partial<Record<CheckId, Line>>;

/** What an expert says, set right by what came of such forecasts at this site. */
export function setRight(site: SiteLearner, check: CheckId, { p, leadMin }: { p: number; leadMin: number }): number {
  const lead = leadOf(leadMin);
  const lines = site.derived<Lines[]>("cal", () => [{}, {}, {}, {}])[lead] as Lines;
  const line = (lines[check] ??= fitLine(site.counts(nameOf(check, lead), CALIBRATION_SIZE)));
  return calibrated(p, line);
}
