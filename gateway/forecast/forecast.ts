import type { CheckId } from "#contract/messages/readiness.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import { decideActBy } from "./act-by.ts";
import { forecastCo2 } from "./co2.ts";
import type { Opinion, Outlook } from "./context.ts";
import { forecastGear } from "./gear.ts";
import { forecastOccupancy } from "./occupancy.ts";
import { remediesOf } from "./remedies.ts";
import { forecastTemperature } from "./temperature.ts";

/** A cause is told from this risk on, or when its check is not ready now. */
const WORTH_TELLING = 0.03;

interface StepForecast {
  remedy: string;
  label: string;
  p50Min: number;
  p90Min: number;
  actBy: Instant;
}

/** One independent cause: everything that stands or falls with it. */
export interface CauseForecast {
  cause: string;
  checks: CheckId[];
  /** The row that tells it best. */
  row: Row;
  p: number;
  expects: (() => string) | undefined;
  /** The latest start of what mends it; of the move when nothing does. */
  actBy: Instant;
  steps: StepForecast[];
  /** It rests on something unknown rather than on something bad. */
  isUnknown: boolean;
  isMendable: boolean;
}

export interface Forecast {
  /** P(ready at arrival) if nobody acts. */
  p: number;
  basis: "learned" | "prior";
  /** What endangers the visit, the least likely to be gone first. */
  causes: CauseForecast[];
  /** The earliest act-by of the causes that need acting. */
  actBy: Instant | undefined;
  /** Checks that are bad now and expected to be fine by arrival. */
  passing: ReadonlySet<CheckId>;
}

/** What each check's expert says; checks without one do not endanger a visit by themselves. */
const experts: Partial<Record<CheckId, (row: Row, outlook: Outlook) => Opinion>> = {
  display: forecastGear,
  video_call: forecastGear,
  audio: forecastGear,
  network: (row, outlook) => (row.hard ? forecastGear(row, outlook) : { p: 1 }),
  temperature: forecastTemperature,
  co2: forecastCo2,
  unoccupied: (_row, outlook) => forecastOccupancy(outlook),
  capacity: fixed,
  capability: fixed,
  maintenance: fixed,
};

function fixed(row: Row): Opinion {
  return { p: row.outcome === "not_ready" ? 0 : 1 };
}

interface Member {
  row: Row;
  opinion: Opinion;
}

/** P(ready at arrival) as a product over root causes: what falls together counts once. */
export function decideForecast(outlook: Outlook): Forecast {
  const { target } = outlook.visit;
  const groups = new Map<string, Member[]>();
  const passing = new Set<CheckId>();
  for (const row of outlook.rows) {
    const opinion = experts[row.check]?.(row, outlook);
    if (opinion === undefined) continue;
    if (opinion.isPassing === true && opinion.p >= target) passing.add(row.check);
    const members = groups.get(row.part.cause);
    if (members === undefined) groups.set(row.part.cause, [{ row, opinion }]);
    else members.push({ row, opinion });
  }
  let p = 1;
  const causes: CauseForecast[] = [];
  for (const [cause, members] of groups) {
    const least = members.reduce((a, b) => (b.opinion.p < a.opinion.p ? b : a));
    p *= least.opinion.p;
    if (isWorthTelling(members, least)) causes.push(causeOf(cause, members, outlook));
  }
  causes.sort((a, b) => a.p - b.p || (a.cause < b.cause ? -1 : 1));
  return {
    p,
    basis: outlook.learner.isLearned ? "learned" : "prior",
    causes,
    actBy: earliest(causes, target),
    passing,
  };
}

const isWorthTelling = (members: readonly Member[], least: Member): boolean =>
  1 - least.opinion.p >= WORTH_TELLING || members.some(({ row }) => row.hard && row.outcome !== "ready");

function causeOf(cause: string, members: readonly Member[], outlook: Outlook): CauseForecast {
  const least = members.reduce((a, b) => (b.opinion.p < a.opinion.p ? b : a));
  const { p, recoveryMin = 0, expects } = least.opinion;
  const deadline = { arrival: outlook.visit.arrival, target: outlook.visit.target, p };
  const remedies = remediesOf(cause, outlook.ask.card);
  const steps = remedies.map(({ remedy, label, duration, mends }) => {
    const own = mends ? recoveryMin : 0;
    return {
      remedy,
      label,
      p50Min: Math.round(duration.p50_min + own),
      p90Min: Math.round(duration.p90_min + own),
      actBy: decideActBy(duration, { ...deadline, recoveryMin: own }),
    };
  });
  const mending = steps.filter((_, i) => remedies[i]?.mends === true);
  const counted = mending.length > 0 ? mending : steps;
  return {
    cause,
    checks: [...new Set(members.map(({ row }) => row.check))],
    row: least.row,
    p,
    expects,
    actBy: instant(Math.max(...counted.map((step) => step.actBy))),
    steps,
    isUnknown: members.every(({ row }) => row.outcome === "unknown"),
    isMendable: mending.length > 0,
  };
}

function earliest(causes: readonly CauseForecast[], target: number): Instant | undefined {
  let first: Instant | undefined;
  for (const { actBy, p } of causes) {
    if (p < target && (first === undefined || actBy < first)) first = actBy;
  }
  return first;
}
