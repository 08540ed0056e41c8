import type { Opinion, Outlook } from "./context.ts";

/** A quarter of meetings run over, by 7 minutes on average; nobody comes to a third of them. */
const RUNS_OVER = 0.25;
const OVER_SCALE_MIN = 10;
const ATTENDED = 0.66;
/** By when those who come have come, minutes after the start. */
const SETTLED_MIN = 10;
/** How long people stay who booked nothing. */
const STRAY_SCALE_MIN = 30;

/** P(the room is free at arrival), from the booking before and from who is in the room now. */
export function forecastOccupancy(outlook: Outlook): Opinion {
  return { p: 1 - chanceOccupied(outlook), isPassing: true };
}

function chanceOccupied({ visit: { before: last, arrival }, now, occupied, leadMin }: Outlook): number {
  if (last === undefined || last.end < now - 60 * 60_000) return stray(occupied, leadMin);
  const { end } = last;
  if (end > arrival) return ATTENDED;
  const gapMin = (arrival - end) / 60_000;
  const isStarted = now > last.start + SETTLED_MIN * 60_000;
  if (!isStarted || occupied === undefined)
    return now >= end && occupied === undefined ? over(leadMin) * 0.3 : ATTENDED * over(gapMin);
  if (!occupied) return 0.01;
  if (now < end) return over(gapMin) / (1 - 0.1);
  return Math.exp(-leadMin / OVER_SCALE_MIN);
}

const over = (gapMin: number): number => RUNS_OVER * Math.exp(-Math.max(0, gapMin) / OVER_SCALE_MIN);

const stray = (occupied: boolean | undefined, leadMin: number): number =>
  occupied === true ? Math.exp(-leadMin / STRAY_SCALE_MIN) : 0.01;
