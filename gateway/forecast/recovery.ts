import { normalCdf, normalDensity } from "./normal.ts";
import type { Way } from "./ways.ts";

/** By how much of its usual rate a room gains more while climate control is boosted (assumed). */
const BOOST = 0.5;

interface Need {
  value: number;
  /** What is wanted at arrival. */
  band: readonly [number, number];
  /** K/h towards it. */
  rate: number;
}

/**
 * Minutes that a room itself needs once somebody has seen to it. Where control did not obey, it has to come back all the way; where it does
 * and is too weak for the time that is left, a boost has to make up for what would be missing at arrival, however far the room is off now.
 * Each way counts as likely as it is to be the one that fails.
 */
export function recoveryMin(ways: readonly Way[], { value, band, rate }: Need): number {
  const [low, high] = band;
  if (value >= low && value <= high) return 0;
  const whole = (Math.max(low - value, value - high) / rate) * 60;
  let failing = 0;
  let sum = 0;
  for (const way of ways) {
    const { weight, obeys } = way;
    const { mean, sigma } = way.stops?.free ?? way;
    const beyond = value < low ? (low - mean) / sigma : (mean - high) / sigma;
    const fails = weight * normalCdf(beyond);
    const made = obeys ? ((sigma * missing(beyond)) / (BOOST * rate)) * 60 : whole;
    failing += fails;
    sum += fails * Math.min(whole, made);
  }
  return failing < 1e-9 ? 0 : sum / failing;
}

/** How far beyond the limit a standard normal lies on average, where it lies beyond at all: its mean lies `z` beyond. */
function missing(z: number): number {
  const share = normalCdf(z);
  // Far out on the tail the ratio is that of its first term.
  return z < -5 ? -1 / z : z + normalDensity(z) / share;
}
