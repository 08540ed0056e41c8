import { type Instant, instant, type Millis } from "#contract/units.ts";

/** Up to this many report intervals a value counts as fresh. */
const FRESH_INTERVALS = 2;
/** From this many on it is gone. */
const GONE_INTERVALS = 5;

/** Whether a value of this age still says everything. */
export const isFresh = (age: Millis, interval: Millis): boolean => age / interval <= FRESH_INTERVALS;

/** How much a value of this age still says: 1 up to two report intervals, then falling evenly to 0 at five. */
export function freshness(age: Millis, interval: Millis): number {
  const intervals = age / interval;
  if (intervals <= FRESH_INTERVALS) return 1;
  if (intervals >= GONE_INTERVALS) return 0;
  return (GONE_INTERVALS - intervals) / (GONE_INTERVALS - FRESH_INTERVALS);
}

/** The moment from which a value of this instant begins to age. */
export const agesFrom = (at: Instant, interval: Millis): Instant => instant(at + FRESH_INTERVALS * interval + 1);

/** The moment from which a value of this instant is stale. */
export const staleFrom = (at: Instant, interval: Millis): Instant => instant(at + GONE_INTERVALS * interval);

/** When a silent value is looked at again: as it begins to age, then with each report that stays out; `undefined` once it is gone. */
export function nextFreshnessStep(at: Instant, interval: Millis, now: Instant): Instant | undefined {
  if (now <= at + FRESH_INTERVALS * interval) return agesFrom(at, interval);
  for (let missed = FRESH_INTERVALS + 1; missed <= GONE_INTERVALS; missed++) {
    const due = Math.ceil(at + missed * interval);
    if (now < due) return instant(due);
  }
  return undefined;
}
