import { z } from "zod";
import { secret } from "../../secret.ts";
import { INPUT_PATTERN } from "./lines.ts";

export const PjlinkOptions = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(4352),
  /** Given as `password_file` or `password_env`. */
  password: secret().optional(),
  /** How to sign in: SHA-256 where the device knows it (class 2, version 2.10), else MD5; or one of them only. */
  login: z.enum(["auto", "md5", "sha256"]).default("md5"),
  /** The input that demos use, in the device's own number: "31" is digital 1. */
  wanted_input: z
    .string()
    .regex(INPUT_PATTERN, 'must be a PJLink input in quotation marks, as "31" (digital 1)')
    .optional(),
  /** Rated life of the lamp, to tell how much of it is used. */
  lamp_life_h: z.number().min(100).max(100_000).optional(),
  /** Where class 2 devices are told to send their status notices: an address of this machine. Without it nothing listens. */
  notices: z
    .strictObject({
      address: z.union([z.ipv4(), z.ipv6()]),
      port: z.int().min(1).max(65_535).default(4352),
    })
    .optional(),
  /** This model shuts its network in standby: a closed port then means asleep, not broken. */
  eco_standby: z.boolean().default(false),
});
export type PjlinkOptions = z.output<typeof PjlinkOptions>;
