import type { RoomCard } from "#contract/messages/room.ts";
import type { RecordedRoom } from "../recorded/recorded.ts";

/** The card of a recorded room: what its files tell, and nothing that they don't. */
export const cardOf = (room: RecordedRoom, agent: string): RoomCard => ({
  name: room.name,
  floor: /^\d{3}$/.test(room.room) ? (room.room[0] as string) : "1",
  zone: room.zone,
  seats: 8,
  capabilities: [],
  devices: room.devices.map(({ device, name, intervalS, metrics }) => ({
    device,
    name,
    kind: "sensor",
    agent,
    room_air: metrics.includes("temperature_c"),
    intervals_s: Object.fromEntries(metrics.map((metric) => [metric, intervalS])),
  })),
});
