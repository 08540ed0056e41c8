import { minutes } from "#contract/units.ts";
import { comfortCheck } from "./comfort-check.ts";

/**
 * The air is as warm as guests expect. Ready in EN 16798-1 category II (20–24 °C heating, 23–26 °C cooling), usable in
 * category III, a blocker beyond. Comfort, not safety.
 */
export const temperature = comfortCheck({
  id: "temperature",
  metric: "temperature_c",
  weight: 10,
  hard: true,
  hysteresis: 0.3,
  dwell: { enter: minutes(5), leave: minutes(5) },
  thing: "Room",
  about: "the room's temperature",
  unit: "°C",
  differenceUnit: "K",
  digits: 1,
  codes: { low: "TOO_COLD", high: "TOO_WARM" },
});
