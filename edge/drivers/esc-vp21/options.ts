import { z } from "zod";
import { secret } from "../../secret.ts";
import { SOURCE_PATTERN } from "./lines.ts";

export const EscVp21Options = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(3629),
  /** The projector's monitor password, 16 characters at most; given as `password_file` or `password_env`. */
  password: secret().optional(),
  /** The source that demos use, by its two hex digits: "30" is HDMI 1, "80" HDBaseT. */
  wanted_source: z
    .string()
    .regex(SOURCE_PATTERN, 'must be two hex digits in quotation marks, as "30" (HDMI 1)')
    .optional(),
  /** Rated life of the lamp or laser, to tell how much of it is used. */
  lamp_life_h: z.number().min(100).max(100_000).optional(),
  /** Its network is off in standby: a closed port then means asleep, not broken. */
  network_off_in_standby: z.boolean().default(false),
});
export type EscVp21Options = z.output<typeof EscVp21Options>;
