import type { Ledger } from "./ledger.ts";

/** Beyond these log odds (one in a thousand) a forecast is moved as there: nobody can check rarer things. */
const MOST = 7;
const BINS = 32;
/** How firmly intercept and slope are held to the identity: as if this many outcomes had said so. */
const RIDGE = { intercept: 8, slope: 40 };
/** With fewer outcomes a forecast is left as it is. */
const FEWEST = 60;
const SLOPE = [0.3, 3] as const;

/** Ledger size: outcomes, sum of log odds, sum of what came, per bin of log odds. */
export const CALIBRATION_SIZE = 3 * BINS;

const logit = (p: number): number => Math.log(p / (1 - p));
const clipped = (x: number): number => Math.max(-MOST, Math.min(MOST, x));

/** Notes what was forecast and what came: 1 ready, 0 not, in between where somebody stepped in and it is only believed. */
export function noteOutcome(ledger: Ledger, p: number, came: number): void {
  if (Number.isNaN(p)) return;
  const x = clipped(logit(Math.min(1, Math.max(0, p))));
  const bin = Math.min(BINS - 1, Math.floor(((x + MOST) / (2 * MOST)) * BINS));
  ledger.add(3 * bin);
  ledger.add(3 * bin + 1, x);
  ledger.add(3 * bin + 2, Math.max(0, Math.min(1, came)));
}

/** A straight line over log odds (Platt scaling). */
export interface Line {
  intercept: number;
  slope: number;
}

export const IDENTITY: Line = { intercept: 0, slope: 1 };

/** The line that fits the outcomes best, held to the identity by a ridge; few outcomes change nothing. */
export function fitLine(counts: ArrayLike<number> | undefined): Line {
  if (counts === undefined) return IDENTITY;
  let outcomes = 0;
  for (let bin = 0; bin < BINS; bin++) outcomes += counts[3 * bin] ?? 0;
  if (outcomes < FEWEST) return IDENTITY;
  let a = 0;
  let b = 1;
  for (let step = 0; step < 30; step++) {
    let g0 = -RIDGE.intercept * a;
    let g1 = -RIDGE.slope * (b - 1);
    let h00 = RIDGE.intercept;
    let h01 = 0;
    let h11 = RIDGE.slope;
    for (let bin = 0; bin < BINS; bin++) {
      const n = counts[3 * bin] ?? 0;
      if (n <= 0) continue;
      const x = (counts[3 * bin + 1] ?? 0) / n;
      const z = 1 / (1 + Math.exp(-(a + b * x)));
      const miss = (counts[3 * bin + 2] ?? 0) - n * z;
      const weight = n * z * (1 - z);
      g0 += miss;
      g1 += miss * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const det = h00 * h11 - h01 * h01;
    const da = (h11 * g0 - h01 * g1) / det;
    const db = (h00 * g1 - h01 * g0) / det;
    a += 0.7 * Math.max(-2, Math.min(2, da));
    b += 0.7 * Math.max(-1, Math.min(1, db));
    if (Math.abs(da) + Math.abs(db) < 1e-6) break;
  }
  return { intercept: a, slope: Math.max(SLOPE[0], Math.min(SLOPE[1], b)) };
}

/** A forecast as its outcomes correct it. What is certain stays certain, also where a sum of ways exceeds it by a rounding error. */
export function calibrated(p: number, line: Line): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  if (line === IDENTITY) return p;
  const x = logit(p);
  const near = clipped(x);
  return 1 / (1 + Math.exp(-(line.intercept + line.slope * near + (x - near))));
}
