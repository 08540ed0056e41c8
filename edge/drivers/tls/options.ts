import { z } from "zod";
import { secret } from "../../secret.ts";

const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;

export const TlsOptions = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(443),
  /** The name that is asked for and that the certificate must carry; the host where left out. */
  server_name: z.string().regex(HOST_NAME, "must be a host name").optional(),
  /** Certificate authority of its own, given as `ca_file`. */
  ca: secret().optional(),
  /** SHA-256 of the one certificate that is trusted, in hex, colons allowed. */
  fingerprint: z
    .string()
    .regex(/^([0-9a-fA-F]{2}:?){32}$/, "must be a SHA-256 fingerprint in hex")
    .optional(),
  /** A certificate that nobody signed is as it should be on this device. */
  self_signed: z.boolean().default(false),
  /** So many days before it expires it is a finding. */
  warn_days: z.number().min(0).max(3650).default(21),
});
export type TlsOptions = z.output<typeof TlsOptions>;
