import type { CheckId } from "#contract/messages/readiness.ts";
import { metrics } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import { shareNeeded, startFor, Z90 } from "./act-by.ts";
import { forecastCo2 } from "./co2.ts";
import { type Opinion, type Outlook, SOON_MIN } from "./context.ts";
import { forecastFixed } from "./fixed.ts";
import { forecastGear } from "./gear.ts";
import { forecastOccupancy } from "./occupancy.ts";
import { forecastReset } from "./reset-visit.ts";
import { setRight } from "./site/forecast-record.ts";
import { type Chain, chainOf, queueFactor } from "./site/repairs.ts";
import { forecastTemperature } from "./temperature.ts";

/** How often what a wrong sensor measures is as wanted all the same; and from which doubt on what it says at arrival teaches nothing. */
const RIGHT_ALL_THE_SAME = 0.985;
const DOUBTED = 0.2;

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
  /** The latest start of the chain that mends it; of the move when nothing does. */
  actBy: Instant;
  /** The latest start of anything that saves the visit, another room included. */
  deadline: Instant;
  /** P(mended before arrival if somebody starts now). */
  pMended: number;
  /** What a few more minutes of waiting cost, and teach. */
  waiting: { costs: number; teaches: number };
  steps: StepForecast[];
  /** It rests on something unknown rather than on something bad. */
  isUnknown: boolean;
  isMendable: boolean;
}

/** What is forecast of one check. */
export interface CheckOutlook {
  check: CheckId;
  cause: string;
  /** P(it passes at arrival if nobody acts), set right by what came of such forecasts. */
  p: number;
  /** What its expert said. */
  raw: number;
  /** What is measured may well be wrong, so that nobody will see what came. */
  isDoubted: boolean;
  mean: number | undefined;
  sigma: number | undefined;
  unit: string | undefined;
}

export interface Forecast {
  /** P(ready at arrival) if nobody acts. */
  p: number;
  basis: "learned" | "prior";
  /** What endangers the visit, the least likely to be gone first. */
  causes: CauseForecast[];
  /** Every check that can endanger the visit. */
  checks: readonly CheckOutlook[];
  /** The earliest act-by of the causes that need acting. */
  actBy: Instant | undefined;
  /** Until when the visit can still be saved. */
  deadline: Instant | undefined;
  /** Checks that are bad now and expected to be fine by arrival. */
  passing: ReadonlySet<CheckId>;
}

const FINE: Opinion = { p: 1 };

/** What each check's expert says; checks without one do not endanger a visit by themselves. */
const experts: Partial<Record<CheckId, (row: Row, outlook: Outlook) => Opinion>> = {
  display: forecastGear,
  video_call: forecastGear,
  audio: forecastGear,
  network: (row, outlook) => (row.hard ? forecastGear(row, outlook) : FINE),
  // Whether its supply is watched says nothing about a room: only a supply that is in trouble does.
  power: (row, outlook) =>
    row.outcome === "not_ready" || row.outcome === "degraded" ? forecastGear(row, outlook) : FINE,
  temperature: forecastTemperature,
  co2: forecastCo2,
  unoccupied: forecastOccupancy,
  reset_visit: forecastReset,
  capacity: forecastFixed,
  capability: forecastFixed,
  maintenance: forecastFixed,
  access: forecastFixed,
};

/** Everything that one cause takes along. */
interface Group {
  cause: string;
  rows: Row[];
  /** The row that is least likely to pass, and what is said of it. */
  row: Row;
  opinion: Opinion;
  p: number;
}

/** P(ready at arrival) as a product over root causes: what falls together counts once. */
export function decideForecast(outlook: Outlook): Forecast {
  const { now, leadMin, visit, learner, site } = outlook;
  const groups: Group[] = [];
  const checks: CheckOutlook[] = [];
  const passing = new Set<CheckId>();
  for (const row of outlook.rows) {
    const opinion = experts[row.check]?.(row, outlook);
    if (opinion === undefined) continue;
    const { p: raw, mean, sigma } = opinion;
    const doubt = opinion.doubt ?? 0;
    const p = doubt * RIGHT_ALL_THE_SAME + (1 - doubt) * setRight(site, row.check, { p: raw, leadMin });
    const { cause } = row.part;
    const unit = mean === undefined ? undefined : metrics.get(row.part.metric ?? "")?.unit;
    checks.push({ check: row.check, cause, p, raw, isDoubted: doubt > DOUBTED, mean, sigma, unit });
    // What rests on a sensor that may be wrong is nothing to count on.
    if (opinion.isPassing === true && doubt <= DOUBTED && p >= visit.target) passing.add(row.check);
    join(groups, { cause, rows: [row], row, opinion, p });
  }
  let p = 1;
  const causes: CauseForecast[] = [];
  for (const group of groups) {
    p *= group.p;
    if (isWorthTelling(group)) causes.push(causeOf(group, outlook));
  }
  if (causes.length > 1) causes.sort((a, b) => a.p - b.p || (a.cause < b.cause ? -1 : 1));
  return {
    p,
    basis: learner.isLearned && site.isLearned(now) ? "learned" : "prior",
    causes,
    checks,
    actBy: earliest(causes, visit.target, "actBy"),
    deadline: earliest(causes, visit.target, "deadline"),
    passing,
  };
}

/** Takes a row's group of its own, or lets its cause's take it in. */
function join(groups: Group[], own: Group): void {
  for (const group of groups) {
    if (group.cause !== own.cause) continue;
    group.rows.push(own.row);
    if (own.p < group.p) {
      group.row = own.row;
      group.opinion = own.opinion;
      group.p = own.p;
    }
    return;
  }
  groups.push(own);
}

const isWorthTelling = ({ rows, opinion, p }: Group): boolean =>
  (1 - p >= WORTH_TELLING && opinion.isUnsettled !== true) || rows.some((row) => row.hard && row.outcome !== "ready");

function causeOf({ cause, rows, row, opinion, p }: Group, outlook: Outlook): CauseForecast {
  const { site, ask, room, leadMin } = outlook;
  const { recoveryMin = 0, expects, goneSoon = 0, soonMin = SOON_MIN } = opinion;
  const chain = chainOf(site, cause, ask.card);
  const open = site.acts.open(chain.owner) - Number(site.acts.isOpen(room.key, cause));
  const slower = queueFactor(site, chain.owner, open);
  const steps = stepsOf(chain, { p, recoveryMin, slower }, outlook);
  const { mendingCount } = chain;
  const left = leadMin - recoveryMin;
  const pMended = mendedWithin(chain, left / slower);
  const counted = mendingCount > 0 ? steps.slice(0, mendingCount) : steps;
  return {
    cause,
    checks: rows.length === 1 ? [row.check] : [...new Set(rows.map(({ check }) => check))],
    row,
    p,
    expects,
    actBy: latest(counted),
    deadline: latest(steps),
    pMended,
    waiting: { costs: (1 - p) * lostBy(chain, { left, slower, soonMin }), teaches: goneSoon },
    steps,
    isUnknown: rows.every(({ outcome }) => outcome === "unknown"),
    isMendable: mendingCount > 0,
  };
}

/** P(the chain mends it within these minutes, beginning with the best of its links). */
function mendedWithin({ mending, mendingCount }: Chain, minutes: number): number {
  let most = 0;
  for (let i = 0; i < mendingCount; i++) most = Math.max(most, mending.mended(i, minutes));
  return most;
}

/** By how much a few minutes of waiting lower the chance to mend it. To go elsewhere remains: another room is kept in case. */
const lostBy = (chain: Chain, { left, slower, soonMin }: { left: number; slower: number; soonMin: number }): number =>
  Math.max(0, mendedWithin(chain, left / slower) - mendedWithin(chain, (left - soonMin) / slower));

/** Each remedy with the latest moment to begin with it, those after it counted on where it fails. */
function stepsOf(
  chain: Chain,
  { p, recoveryMin, slower }: { p: number; recoveryMin: number; slower: number },
  { visit }: Outlook,
): StepForecast[] {
  const share = shareNeeded({ target: visit.target, p });
  return chain.remedies.map(({ remedy, label, mends }, i) => {
    const { medianMin, spread } = chain.links[i] ?? { medianMin: 0, spread: 0 };
    const times = mends ? chain.mending : chain.others[i - chain.mendingCount];
    const own = mends ? recoveryMin : 0;
    const factor = mends ? slower : 1;
    const needed = (times?.minutesFor(mends ? i : 0, share) ?? 0) * factor + own;
    return {
      remedy,
      label,
      p50Min: Math.round(medianMin * factor + own),
      p90Min: Math.round(medianMin * Math.exp(Z90 * spread) * factor + own),
      actBy: startFor(visit.arrival, needed),
    };
  });
}

function latest(steps: readonly StepForecast[]): Instant {
  let last = Number.NEGATIVE_INFINITY as Instant;
  for (const { actBy } of steps) if (actBy > last) last = actBy;
  return last;
}

function earliest(causes: readonly CauseForecast[], target: number, which: "actBy" | "deadline"): Instant | undefined {
  let first: Instant | undefined;
  for (const cause of causes) {
    if (cause.p < target && (first === undefined || cause[which] < first)) first = cause[which];
  }
  return first;
}
