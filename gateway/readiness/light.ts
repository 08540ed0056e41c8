import { minutes } from "#contract/units.ts";
import { comfortCheck } from "./comfort-check.ts";

/** The light is enough to meet: 300 lx is ready, 200 usable. An empty room may be dark, so it is judged while in use. */
export const light = comfortCheck({
  id: "light",
  metric: "light_lux",
  weight: 2,
  hard: false,
  hysteresis: 30,
  dwell: { enter: minutes(2), leave: minutes(2) },
  thing: "Light",
  about: "the light",
  unit: "lx",
  differenceUnit: "lx",
  digits: 0,
  codes: { low: "TOO_DARK", high: "TOO_BRIGHT" },
  judged: "when-occupied",
});
