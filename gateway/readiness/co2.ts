import { minutes } from "#contract/units.ts";
import { comfortCheck } from "./comfort-check.ts";

/** The air is fresh: ready up to 1,200 ppm CO₂, usable up to 1,750, a blocker beyond. Comfort, not safety: never a gas alarm. */
export const co2 = comfortCheck({
  id: "co2",
  metric: "co2_ppm",
  weight: 6,
  hard: false,
  hardBeyondUsable: true,
  hysteresis: 50,
  dwell: { enter: minutes(5), leave: minutes(5) },
  thing: "CO₂",
  about: "the CO₂",
  unit: "ppm",
  differenceUnit: "ppm",
  digits: 0,
  codes: { low: "CO2_LOW", high: "CO2_HIGH" },
});
