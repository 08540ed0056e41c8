import { hours, minutes } from "#contract/units.ts";
import { type Episode, openEpisode } from "./episode.ts";
import { round } from "./level.ts";
import type { MetricTraits } from "./metric-traits.ts";

/** A run of reports that hardly differ. JSON. */
export interface FrozenHealth {
  value: number;
  from: number;
  reports: number;
  /** Signs of life in the room when the run began. */
  lifeBefore: number;
  /** The longest earlier run: what a coarse sensor does in a quiet night. */
  longestMs: number;
  first: number;
  /** The most reports that an earlier run had, and since when they are counted: a lively sensor gives itself away soon. */
  lively?: { since: number; mostReports: number } | undefined;
  open?: Episode | undefined;
}

/** No value is within tolerance of it. */
const NOTHING = -1e9;

export const newFrozenHealth = (): FrozenHealth => ({
  value: NOTHING,
  from: 0,
  reports: 0,
  lifeBefore: 0,
  longestMs: 0,
  first: 0,
  lively: undefined,
  open: undefined,
});

const REPORTS = 30;
/** A run must be this many times the longest one so far. */
const TIMES_LONGEST = 4;
/** Without a day of history the longest run is not known yet. */
const HISTORY = hours(24);
/** Signs of life in the room during the run: while nobody is there, a steady value is what it should be. */
const LIFE = 3;
/** A sensor that has repeated itself in no night and no weekend of a week is frozen when it does so often … */
const LIVELY_HISTORY = hours(7 * 24);
const LIVELY_REPORTS = 10;
const LIVELY_TIMES_MOST = 2;
/** … and so long. */
const LIVELY_FLOOR = minutes(30);
/** So long, no room stands still, used or not. */
const ALWAYS = hours(96);

export interface FrozenInput {
  value: number;
  at: number;
  /** Signs of life that the room's other sensors have given so far. */
  life: number;
}

/** `stuck`: exactly or nearly constant although its kind varies and the room was alive. Returns an episode that began or ended. */
export function judgeFrozen(
  health: FrozenHealth,
  metric: string,
  frozen: NonNullable<MetricTraits["frozen"]>,
  { value, at, life }: FrozenInput,
): Episode | undefined {
  if (health.first === 0) health.first = at;
  if (Math.abs(value - health.value) > frozen.tolerance) return restartRun(health, { value, at, life });
  health.reports += 1;
  if (health.open !== undefined) {
    health.open.last = at;
    health.open.reports = health.reports;
    return undefined;
  }
  const runMs = at - health.from;
  if (frozen.neverRests === true && isFrozenLively(health, at)) {
    health.open = openEpisode("stuck", metric, health.from, 0.8);
    health.open.last = at;
    health.open.reports = health.reports;
    health.open.worst = value;
    return health.open;
  }
  if (runMs < frozen.floor || health.reports < REPORTS) return undefined;
  const hasHistory = health.from - health.first >= HISTORY;
  const needed = Math.max(hasHistory ? frozen.floor : HISTORY, TIMES_LONGEST * health.longestMs);
  const wasAlive = life - health.lifeBefore >= LIFE;
  if (!(wasAlive ? runMs >= needed : runMs >= Math.max(ALWAYS, needed))) return undefined;
  health.open = openEpisode("stuck", metric, health.from, hasHistory && wasAlive ? 0.9 : 0.7);
  health.open.last = at;
  health.open.reports = health.reports;
  health.open.worst = value;
  return health.open;
}

function isFrozenLively({ lively, reports, from }: FrozenHealth, at: number): boolean {
  if (lively === undefined || from - lively.since < LIVELY_HISTORY || at - from < LIVELY_FLOOR) return false;
  return reports >= Math.max(LIVELY_REPORTS, LIVELY_TIMES_MOST * lively.mostReports);
}

function restartRun(health: FrozenHealth, { value, at, life }: FrozenInput): Episode | undefined {
  const ended = health.open;
  health.lively ??= { since: at, mostReports: 0 };
  if (ended === undefined) {
    health.lively.mostReports = Math.max(health.lively.mostReports, health.reports);
    if (health.reports > 1) health.longestMs = Math.max(health.longestMs, at - health.from);
  } else {
    ended.to = at;
    health.open = undefined;
  }
  health.value = round(value);
  health.from = at;
  health.reports = 1;
  health.lifeBefore = life;
  return ended;
}

/** Time without reports is not time at one value. */
export function interruptRun(health: FrozenHealth): void {
  if (health.open === undefined) health.value = NOTHING;
}
