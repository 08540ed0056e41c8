/** The normal distribution: what the forecast needs of it. */

/** Φ(z), to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-x * x);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}

/** The density of a standard normal. */
export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Φ⁻¹(p) for 0 < p < 1, to 4.5e-4 (Abramowitz and Stegun 26.2.23). */
export function normalQuantile(p: number): number {
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  const z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return p < 0.5 ? -z : z;
}

/** P(low ≤ X ≤ high) for a normal X. */
export const probabilityInside = (
  [low, high]: readonly [number, number],
  { mean, sigma }: { mean: number; sigma: number },
): number => Math.max(0, normalCdf((high - mean) / sigma) - normalCdf((low - mean) / sigma));
