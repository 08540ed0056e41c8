import { type Millis } from "#contract/units.ts";

/** What a room is made of, as far as its air goes. */
export interface Envelope {
  volume_m3: number;
  /** Time in which the room follows the outside, hours. */
  inertia_h: number;
  /** What heating and cooling can do at most, K/h. */
  heat_k_per_h: number;
  cool_k_per_h: number;
  /** Air changes per hour with the ventilation on, and by leakage alone. */
  ventilated_per_h: number;
  leakage_per_h: number;
}

export interface Air {
  temperature_c: number;
  co2_ppm: number;
  humidity_pct: number;
}

export interface Conditions {
  outside_c: number;
  people: number;
  /** `undefined` while the climate control is off. */
  setpoint_c: number | undefined;
  /** The valve is stuck open: full heating, whatever the set-point. */
  heatingStuck: boolean;
  ventilated: boolean;
}

const OUTDOOR_CO2_PPM = 420;
/** CO₂ of one person at rest, m³/h (Active House specification: 20 L/h). */
const CO2_PER_PERSON_M3_PER_H = 0.02;
/** Sensible heat of one person, about 75 W, as a rate in a room of 1 m³ with furniture (5 × the air's own capacity). */
const KELVIN_M3_PER_H_PER_PERSON = 40;
/** Proportional control: full power from this gap on. */
const FULL_POWER_GAP_K = 0.8;

/** One step of a well-mixed room: first-order heat and CO₂ balances, integrated exactly over the step. */
export function stepAir(air: Air, envelope: Envelope, now: Conditions, step: Millis): Air {
  const h = step / 3_600_000;
  const power = climatePower(air, envelope, now);
  const peopleGain = (now.people * KELVIN_M3_PER_H_PER_PERSON) / envelope.volume_m3;
  const target = now.outside_c + (power + peopleGain) * envelope.inertia_h;
  const temperature = target + (air.temperature_c - target) * Math.exp(-h / envelope.inertia_h);

  const n = now.ventilated ? envelope.ventilated_per_h : envelope.leakage_per_h;
  const steady = OUTDOOR_CO2_PPM + (now.people * CO2_PER_PERSON_M3_PER_H * 1e6) / (n * envelope.volume_m3);
  const co2 = steady + (air.co2_ppm - steady) * Math.exp(-n * h);

  const dry = 42 - (temperature - 21) * 2.2 + now.people * 0.4;
  const humidity = dry + (air.humidity_pct - dry) * Math.exp(-n * h);
  return { temperature_c: temperature, co2_ppm: co2, humidity_pct: Math.min(95, Math.max(5, humidity)) };
}

function climatePower(air: Air, envelope: Envelope, now: Conditions): number {
  if (now.heatingStuck) return envelope.heat_k_per_h;
  if (now.setpoint_c === undefined) return 0;
  const effort = Math.max(-1, Math.min(1, (now.setpoint_c - air.temperature_c) / FULL_POWER_GAP_K));
  return effort > 0 ? effort * envelope.heat_k_per_h : effort * envelope.cool_k_per_h;
}

/** Outdoor temperature: a mild day that is warmest at 15:00. */
export const outsideAt = (hourOfDay: number, mean_c: number, swing_c: number): number =>
  mean_c + swing_c * Math.cos(((hourOfDay - 15) / 24) * 2 * Math.PI);
