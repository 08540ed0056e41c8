import type { DemoStatus, SensorFinding } from "#contract/messages/readiness.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant, minutes } from "#contract/units.ts";
import { decideForecast, type Forecast } from "../forecast/forecast.ts";
import type { RoomLearner } from "../forecast/learner.ts";
import type { Ask } from "../readiness/check.ts";
import type { Planned, Planner } from "../readiness/plan.ts";
import type { Settled } from "../readiness/settle.ts";
import { worse } from "../readiness/score.ts";
import { Judge, type RowsVerdict } from "../readiness/verdict.ts";
import type { Visit } from "../readiness/visit.ts";
import type { RoomState } from "../rooms/room-state.ts";

/** A room's next visits are judged this far ahead. */
const AHEAD = minutes(48 * 60);
/** As arrival comes nearer the forecast is told anew at these leads, also when nothing reports. */
const LEADS_MIN = [180, 120, 90, 60, 45, 30, 20, 15, 10, 5, 2] as const;
/** A visit that was at risk is clear of it only when it is this share of the way from its target to certainty: it does not flicker. */
const CLEAR_SHARE = 0.3;

export interface JudgedVisit {
  visit: Visit;
  verdict: RowsVerdict;
  forecast: Forecast;
  status: DemoStatus;
}

/** A room at one moment: everything that is published, before it is put into words. */
export interface JudgedRoom {
  at: Instant;
  card: RoomCard;
  now: RowsVerdict;
  visits: readonly JudgedVisit[];
  findings: readonly SensorFinding[];
  /** When the clock alone may change it. */
  nextAt: Instant | undefined;
  /** Something settled or began to: worth remembering at once. */
  hasShifted: boolean;
}

export interface RoomToJudge {
  room: RoomState;
  card: RoomCard;
  planner: Planner;
  settled: Map<string, Settled>;
  learner: RoomLearner;
  findings: readonly SensorFinding[];
}

/** Judges a room now and for each coming visit. Pure but for `settled`, which it carries on. */
export function judgeRoom(options: RoomToJudge, now: Instant): JudgedRoom {
  const { room, card, settled, findings, planner } = options;
  const plan = planner.plan(room, card, now);
  const judge = new Judge({ room, settled, outageOf: (device) => outageOf(findings, device) }, now);
  const verdict = judge.verdict(plan.now.requirements);
  const visits: JudgedVisit[] = [];
  for (const planned of plan.visits) {
    const { arrival, end } = planned.ask.visit;
    if (end > now && arrival - now <= AHEAD) visits.push(judgeVisit(judge, planned, options));
    else if (end > now) judge.wakeAt(instant(arrival - AHEAD));
  }
  const edge = plan.edges.find((each) => each > now);
  if (edge !== undefined) judge.wakeAt(edge);
  judge.prune();
  return { at: now, card, now: verdict, visits, findings, nextAt: judge.nextAt, hasShifted: judge.hasShifted };
}

/** The outage that a device's silence is part of. */
export function outageOf(findings: readonly SensorFinding[], device: string): string | undefined {
  return findings.find((each) => each.kind === "outage" && each.to === undefined && each.device === device)?.cause;
}

/** Judges one visit. Pure but for what the judge has settled. */
export function judgeVisit(
  judge: Judge,
  { ask, requirements }: Planned<Ask & { visit: Visit }>,
  { learner, room }: Pick<RoomToJudge, "learner" | "room">,
): JudgedVisit {
  const { now, occupied } = judge.scene;
  const { visit } = ask;
  const verdict = judge.verdict(requirements);
  const leadMin = Math.max(0, (visit.arrival - now) / 60_000);
  const forecast = decideForecast({ room, ask, visit, rows: verdict.rows, learner, occupied, now, leadMin });
  judge.wakeAt(visit.arrival);
  judge.wakeAt(visit.end);
  let least = 1;
  for (const { actBy, p } of forecast.causes) {
    judge.wakeAt(instant(actBy + 1));
    least = Math.min(least, p);
  }
  const next = LEADS_MIN.find((lead) => lead < leadMin);
  if (next !== undefined) judge.wakeAt(instant(visit.arrival - minutes(next)));
  const isAtRisk = judge.latch(visit.riskKey, (was) => least < (was ? clearOf(visit) : visit.target));
  return { visit, verdict, forecast, status: decideStatus({ visit, verdict, forecast, isAtRisk }, now) };
}

const clearOf = ({ target }: Visit): number => target + CLEAR_SHARE * (1 - target);

/**
 * The one word for a visit. Before arrival the forecast speaks, from arrival on the verdict. It takes one cause that
 * endangers the visit by itself to be at risk: many small chances that nothing points to now are nobody's work.
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
  return forecast.actBy !== undefined && now > forecast.actBy ? "too_late" : "at_risk";
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
