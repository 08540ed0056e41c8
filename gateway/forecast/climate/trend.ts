/** Pull that a trend keeps per five minutes, measured on real rooms: undamped, it is worse than no trend at all. */
const PHI = 0.85;
const MOST_K = 3;

/** How far a slope leads in so many steps of five minutes when it loses 15 % of its pull at each. */
export const reachOf = (steps: number): number => (PHI * (1 - PHI ** steps)) / (1 - PHI);

/** Where a trend leads from a value; never further than 3 K. */
export function dampedTrend(value: number, slopePerMin: number, horizonMin: number): number {
  return value + Math.max(-MOST_K, Math.min(MOST_K, slopePerMin * 5 * reachOf(horizonMin / 5)));
}

/** Share by which an exponential mean with a memory follows in one step of five minutes. */
export const shareOf = (memoryMin: number): number => 1 - Math.exp(-5 / memoryMin);
