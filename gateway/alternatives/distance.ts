import type { RoomCard } from "#contract/messages/room.ts";

/** How far one room is from another: storeys, and metres on the plan where both are known. */
export function distanceOf(from: RoomCard, to: RoomCard): { storeys: number; metres?: number } {
  const between = Math.abs(storeyOf(from) - storeyOf(to));
  const storeys = Number.isNaN(between) ? Number(from.floor !== to.floor) : between;
  const [a, b] = [from.place, to.place];
  if (a?.x_m === undefined || a.y_m === undefined || b?.x_m === undefined || b.y_m === undefined) return { storeys };
  return { storeys, metres: Math.hypot(a.x_m - b.x_m, a.y_m - b.y_m) };
}

/** The card's word, else a floor that is called by its number. */
const storeyOf = ({ place, floor }: RoomCard): number =>
  place?.storey ?? (/^-?\d+$/.test(floor) ? Number(floor) : Number.NaN);
