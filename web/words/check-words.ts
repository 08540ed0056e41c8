import type { CheckId } from "#contract/messages/readiness.ts";
import type { Needs } from "#contract/messages/room.ts";

/** What each check and each capability is called on screen. */
export const checkWords: Readonly<Record<CheckId, string>> = {
  display: "Display",
  video_call: "Video call",
  audio: "Audio",
  network: "Network",
  capacity: "Seats",
  capability: "Equipment",
  maintenance: "Maintenance",
  unoccupied: "Room is free",
  temperature: "Temperature",
  co2: "CO₂",
  humidity: "Humidity",
  noise: "Noise",
  light: "Light",
  sensor_health: "Sensors",
  reset_visit: "Room is reset",
  access: "Access",
  power: "Power",
};

export type Capability = NonNullable<Needs["capabilities"]>[number];

export const capabilityWords: Readonly<Record<Capability, string>> = {
  display: "Display",
  video_call: "Video call",
  audio: "Audio",
  whiteboard: "Whiteboard",
  catering: "Catering",
  step_free: "Step-free",
};
