import type { Building } from "./sample-building.ts";

/** Fills a building up to that many rooms, for looking at large boards. */
export function multiplyRooms(building: Building, count: number): void {
  const pattern = [...building.rooms];
  for (let index = pattern.length; index < count; index += 1) {
    const base = pattern[index % pattern.length];
    if (base === undefined) return;
    const { next_demo: _, ...room } = base;
    const floor = `${13 + Math.floor(index / 40)}F`;
    const id = `${room.room}-${index}`;
    building.rooms.push({ ...room, key: `${room.site}/${id}`, room: id, name: `${room.name} ${index}`, floor });
  }
}
