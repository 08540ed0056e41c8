import { minutes } from "#contract/units.ts";
import { comfortCheck } from "./comfort-check.ts";

/** The empty room is quiet: up to 35 dB(A) is ready, over 45 poor for speech. People talking are no noise, so it is judged empty. */
export const noise = comfortCheck({
  id: "noise",
  metric: "noise_dba",
  weight: 4,
  hard: false,
  hysteresis: 2,
  dwell: { enter: minutes(5), leave: minutes(5) },
  thing: "Noise",
  about: "the noise",
  unit: "dB(A)",
  differenceUnit: "dB",
  digits: 0,
  codes: { low: "NOISE_LOW", high: "TOO_LOUD" },
  judged: "when-empty",
});
