import type { RemedyDuration } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import { normalQuantile } from "./normal.ts";

/** No promise rests on less than an even chance, nor on the last per cent of a guessed distribution. */
const LEAST_SHARE = 0.5;
const MOST_SHARE = 0.99;
/** Spread of a remedy whose card gives median and 90th percentile as one. */
const LEAST_RATIO = 1.05;
/** z of the 90th percentile. */
export const Z90 = 1.2816;

/** How the logarithm of a duration spreads: log-normal through its median and 90th percentile. */
export const spreadOf = ({ p50_min, p90_min }: RemedyDuration): number =>
  p50_min <= 0 ? 1 : Math.log(Math.max(LEAST_RATIO, p90_min / p50_min)) / Z90;

/** The time within which a remedy is done with probability `share`. */
export function durationAt(duration: RemedyDuration, share: number): number {
  if (duration.p50_min <= 0) return duration.p90_min * share;
  return duration.p50_min * Math.exp(normalQuantile(share) * spreadOf(duration));
}

export interface Deadline {
  arrival: Instant;
  /** P(ready at arrival) that the visit wants. */
  target: number;
  /** P(the cause is gone at arrival if nobody acts). */
  p: number;
  /** What the thing itself needs once the remedy is done. */
  recoveryMin: number;
}

/** How sure a remedy must be of being done in time, given that the cause may go by itself. */
export function shareNeeded({ target, p }: Pick<Deadline, "target" | "p">): number {
  const missing = p >= 1 ? 0 : 1 - (1 - target) / (1 - p);
  return Math.min(MOST_SHARE, Math.max(LEAST_SHARE, missing));
}

/** Arrival less what is needed before it, to the minute; never after arrival. */
export const startFor = (arrival: Instant, neededMin: number): Instant =>
  instant(arrival - Math.round(Math.max(0, neededMin)) * 60_000);

/**
 * The latest start of a remedy such that P(gone by itself, or mended in time) reaches the target. Never after arrival;
 * earlier for longer remedies and for a higher target.
 */
export const decideActBy = (duration: RemedyDuration, deadline: Deadline): Instant =>
  startFor(deadline.arrival, durationAt(duration, shareNeeded(deadline)) + deadline.recoveryMin);
