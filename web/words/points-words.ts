/** "−38", "0": points lost, with a true minus. */
export const pointsWords = (lost: number): string => (lost === 0 ? "0" : `−${lost}`);

/**
 * Whole points that still add up to 100 minus the whole score: each is rounded down, and what is left goes to those that
 * were cut most. A table of reasons that does not add up is not believed.
 */
export function wholePoints(losses: readonly number[], score: number): number[] {
  const whole = losses.map(Math.floor);
  let left = 100 - Math.round(score) - whole.reduce((sum, n) => sum + n, 0);
  const byRemainder = losses.map((loss, index) => ({ index, rest: loss % 1 })).toSorted((a, b) => b.rest - a.rest);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    if ((losses[index] ?? 0) === 0) continue;
    whole[index] = (whole[index] ?? 0) + 1;
    left -= 1;
  }
  return whole;
}
