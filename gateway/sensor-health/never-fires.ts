import { hours } from "#contract/units.ts";
import { type Episode, openEpisode } from "./episode.ts";
import type { RoomLife } from "./room-life.ts";

/** How long a motion sensor has been quiet. JSON. */
export interface FiringHealth {
  /** Since its last firing; its first report where it never fired. */
  quietSince: number;
  /** Of the time since, what nobody saw. */
  unseenMs: number;
  hasFired: boolean;
  /** Days on which the room was used, when the quiet began. */
  usedBefore: number;
  clearlyUsedBefore: number;
  longestMs: number;
  open?: Episode | undefined;
}

export const newFiringHealth = (): FiringHealth => ({
  quietSince: 0,
  unseenMs: 0,
  hasFired: false,
  usedBefore: 0,
  clearlyUsedBefore: 0,
  longestMs: 0,
  open: undefined,
});

/** A whole week, so that every weekday had its turn: rooms whose sensor works have been quiet for six days and more. */
const NEVER_FIRED = hours(7 * 24);
/** One that has fired once works, or did: it gets another week. */
const FIRES_NO_MORE = hours(14 * 24);
/** Days of use, by the room's other sensors, that it must have missed. */
const DAYS = 3;
/** A room that is used seldom has long quiet spells; beyond this many times the longest one it is not that. */
const TIMES_LONGEST = 2;

/** `never_fires`: no motion over days of a room that is evidently used. */
export function judgeFiring(
  health: FiringHealth,
  metric: string,
  { fires, at, life }: { fires: boolean; at: number; life: RoomLife },
): Episode | undefined {
  if (health.quietSince === 0 || fires) return restart(health, { fires, at, life });
  if (health.open !== undefined) {
    health.open.last = at;
    return undefined;
  }
  const quiet = at - health.quietSince - health.unseenMs;
  const needed = health.hasFired ? Math.max(FIRES_NO_MORE, TIMES_LONGEST * health.longestMs) : NEVER_FIRED;
  if (quiet < needed || life.days - health.usedBefore < DAYS) return undefined;
  const clear = life.clearDays - health.clearlyUsedBefore >= DAYS;
  health.open = openEpisode("never_fires", metric, health.quietSince, clear ? 0.9 : 0.8);
  health.open.last = at;
  return health.open;
}

function restart(
  health: FiringHealth,
  { fires, at, life }: { fires: boolean; at: number; life: RoomLife },
): Episode | undefined {
  const ended = health.open;
  if (ended !== undefined) {
    ended.to = at;
    health.open = undefined;
  } else if (health.quietSince !== 0) {
    health.longestMs = Math.max(health.longestMs, at - health.quietSince - health.unseenMs);
  }
  health.quietSince = at;
  health.unseenMs = 0;
  health.hasFired ||= fires;
  health.usedBefore = life.days;
  health.clearlyUsedBefore = life.clearDays;
  return ended;
}
