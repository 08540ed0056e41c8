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

/** "6 people · display, video call" */
export function needsWords(needs: Needs): string {
  const parts: string[] = [];
  if (needs.people !== undefined) parts.push(needs.people === 1 ? "1 person" : `${needs.people} people`);
  const gear = (needs.capabilities ?? []).map((capability) => capabilityWords[capability].toLowerCase());
  if (gear.length > 0) parts.push(gear.join(", "));
  return parts.length === 0 ? "no special needs" : parts.join(" · ");
}
