import type { Instant } from "#contract/units.ts";
import type { RoomLearner } from "./learner.ts";

/**
 * How a room moves while climate control is at work: over how long that is seen at most, which part of it the beginning is (plants start
 * late, their rooms take their time; where it is known when they start, only that), how fast older steps lose weight (e-fold, hours), the
 * least that is needed (steps), how far off a single step is (K), what jumps (a thermometer that was set right says nothing of a pace), by
 * how much a room must have moved to have begun (one whose plant starts an hour late stands until then), and how old the newest reading
 * counts at most.
 */
const PACE = {
  mostSteps: 36,
  beginsMin: 25,
  settlesMin: 15,
  fadesH: 2,
  leastSteps: 3,
  stepK: 0.07,
  jumpK: 0.5,
  movedK: 0.2,
  mostAgeMin: 10,
} as const;
const STEP_MIN = 5;
const HOUR_MS = 3_600_000;

/** A line through what was measured since control had its time. */
export interface Pace {
  /** K/h, and its standard error by the noise of single steps. */
  perHour: number;
  error: number;
  /** Where the line is now, °C: half its word, half that of the newest reading. */
  level: number;
}

/** A reading, with since when it is this one. */
export interface Reading {
  value: number;
  since: Instant;
}

/** The pace of a room whose control has been on for so many minutes; `undefined` until that is seen. */
export function paceOf(
  { value, since }: Reading,
  { learner, now, ranMin }: { learner: RoomLearner; now: Instant; ranMin: number },
): Pace | undefined {
  const { lastStepAt, startsLateMin } = learner;
  const beginsMin = startsLateMin === undefined ? PACE.beginsMin : PACE.settlesMin;
  const most = Math.min(PACE.mostSteps, Math.floor((ranMin - beginsMin) / STEP_MIN));
  if (lastStepAt === undefined || most < PACE.leastSteps) return undefined;
  const first = learner.temperatureAgo(ranMin, now);
  const hours = Math.max(since - now, -PACE.mostAgeMin * 60_000) / HOUR_MS;
  const sums = newSums();
  add(sums, hours, value);
  let steps = 0;
  for (; steps < most; steps++) {
    const was = learner.temperatureAgo(steps * STEP_MIN, now);
    if (was === undefined || (first !== undefined && Math.abs(was - first) < PACE.movedK)) break;
    add(sums, (lastStepAt - now) / HOUR_MS - (steps * STEP_MIN) / 60, was);
  }
  if (steps < PACE.leastSteps) return undefined;
  const { weight, x, y, xx, xy } = sums;
  const spread = xx - (x * x) / weight;
  const perHour = (xy - (x * y) / weight) / spread;
  const line = (y - perHour * x) / weight;
  const newest = value - perHour * hours;
  if (Math.abs(newest - line) > PACE.jumpK) return undefined;
  return { perHour, error: PACE.stepK / Math.sqrt(spread), level: (line + newest) / 2 };
}

interface Sums {
  weight: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
}
const newSums = (): Sums => ({ weight: 0, x: 0, y: 0, xx: 0, xy: 0 });

function add(sums: Sums, x: number, y: number): void {
  const weight = Math.exp(x / PACE.fadesH);
  sums.weight += weight;
  sums.x += weight * x;
  sums.y += weight * y;
  sums.xx += weight * x * x;
  sums.xy += weight * x * y;
}
