import { z } from "zod";
import { Duration, Minutes, Rate, Share } from "./scenario-units.ts";

const Fault = z.strictObject({
  per_day: Rate.describe("How often a day."),
  lasts: Duration.describe("Until it is gone by itself, min."),
  overnight: Share.describe("How much of that again begins before the day does (updates, cleaners)."),
});

/** What befalls one room. */
export const faultsOfRooms = z.strictObject({
  disp_off: Fault.describe("A display does not answer until somebody power-cycles it."),
  disp_dead: Fault.describe("A display reports that it is broken."),
  codec: Fault.describe("A codec is not registered; it often heals within minutes."),
  mic: Fault.describe("A microphone is gone."),
  flap: Fault.describe("A device says for a minute or three that it is bad, and is not."),
  hvac: Fault.describe("The room's heating or cooling does not follow its set-point."),
  drop: Fault.describe("The air sensor is silent."),
  stuck: Fault.describe("The air sensor repeats one value."),
  drift: Fault.describe("The thermometer leaves the truth."),
});
/** What befalls a floor. */
export const faultsOfFloors = z.strictObject({
  net: Fault.describe("The switch dies: silence, and no calls."),
  part: Fault.describe("Only telemetry is cut off: silence, and all is well."),
  ahu: Fault.describe("The air handler stops."),
});
export type RoomFaultKind = keyof z.infer<typeof faultsOfRooms>;
export type FloorFaultKind = keyof z.infer<typeof faultsOfFloors>;
export type FaultKind = RoomFaultKind | FloorFaultKind;

export const Scripted = z.strictObject({
  kind: z.enum([
    "disp_off",
    "disp_dead",
    "codec",
    "mic",
    "flap",
    "hvac",
    "drop",
    "stuck",
    "drift",
    "net",
    "part",
    "ahu",
  ]),
  scored_day: z.int().min(0).describe("On which scored day; 0 is the first."),
  at_min: Minutes,
  lasts_min: Minutes,
  rooms: z.array(z.int().min(0)).optional().describe("Which rooms, for what befalls rooms; each by itself."),
  floors: z
    .union([z.literal("all"), z.array(z.int().min(0))])
    .optional()
    .describe("Which floors, as one fault."),
});
export type Scripted = z.infer<typeof Scripted>;
