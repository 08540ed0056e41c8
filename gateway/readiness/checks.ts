import { access } from "./access.ts";
import { audio } from "./audio.ts";
import { capability } from "./capability.ts";
import { capacity } from "./capacity.ts";
import type { Check } from "./check.ts";
import { co2 } from "./co2.ts";
import { display } from "./display.ts";
import { humidity } from "./humidity.ts";
import { light } from "./light.ts";
import { maintenance } from "./maintenance.ts";
import { network } from "./network.ts";
import { noise } from "./noise.ts";
import { power } from "./power.ts";
import { resetVisit } from "./reset-visit.ts";
import { type FindingsOf, sensorHealth } from "./sensor-health.ts";
import { temperature } from "./temperature.ts";
import { unoccupied } from "./unoccupied.ts";
import { videoCall } from "./video-call.ts";

/** The one list of checks. A new check is one file, its test, and one line here. */
export const checksWith = (findingsOf: FindingsOf): readonly Check[] => [
  maintenance,
  capacity,
  capability,
  display,
  videoCall,
  audio,
  network,
  power,
  unoccupied,
  temperature,
  co2,
  humidity,
  noise,
  light,
  resetVisit,
  access,
  sensorHealth(findingsOf),
];
