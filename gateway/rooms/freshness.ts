import { type Instant, instant, type Millis } from "#contract/units.ts";

/** Up to this many report intervals a value counts as fresh. */
const FRESH_INTERVALS = 2;
/** From this many on it is gone. */
const GONE_INTERVALS = 5;
/** Between the two a silent room is judged again at each of these levels. */
const STEPS = [0.8, 0.6, 0.4, 0.2, 0] as const;

/** How much a value of this age still says: 1 up to two report intervals, then falling evenly to 0 at five. */
export function freshness(age: Millis, interval: Millis): number {
  const intervals = age / interval;
  if (intervals <= FRESH_INTERVALS) return 1;
  if (intervals >= GONE_INTERVALS) return 0;
  return (GONE_INTERVALS - intervals) / (GONE_INTERVALS - FRESH_INTERVALS);
}

/** The moment from which a value of this instant is stale. */
export const staleFrom = (at: Instant, interval: Millis): Instant => instant(at + GONE_INTERVALS * interval);

/** When its freshness next changes enough to judge the room again; `undefined` once it is gone. */
export function nextFreshnessStep(at: Instant, interval: Millis, now: Instant): Instant | undefined {
  const ageing = at + FRESH_INTERVALS * interval + 1;
  if (now < ageing) return instant(ageing);
  for (const level of STEPS) {
    const due = at + (GONE_INTERVALS - (GONE_INTERVALS - FRESH_INTERVALS) * level) * interval;
    if (now < due) return instant(Math.ceil(due));
  }
  return undefined;
}
