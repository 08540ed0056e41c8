import { type Instant, instant, minutes } from "#contract/units.ts";

/** Everything is learned on this grid. */
export const GRID_MS = minutes(5);
/** How far ahead is learned, minutes; between these and beyond is interpolated. */
export const HORIZONS_MIN = [30, 60, 90, 120, 180] as const;
export const HORIZONS = HORIZONS_MIN.length;
/** The same in steps of the grid. */
export const AHEAD = HORIZONS_MIN.map((min) => min / 5);
export const FARTHEST = AHEAD[HORIZONS - 1] as number;
export const STEPS_PER_DAY = 288;
/** A day is told in slots of 20 minutes. */
export const SLOTS_PER_DAY = 72;
/** After so many steps without a value nothing connects what came before and what comes after. */
export const GAP_STEPS = 3;

/** A step of the grid, counted from 1970. */
export const stepOf = (at: Instant): number => Math.floor(at / GRID_MS);
/** When a step begins. */
export const startOf = (step: number): Instant => instant(step * GRID_MS);
/** The middle of a step: what its mean stands for. */
export const middleOf = (step: number): Instant => instant((step + 0.5) * GRID_MS);
