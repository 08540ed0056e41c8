import type { Instant } from "#contract/units.ts";
import { HORIZONS, HORIZONS_MIN } from "./grid.ts";

/** What will be, and how far off that may be (one standard error). */
export interface Expectation {
  mean: number;
  sigma: number;
}

/** A forecast at the horizons of the grid, from one moment. */
export interface Curve {
  /** What the forecast starts from: the middle of the last step. */
  from: Instant;
  value: number;
  means: ArrayLike<number>;
  sigmas: ArrayLike<number>;
}

/** However near: what a sensor and the step's own movement leave open, as a share of half an hour's. */
const LEAST_SHARE = 0.4;

/** Reads a curve at any lead: evenly between the horizons; before the first from the value itself; beyond the last as there. */
export function readCurve(curve: Curve, leadMin: number): Expectation {
  const { means, sigmas, value } = curve;
  const h = HORIZONS_MIN.findIndex((min) => leadMin <= min);
  if (h === -1) {
    const last = HORIZONS - 1;
    return { mean: means[last] as number, sigma: (sigmas[last] as number) * Math.sqrt(leadMin / 180) };
  }
  const far = HORIZONS_MIN[h] as number;
  if (h === 0) {
    const share = Math.max(0, leadMin / far);
    const mean = value + ((means[0] as number) - value) * share;
    return { mean, sigma: (sigmas[0] as number) * Math.max(LEAST_SHARE, Math.sqrt(share)) };
  }
  const near = HORIZONS_MIN[h - 1] as number;
  const share = (leadMin - near) / (far - near);
  return { mean: between(means, h, share), sigma: between(sigmas, h, share) };
}

const between = (values: ArrayLike<number>, h: number, share: number): number =>
  (values[h - 1] as number) * (1 - share) + (values[h] as number) * share;
