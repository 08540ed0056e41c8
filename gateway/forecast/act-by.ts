import type { RemedyDuration } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import { normalQuantile } from "./normal.ts";

/** No promise rests on less than an even chance, nor on the last per cent of a guessed distribution. */
const LEAST_SHARE = 0.5;
const MOST_SHARE = 0.99;
/** Spread of a remedy whose card gives median and 90th percentile as one. */
const LEAST_RATIO = 1.05;
/** z of the 90th percentile. */
const Z90 = 1.2816;

/**
 * The time within which a remedy is done with probability `share`: log-normal through its median and 90th percentile.
 */
export function durationAt({ p50_min, p90_min }: RemedyDuration, share: number): number {
  if (p50_min <= 0) return p90_min * share;
  const spread = Math.log(Math.max(LEAST_RATIO, p90_min / p50_min)) / Z90;
  return p50_min * Math.exp(normalQuantile(share) * spread);
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

/**
 * The latest start of a remedy such that P(gone by itself, or mended in time) reaches the target. Never after arrival;
 * earlier for longer remedies and for a higher target.
 */
export function decideActBy(duration: RemedyDuration, { arrival, target, p, recoveryMin }: Deadline): Instant {
  const missing = p >= 1 ? 0 : 1 - (1 - target) / (1 - p);
  const share = Math.min(MOST_SHARE, Math.max(LEAST_SHARE, missing));
  const neededMin = durationAt(duration, share) + recoveryMin;
  return instant(arrival - Math.round(Math.max(0, neededMin)) * 60_000);
}
