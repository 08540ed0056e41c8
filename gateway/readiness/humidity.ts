import { minutes } from "#contract/units.ts";
import { comfortCheck } from "./comfort-check.ts";

/** The air is neither dry nor damp: 25–60 % RH is ready, 20–70 % usable (EN 16798-1). */
export const humidity = comfortCheck({
  id: "humidity",
  metric: "humidity_pct",
  weight: 2,
  hard: false,
  hysteresis: 3,
  dwell: { enter: minutes(10), leave: minutes(10) },
  thing: "Humidity",
  about: "the humidity",
  unit: "%",
  differenceUnit: "points",
  digits: 0,
  codes: { low: "TOO_DRY", high: "TOO_DAMP" },
});
