import type { RemedyDuration, RoomCard } from "#contract/messages/room.ts";

/** What mends a cause, with how long it takes, everything included but the thing's own recovery. */
export interface Remedy {
  remedy: string;
  label: string;
  duration: RemedyDuration;
  /** It mends the room; otherwise it takes the visit elsewhere. */
  mends: boolean;
}

const remedy = (id: string, label: string, p50_min: number, p90_min: number, mends = true): Remedy => ({
  remedy: id,
  label,
  duration: { p50_min, p90_min },
  mends,
});

/** Everything that can be done. A card's `remedies` overrides the durations by id. */
const remedies = {
  wake_remote: remedy("wake_remote", "Wake or reset the display remotely", 5, 14),
  technician_display: remedy("technician_display", "Send a technician to the display", 43, 70),
  restart_remote: remedy("restart_remote", "Restart the codec remotely", 8, 22),
  technician_codec: remedy("technician_codec", "Send a technician to the codec", 23, 45),
  technician_audio: remedy("technician_audio", "Send a technician for the sound", 16, 30),
  network_desk: remedy("network_desk", "Call the network desk", 28, 55),
  setpoint: remedy("setpoint", "Correct heating or cooling now", 10, 20),
  technician_climate: remedy("technician_climate", "Send climate control's technician", 40, 70),
  ventilate: remedy("ventilate", "Ventilate the room", 6, 12),
  ask_to_leave: remedy("ask_to_leave", "Ask the people in the room to wrap up", 6, 12),
  technician_sensor: remedy("technician_sensor", "Send a technician to the sensor", 13, 25),
  look_in: remedy("look_in", "Have somebody look into the room", 8, 15),
  move: remedy("move", "Move the visit to another room", 10, 15, false),
} as const;

/** Cause kind (what stands before the colon) → remote, on site, move. */
const CHAINS: Readonly<Record<string, readonly (keyof typeof remedies)[]>> = {
  display: ["wake_remote", "technician_display", "move"],
  codec: ["restart_remote", "technician_codec", "move"],
  audio: ["technician_audio", "move"],
  network: ["network_desk", "move"],
  switch: ["network_desk", "move"],
  site: ["network_desk", "look_in", "move"],
  agent: ["network_desk", "look_in", "move"],
  temperature: ["setpoint", "technician_climate", "move"],
  co2: ["ventilate", "move"],
  occupied: ["ask_to_leave", "move"],
  sensor: ["technician_sensor", "look_in", "move"],
  maintenance: ["move"],
  capacity: ["move"],
  capability: ["move"],
};

/** Every kind of cause that has remedies of its own. */
export const causeKinds: readonly string[] = Object.keys(CHAINS);

const kindOf = (cause: string): string => cause.split(":", 1)[0] ?? cause;

/** What can be done about a cause, in the order to try it, with this room's durations. */
export function remediesOf(cause: string, card: RoomCard): Remedy[] {
  const chain = CHAINS[kindOf(cause)] ?? (["look_in", "move"] as const);
  return chain.map((id) => {
    const known = remedies[id];
    const own = card.remedies?.[id];
    return own === undefined ? known : { ...known, duration: own };
  });
}
