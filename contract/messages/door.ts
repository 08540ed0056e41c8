import { z } from "zod";
import { At, Outcome, Probability } from "./common.ts";
import { DemoStatus } from "./readiness.ts";

/**
 * What a door sign, a building's screen or a home automation shows of a room: small, flat, and without the names of clients
 * unless the site wants them there. Retained; opt-in.
 */
export const DoorSign = z.looseObject({
  at: At,
  name: z.string(),
  floor: z.string(),
  outcome: Outcome,
  score: z.number().min(0).max(100),
  /** The worst thing in one sentence, or why it is ready. */
  sentence: z.string(),
  /** Alerts that are not resolved. */
  alerts: z.int().min(0),
  next_status: DemoStatus.optional(),
  next_start: At.optional(),
  next_end: At.optional(),
  next_p_ready: Probability.optional(),
  next_act_by: At.optional(),
  next_title: z.string().optional(),
});
export type DoorSign = z.infer<typeof DoorSign>;
