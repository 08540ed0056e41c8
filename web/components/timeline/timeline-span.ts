import { startOfDay } from "../../words/time-words.ts";

const HOUR_MS = 3_600_000;

/** The hours that a day's timeline shows, and where an instant lies on it. */
export interface TimelineSpan {
  from: number;
  to: number;
  /** Full hours with their place, 0 to 1. */
  hours: { at: number; place: number }[];
}

interface Interval {
  start: string;
  end: string;
}

/** From an hour before the first to an hour after the last of the day, never less than a working day. */
export function timelineSpan(now: number, zone: string, things: readonly Interval[]): TimelineSpan {
  const midnight = startOfDay(now, zone);
  const nextMidnight = startOfDay(midnight + 26 * HOUR_MS, zone);
  let from = Math.min(midnight + 8 * HOUR_MS, floorHour(now));
  let to = Math.max(midnight + 18 * HOUR_MS, floorHour(now) + 2 * HOUR_MS);
  for (const { start, end } of things) {
    const s = Date.parse(start);
    const e = Date.parse(end);
    if (e <= midnight || s >= nextMidnight) continue;
    from = Math.min(from, floorHour(Math.max(s, midnight)));
    to = Math.max(to, floorHour(Math.min(e, nextMidnight) - 1) + HOUR_MS);
  }
  from = Math.max(from, midnight);
  to = Math.min(to, nextMidnight);
  const hours = [];
  for (let at = from; at < to; at += HOUR_MS) hours.push({ at, place: placeOn({ from, to }, at) });
  return { from, to, hours };
}

const floorHour = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/** 0 at the left edge, 1 at the right; what lies outside sticks to the edge. */
export const placeOn = (span: { from: number; to: number }, at: number): number =>
  Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from)));
