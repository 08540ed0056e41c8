/**
 * How fresh a reading is: 1 until twice its expected interval, then falling to 0 at five times. The same rule as the
 * readiness model's (docs/readiness.md), for devices that no check names.
 */
export function freshnessOf(ageMs: number, intervalS: number): number {
  const intervals = ageMs / 1_000 / intervalS;
  return Math.min(1, Math.max(0, (5 - intervals) / 3));
}
