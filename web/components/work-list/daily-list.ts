import type { DemoView, RoomView } from "#contract/api/views.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * The rooms of the daily list, by the gateway's own rule: what is wrong, or not known, in a room that no visit needs within
 * a day. A room whose verdict is old is the banner's concern, and what is planned is no fault.
 */
export function dailyList(rooms: readonly RoomView[], demos: readonly DemoView[], now: number): RoomView[] {
  const needed = new Set(
    demos
      .filter((demo) => Date.parse(demo.arrival) <= now + DAY_MS && Date.parse(demo.end) > now)
      .map((demo) => demo.room_key),
  );
  return rooms
    .filter(
      (room) =>
        room.currency === "live" &&
        room.maintenance === undefined &&
        (room.outcome === "not_ready" || room.outcome === "unknown") &&
        !needed.has(room.key),
    )
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

const rank = (room: RoomView): number => (room.outcome === "not_ready" ? 0 : 1);
