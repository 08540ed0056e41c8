import { z } from "zod";
import { parseInstant } from "../units.ts";

/** RFC 3339 with a zone; Greenroom itself sends UTC with milliseconds. */
export const At = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, "must be an RFC 3339 instant with its zone");

export const Outcome = z.enum(["ready", "degraded", "unknown", "not_ready"]);
/** From best to worst: `ready < degraded < unknown < not_ready`. */
export type Outcome = z.infer<typeof Outcome>;

export const Probability = z.number().min(0).max(1);
