import type { RoomView } from "#contract/api/views.ts";
import { roomStatus, urgencyOf } from "../../words/status-words.ts";

/** A line of the board: the name of a floor, or a few rooms beside each other. */
export type BoardRow =
  | { kind: "floor"; key: string; floor: string; count: number }
  | { kind: "rooms"; key: string; rooms: readonly string[] };

export type Show = "all" | "eyes" | "ready";

/** Rooms that somebody should look at: whatever is not simply ready or usable. */
const needsEyes = (room: RoomView): boolean => urgencyOf(roomStatus(room)) <= urgencyOf("unknown");

export interface BoardFilter {
  text: string;
  show: Show;
}

export function filterRooms(rooms: readonly RoomView[], { text, show }: BoardFilter): RoomView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rooms.filter((room) => {
    if (show === "eyes" && !needsEyes(room)) return false;
    if (show === "ready" && roomStatus(room) !== "ready") return false;
    const hay = `${room.name} ${room.floor} ${room.site}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}

export const countEyes = (rooms: readonly RoomView[]): number => rooms.filter(needsEyes).length;

const numeric = new Intl.Collator("en", { numeric: true });

/** Floors from the top down, rooms by name within: a place on the board never depends on a status, so eyes learn it. */
export function boardRows(rooms: readonly RoomView[], columns: number): BoardRow[] {
  const floors = new Map<string, RoomView[]>();
  for (const room of rooms) floors.set(room.floor, [...(floors.get(room.floor) ?? []), room]);
  const rows: BoardRow[] = [];
  for (const floor of [...floors.keys()].toSorted((a, b) => numeric.compare(b, a))) {
    const here = (floors.get(floor) ?? []).toSorted((a, b) => numeric.compare(a.name, b.name));
    rows.push({ kind: "floor", key: `floor ${floor}`, floor, count: here.length });
    for (let at = 0; at < here.length; at += columns) {
      const some = here.slice(at, at + columns).map((room) => room.key);
      rows.push({ kind: "rooms", key: some.join(" "), rooms: some });
    }
  }
  return rows;
}
