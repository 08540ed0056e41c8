import type { DemoStatus } from "#contract/messages/readiness.ts";
import { type Instant, instant, minutes } from "#contract/units.ts";
import { decideForecast, type Forecast } from "../forecast/forecast.ts";
import type { RoomLearner } from "../forecast/learner.ts";
import type { SiteLearner } from "../forecast/site/site-learner.ts";
import type { RoomWatch } from "../forecast/watch/room-watch.ts";
import type { Ask } from "../readiness/check.ts";
import type { Planned } from "../readiness/plan.ts";
import { worse } from "../readiness/score.ts";
import type { Judge, RowsVerdict } from "../readiness/verdict.ts";
import type { Visit } from "../readiness/visit.ts";
import type { RoomState } from "../rooms/room-state.ts";

/** As arrival comes nearer the forecast is told anew at these leads, also when nothing reports. */
const LEADS_MIN = [180, 120, 90, 60, 45, 30, 20, 15, 10, 5, 2] as const;
/** A visit that was at risk is clear of it only when it is this share of the way from its target to certainty: it does not flicker. */
const CLEAR_SHARE = 0.3;
/** Forecasts look from whole minutes before arrival, farther out from every fifth: nothing that they foresee is finer. */
const STEP = minutes(1);
const FAR = minutes(180);
const FAR_STEP = minutes(5);

export interface JudgedVisit {
  visit: Visit;
  verdict: RowsVerdict;
  forecast: Forecast;
  status: DemoStatus;
}

/** What forecasts rest on besides what is now: the room's own past, and its site's. */
export interface Taught {
  learner: RoomLearner;
  site: SiteLearner;
  watch: RoomWatch;
}

export type PlannedVisit = Planned<Ask & { visit: Visit }>;

/** The moment from which a forecast made now looks: forecasts of the same moment, of the same room, are the same. */
export function asOf(arrival: Instant, now: Instant): Instant {
  const step = arrival - now > FAR ? FAR_STEP : STEP;
  return instant(arrival + Math.floor((now - arrival) / step) * step);
}

/** P(ready at arrival) and what endangers it, for a visit whose rows are settled. */
export function forecastVisit(
  judge: Judge,
  { ask }: PlannedVisit,
  { verdict, room, learner, site, watch }: { verdict: RowsVerdict; room: RoomState } & Taught,
): Forecast {
  const { visit } = ask;
  const { occupied } = judge.scene;
  const now = asOf(visit.arrival, judge.scene.now);
  const leadMin = Math.max(0, (visit.arrival - now) / 60_000);
  return decideForecast({ room, ask, visit, rows: verdict.rows, learner, site, watch, occupied, now, leadMin });
}

/** The one word for a visit, with whether it was at risk in mind. */
export function settleStatus(judge: Judge, about: Omit<JudgedVisit, "status">): DemoStatus {
  const { visit, forecast } = about;
  let least = 1;
  for (const { p } of forecast.causes) least = Math.min(least, p);
  const isAtRisk = judge.latch(visit.riskKey, (was) => least < (was ? clearOf(visit) : visit.target));
  return decideStatus({ ...about, isAtRisk }, judge.scene.now);
}

/** Judges one visit of a room that is looked at once. Pure but for what the judge has settled. */
export function judgeVisit(judge: Judge, planned: PlannedVisit, about: { room: RoomState } & Taught): JudgedVisit {
  const { visit } = planned.ask;
  const verdict = judge.verdict(planned.requirements);
  const forecast = forecastVisit(judge, planned, { ...about, verdict });
  return { visit, verdict, forecast, status: settleStatus(judge, { visit, verdict, forecast }) };
}

/** The first moment after now at which the clock alone changes what is said of a visit, its checks apart. */
export function visitDueAt({ arrival, end }: Visit, { causes }: Forecast, now: Instant): number {
  let due = Number.POSITIVE_INFINITY;
  const add = (at: number): void => {
    if (at > now && at < due) due = at;
  };
  add(arrival);
  add(end);
  for (const { actBy } of causes) add(actBy + 1);
  const leadMin = (arrival - now) / 60_000;
  const next = LEADS_MIN.find((lead) => lead < leadMin);
  if (next !== undefined) add(arrival - minutes(next));
  return due;
}

/** Past act-by it is no longer sure that the room can be had; it is given up when it is likelier not. */
const EVEN_CHANCE = 0.5;

const clearOf = ({ target }: Visit): number => target + CLEAR_SHARE * (1 - target);

/**
 * Before arrival the forecast speaks, from arrival on the verdict. It takes one cause that endangers the visit by itself to
 * be at risk: many small chances that nothing points to now are nobody's work.
 */
function decideStatus(
  { verdict, forecast, visit, isAtRisk }: Omit<JudgedVisit, "status"> & { isAtRisk: boolean },
  now: Instant,
): DemoStatus {
  if (verdict.rows.some((row) => row.check === "maintenance" && row.outcome === "not_ready")) return "maintenance";
  if (now >= visit.arrival) return verdict.outcome;
  if (!isAtRisk) return withoutPassing(verdict, forecast);
  const endangering = forecast.causes.filter((cause) => cause.p < clearOf(visit));
  if (endangering.every((cause) => cause.isUnknown)) return "unknown";
  if (endangering.some((cause) => !cause.isMendable)) return "not_ready";
  const isHopeless = endangering.some(({ actBy, pMended }) => now > actBy && pMended < EVEN_CHANCE);
  return isHopeless ? "too_late" : "at_risk";
}

/** The verdict now, leaving out what is expected to be fine by arrival. */
function withoutPassing(verdict: RowsVerdict, forecast: Forecast): DemoStatus {
  let outcome: RowsVerdict["outcome"] = "ready";
  for (const row of verdict.rows) {
    const mendsItself = row.outcome !== "unknown" && forecast.passing.has(row.check);
    if (row.outcome === "ready" || mendsItself) continue;
    outcome = worse(outcome, row.hard ? row.outcome : "degraded");
  }
  return outcome;
}
