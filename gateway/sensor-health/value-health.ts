import { isPlausible, type Metric } from "#contract/metrics.ts";
import { hours } from "#contract/units.ts";
import { type Episode, openEpisode } from "./episode.ts";
import { accept, departs, isSettled, type Level, median, newLevel, restartLevel, round } from "./level.ts";
import { LEVEL_LASTS, type MetricTraits } from "./metric-traits.ts";

/** Reports that departed from the level, for which the next one will tell what they were. JSON. */
interface Suspect {
  from: number;
  value: number;
  reports: number;
  implausible: boolean;
  /** Above (1) or below (-1) the level. */
  side: number;
}

/** What single values say about a sensor: out of range, or a spike. JSON. */
export interface ValueHealth {
  level: Level;
  /** Reports that wait for the next one to tell what they were. */
  suspect?: Suspect | undefined;
  /** The open `out_of_range`. */
  range?: Episode | undefined;
  /** First good report after the last bad one; 0 while bad. */
  cleanSince: number;
  cleanReports: number;
  /** The last `spike`, for as long as another one belongs to it. */
  spike?: Episode | undefined;
  /** Bad reports, forgotten at 3 % a report: one glitch is forgiven at once, a liar is not. */
  bad: number;
  /** Whether the latest report is good. */
  isGood: boolean;
}

export const newValueHealth = (): ValueHealth => ({
  level: newLevel(),
  suspect: undefined,
  range: undefined,
  cleanSince: 0,
  cleanReports: 0,
  spike: undefined,
  bad: 0,
  isGood: true,
});

/** A fault that comes and goes is one fault until it has stayed away for so long, and for so many reports. */
const HOLD = hours(1);
const HOLD_REPORTS = 5;
/** A fast change runs on in one direction; so many reports of it are no glitch. */
const SAME_SIDE_REPORTS = 3;
/** A glitch comes back at once, and nearly all the way. */
const RETURNS = 1 / 3;
const FORGET = 0.97;
const FORGIVEN_BELOW = 3;

export const isTrusted = (health: ValueHealth): boolean => health.isGood && health.bad < FORGIVEN_BELOW;

/** What became of a value: episodes that began, changed or ended. */
export interface ValueVerdict {
  began?: Episode;
  ended?: Episode;
}
const NOTHING: ValueVerdict = {};

export interface ValueReport {
  metric: Metric;
  traits: MetricTraits | undefined;
  value: number;
  at: number;
}

/** Takes in one number and tells what it reveals. */
export function judgeValue(health: ValueHealth, report: ValueReport): ValueVerdict {
  const { metric, traits, value, at } = report;
  if (health.bad > 0) health.bad = round(health.bad * FORGET);
  const sinceLevel = at - health.level.at;
  if (sinceLevel > LEVEL_LASTS && health.level.recent.length > 0) restartLevel(health.level);
  const jump = traits?.jump;
  const limit = jump === undefined ? Infinity : jump.base + (jump.perMinute * sinceLevel) / 60_000;
  const implausible = !isPlausible(metric, value);
  const departed = departs(health.level, value, limit);
  if (implausible || departed) {
    health.isGood = false;
    health.bad += 1;
    return judgeBad(health, report, { implausible, departed, limit });
  }
  health.isGood = true;
  return judgeGood(health, report);
}

function judgeBad(
  health: ValueHealth,
  report: ValueReport,
  { implausible, departed, limit }: { implausible: boolean; departed: boolean; limit: number },
): ValueVerdict {
  const { value, at } = report;
  health.cleanSince = 0;
  health.cleanReports = 0;
  if (health.range !== undefined) {
    return extendRange(health.range, report) ? { began: health.range } : NOTHING;
  }
  const suspect = health.suspect;
  if (suspect === undefined) {
    // One wild report against a settled level may be a glitch: the next one tells. Without a level it speaks for itself.
    if (departed) {
      const side = Math.sign(value - median(health.level.recent));
      health.suspect = { from: at, value, reports: 1, implausible, side };
      return NOTHING;
    }
    return { began: beginRange(health, report, at) };
  }
  suspect.reports += 1;
  if (implausible || suspect.implausible) {
    health.suspect = undefined;
    const began = beginRange(health, report, suspect.from);
    if (Math.abs(suspect.value) > Math.abs(value)) began.worst = suspect.value;
    began.reports = suspect.reports;
    return { began };
  }
  const agrees = Math.abs(value - suspect.value) <= limit;
  const isSameSide = Math.sign(value - median(health.level.recent)) === suspect.side;
  if (agrees || (isSameSide && suspect.reports >= SAME_SIDE_REPORTS)) {
    acceptShift(health, report, suspect);
    return NOTHING;
  }
  if (isSameSide) return NOTHING;
  const verdict = endSpike(health, report, suspect);
  health.suspect = undefined;
  restartLevel(health.level);
  return verdict;
}

/** Reports agree, or run on in one direction: the room, or what heats it, really is there now. */
function acceptShift(health: ValueHealth, { value, at }: ValueReport, suspect: Suspect): void {
  restartLevel(health.level);
  accept(health.level, suspect.value, at);
  accept(health.level, value, at);
  health.suspect = undefined;
  health.isGood = true;
  health.bad = Math.max(0, health.bad - suspect.reports);
}

function judgeGood(health: ValueHealth, report: ValueReport): ValueVerdict {
  const { value, at } = report;
  const suspect = health.suspect;
  let verdict = NOTHING;
  if (suspect !== undefined) {
    health.suspect = undefined;
    if (suspect.implausible || hasReturned(health.level, value, suspect)) verdict = endSpike(health, report, suspect);
    else if (isSettled(health.level)) acceptShift(health, report, suspect);
  }
  if (report.traits?.jump !== undefined) accept(health.level, value, at);
  const range = health.range;
  if (range === undefined) return verdict;
  if (health.cleanSince === 0) health.cleanSince = at;
  health.cleanReports += 1;
  if (at - health.cleanSince < HOLD || health.cleanReports < HOLD_REPORTS) return verdict;
  range.to = health.cleanSince;
  health.range = undefined;
  return { ...verdict, ended: range };
}

function hasReturned(level: Level, value: number, suspect: Suspect): boolean {
  const usual = median(level.recent);
  return Math.abs(value - usual) <= RETURNS * Math.abs(suspect.value - usual);
}

function beginRange(health: ValueHealth, report: ValueReport, from: number): Episode {
  const range = openEpisode("out_of_range", report.metric.name, from, 0.99);
  range.worst = report.value;
  range.last = report.at;
  if (isSettled(health.level)) range.usual = median(health.level.recent);
  health.range = range;
  return range;
}

/** How far outside the plausible range. */
function excess(metric: Metric, value: number): number {
  const [low, high] = metric.plausible ?? [value, value];
  return Math.max(low - value, value - high, 0);
}

/** Much worse than it was: worth telling anew. */
const MUCH_WORSE = 1.5;

/** Takes a further report into the episode; says whether that changes what there is to tell. */
function extendRange(range: Episode, { metric, value, at }: ValueReport): boolean {
  range.last = at;
  range.reports += 1;
  const before = excess(metric, range.worst ?? value);
  const now = excess(metric, value);
  if (now > before) range.worst = value;
  return now > MUCH_WORSE * before;
}

/** Reports that left the level and came back (or went astray altogether) are one `spike`; more within the hour belong to it. */
function endSpike(health: ValueHealth, { metric, at }: ValueReport, suspect: Suspect): ValueVerdict {
  const earlier = health.spike;
  if (earlier?.to !== undefined && suspect.from - earlier.to < HOLD) {
    earlier.to = at;
    earlier.last = suspect.from;
    earlier.reports += suspect.reports;
    return { ended: earlier };
  }
  const spike = openEpisode("spike", metric.name, suspect.from, 0.95);
  spike.to = at;
  spike.reports = suspect.reports;
  spike.worst = suspect.value;
  if (isSettled(health.level)) spike.usual = median(health.level.recent);
  health.spike = spike;
  return { began: spike, ended: spike };
}
