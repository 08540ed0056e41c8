import { millis, type Millis } from "#contract/units.ts";

/** How often something reports, learned from the gaps between its reports. JSON. */
export interface Cadence {
  reports: number;
  /** The usual gap. */
  usualMs: number;
  /** A gap that few exceed: what reports on change only has long ones now and then. */
  longMs: number;
}

export const newCadence = (): Cadence => ({ reports: 0, usualMs: 0, longMs: 0 });

const LEARNED_AFTER = 20;

/** Takes in one gap. Steps are bounded, so that one long gap does not teach anything. */
export function learnGap(cadence: Cadence, gapMs: number): void {
  cadence.reports += 1;
  if (cadence.usualMs === 0) {
    cadence.usualMs = gapMs;
    cadence.longMs = gapMs;
    return;
  }
  const step = cadence.reports < LEARNED_AFTER ? 0.3 : 0.05;
  const usual = cadence.usualMs;
  const change = Math.max(-step * usual, Math.min(step * usual, (gapMs - usual) * step * 2));
  cadence.usualMs = Math.max(1, change > 0 ? Math.ceil(usual + change) : Math.floor(usual + change));
  if (gapMs > 1.2 * cadence.longMs) cadence.longMs = Math.round(Math.min(gapMs, 1.5 * cadence.longMs));
  else cadence.longMs = Math.round(Math.max(usual, 0.99 * cadence.longMs));
}

/** The interval to expect: as told, unless the reports plainly come slower than that; learned where nothing is told. */
export function expectedInterval(cadence: Cadence, told: Millis | undefined, fallback: Millis): Millis {
  if (cadence.reports < LEARNED_AFTER) return told ?? millis(Math.max(fallback, cadence.usualMs));
  if (told === undefined) return millis(cadence.usualMs);
  return cadence.usualMs > 1.5 * told ? millis(cadence.usualMs) : told;
}

/**
 * The silence that is a finding: more than two intervals and half of one as grace, so that one lost packet is none. What
 * reports irregularly, and never told an interval, gets three of its long gaps.
 */
export function silenceLimit(cadence: Cadence, told: Millis | undefined, fallback: Millis): Millis {
  const interval = expectedInterval(cadence, told, fallback);
  const plain = Math.max(2.5 * interval, 2 * interval + 5_000);
  const isIrregular = told === undefined && cadence.longMs > 1.5 * cadence.usualMs;
  return millis(isIrregular ? Math.max(plain, 3 * cadence.longMs) : plain);
}
