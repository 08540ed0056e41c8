import type { Fault } from "./faults.ts";
import type { Room } from "./room.ts";

/** CO₂ of a person, ml/h (20 L/h, of which 6.5 % are lost to leakage), and of outdoor air, ppm. */
const CO2_PER_PERSON = 18_700;
const OUTDOOR_PPM = 420;
const WARMTH_OF_PEOPLE = 0.96;
/** Air changes per hour with the plant off, and with the air handler off. */
const STILL = { plantOff: 0.2, handlerOff: 0.3 } as const;

/** What climate control does to a room: −1 (cools fully) to 1 (heats fully), and air changes per hour. */
export interface Plant {
  control: number;
  changes: number;
}

/** A room's air. */
export interface Air {
  temperature: number;
  co2: number;
}

/** Control works fully until half a degree from the set-point. `minute`: of the plant's own day. */
export const plantAt = (
  room: Room,
  { minute, temperature, setpoint }: { minute: number; temperature: number; setpoint: number },
): Plant =>
  minute >= room.plantOnMin
    ? { control: Math.min(1, Math.max(-1, (setpoint - temperature) / 0.5)), changes: room.airChanges }
    : { control: 0, changes: STILL.plantOff };

/** The same where a plant fault is active; other faults change nothing. */
export function brokenPlant(plant: Plant, { kind, manner }: Pick<Fault, "kind" | "manner">): Plant {
  if (kind === "ahu") return { control: 0, changes: STILL.handlerOff };
  if (kind !== "hvac") return plant;
  return { ...plant, control: manner < 0.65 ? 0 : manner < 0.82 ? 1 : -1 };
}

export interface Minute extends Plant {
  outdoor: number;
  people: number;
  /** Times the room's own power. */
  power: number;
}

/** One minute of heat and breath. */
export function airAfter(
  { temperature, co2 }: Air,
  room: Room,
  { control, changes, outdoor, people, power }: Minute,
): Air {
  const heat = (outdoor - temperature) / room.leak + (WARMTH_OF_PEOPLE * people) / room.seats;
  return {
    temperature: temperature + (heat + room.recovery * power * control) / 60,
    co2: co2 + ((people * CO2_PER_PERSON) / room.volume - changes * (co2 - OUTDOOR_PPM)) / 60,
  };
}
