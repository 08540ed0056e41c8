import { hours } from "#contract/units.ts";
import { round } from "./level.ts";

/** Signs that a room is used or changes, from all its sensors: what others say while one stands still. JSON. */
export interface RoomLife {
  /** Signs so far. */
  signs: number;
  /** Days with a sign of any strength, and days on which someone was surely there. */
  days: number;
  clearDays: number;
  lastDay: number;
  lastClearDay: number;
}

export const newRoomLife = (): RoomLife => ({ signs: 0, days: 0, clearDays: 0, lastDay: 0, lastClearDay: 0 });

const DAY = hours(24);

/** Notes a sign. `clear`: somebody was surely there (motion, a head count, a call, a lamp switched on). */
export function noteLife(life: RoomLife, at: number, clear: boolean): void {
  life.signs += 1;
  const day = Math.floor(at / DAY);
  if (day !== life.lastDay) {
    life.lastDay = day;
    life.days += 1;
  }
  if (clear && day !== life.lastClearDay) {
    life.lastClearDay = day;
    life.clearDays += 1;
  }
}

/** What one series adds to the signs of life. JSON. */
export interface LifeSense {
  /** The quiet level: the lowest of late, rising slowly. */
  base: number;
  at: number;
  /** The last two values. */
  before: number;
  last: number;
}

export const newLifeSense = (): LifeSense => ({ base: 0, at: 0, before: 0, last: 0 });

/** CO₂ above its own quiet level by this much: people breathe, here or next door. */
const CO2_RISE_PPM = 75;
const BASE_RISES_PER_MS = 20 / DAY;
const SWITCHED_LUX = 15;

/** Reads a sign of life out of a value; `undefined` when it is none. */
export function senseLife(
  sense: LifeSense | undefined,
  metric: string,
  value: number,
  at: number,
): "clear" | "faint" | undefined {
  if (metric === "motion_pct" || metric === "people_count" || metric === "occupied" || metric === "in_call")
    return value > 0 ? "clear" : undefined;
  if (sense === undefined) return undefined;
  if (metric === "co2_ppm") {
    const risen = sense.base + BASE_RISES_PER_MS * (at - sense.at);
    sense.base = round(sense.at === 0 || value < risen ? value : risen);
    sense.at = at;
    return value - sense.base > CO2_RISE_PPM ? "faint" : undefined;
  }
  if (metric === "light_lux") {
    // A lamp goes on within a report or two and stays on; clouds are slow, and a glitch does not stay.
    const { before, last } = sense;
    const wasSwitched = sense.at !== 0 && last > 2 * before && last - before > SWITCHED_LUX && value > 0.7 * last;
    const isSteady = at - sense.at < hours(0.25);
    sense.before = last;
    sense.last = round(value);
    sense.at = at;
    return wasSwitched && isSteady ? "clear" : undefined;
  }
  return undefined;
}
