import { z } from "zod";
import { secret } from "../../secret.ts";
import { INPUT_PATTERN } from "./lines.ts";

export const PjlinkOptions = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(4352),
  /** Given as `password_file` or `password_env`. */
  password: secret().optional(),
  /** The input that demos use, in the device's own number: "31" is digital 1. */
  wanted_input: z
    .string()
    .regex(INPUT_PATTERN, 'must be a PJLink input in quotation marks, as "31" (digital 1)')
    .optional(),
  /** Rated life of the lamp, to tell how much of it is used. */
  lamp_life_h: z.number().min(100).max(100_000).optional(),
  /** This model shuts its network in standby: a closed port then means asleep, not broken. */
  eco_standby: z.boolean().default(false),
});
export type PjlinkOptions = z.output<typeof PjlinkOptions>;
