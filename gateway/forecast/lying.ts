import { runningMin } from "./climate/room-around.ts";
import type { Outlook } from "./context.ts";
import { indifference } from "./indifference.ts";
import { rateFor, slopeOf } from "./rates.ts";

/**
 * Whether the thermometer is wrong where the reading is not brought to the set-point, as a logarithm of odds (all assumed): at first; where
 * the reading leaves it to the side to which a room without control does not go, and what the reading does with people in
 * (`indifference.ts`). Against it speak a room that control has not moved today (the reading of a wrong thermometer moves with its room),
 * and one that moves as fast as control moves it, or a window. For it speaks most of all a person who was there while it read so, and
 * found nothing wrong.
 */
const LIES = {
  first: -0.4,
  against: 3,
  asideK: 1,
  unmoved: -3,
  movedK: 1,
  looksOnMin: [60, 120, 180],
  found: 4,
  foundOffK: 1,
  fast: -4,
  fastShare: 0.6,
  fastKPerH: 0.9,
} as const;

/** P(the thermometer is wrong | control does not bring the room to its set-point). */
export function lying(value: number, setpoint: number, outlook: Outlook): number {
  const { ask, learner, now } = outlook;
  const sinceMin = runningMin(ask.card, now, learner.startsLateMin);
  if (sinceMin === undefined) return 0;
  const first = learner.temperatureAgo(sinceMin, now);
  if (first === undefined) return 0;
  const off = value - setpoint;
  const aside = first - setpoint;
  const isAgainst = Math.abs(aside) >= LIES.asideK && Math.sign(aside) !== Math.sign(off);
  const leaves = slopeOf(value, outlook) * Math.sign(off);
  const isFast = leaves > (isAgainst ? LIES.fastShare * rateFor(off, outlook) : LIES.fastKPerH);
  let odds: number = LIES.first + (isFast ? LIES.fast : indifference(sinceMin, outlook));
  if (isAgainst) odds += LIES.against;
  if (!hasMoved(first, { sinceMin, outlook })) odds += LIES.unmoved;
  if (wasFoundFine(setpoint, off, outlook)) odds += LIES.found;
  return 1 / (1 + Math.exp(-odds));
}

/** Whether the reading has left where it was when control came on. */
function hasMoved(first: number, { sinceMin, outlook }: { sinceMin: number; outlook: Outlook }): boolean {
  const { learner, now } = outlook;
  return LIES.looksOnMin.some((min) => {
    const then = learner.temperatureAgo(Math.max(0, sinceMin - min), now) ?? first;
    return Math.abs(then - first) >= LIES.movedK;
  });
}

/** Whether somebody was in the room today and found nothing wrong, while it read as far off as now, to the same side. */
function wasFoundFine(setpoint: number, off: number, { learner, now, room, site }: Outlook): boolean {
  const at = site.acts.foundNothing(room.key, "temperature", now);
  const then = at === undefined ? undefined : learner.temperatureAgo((now - at) / 60_000, now);
  return Math.sign(off) * ((then ?? setpoint) - setpoint) >= LIES.foundOffK;
}
