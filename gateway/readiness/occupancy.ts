import { minutes } from "#contract/units.ts";
import type { Observed } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Instant } from "#contract/units.ts";

/** Two minutes of presence make a room occupied, two of absence empty. */
export const OCCUPANCY_DWELL = { enter: minutes(2), leave: minutes(2) };
export const OCCUPANCY_KEY = "occupancy";

const METRICS = ["occupied", "people_count"] as const;

export const isOccupancyMetric = (metric: string): boolean => metric === "occupied" || metric === "people_count";

/** Whether any device of the room tells of people. */
export const tellsOccupancy = (room: RoomState): boolean => METRICS.some((metric) => room.offers(metric));

/** What the room's sensors say of people right now: anybody seen by any of them counts. */
export function observeOccupancy(room: RoomState, now: Instant): { isOccupied: boolean; seen: Observed } | undefined {
  let found: { isOccupied: boolean; seen: Observed } | undefined;
  for (const metric of METRICS) {
    const seen = room.best(metric, now);
    if (seen === undefined) continue;
    const value = seen.slot?.value;
    const isOccupied = value === true || (typeof value === "number" && value > 0);
    const isBetter = found === undefined || seen.freshness > found.seen.freshness;
    const agrees = found !== undefined && seen.freshness > 0 && isOccupied && !found.isOccupied;
    if (isBetter || agrees) found = { isOccupied, seen };
  }
  return found;
}
