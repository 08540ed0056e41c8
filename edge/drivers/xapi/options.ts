import { z } from "zod";
import { secret } from "../../secret.ts";

export const XapiOptions = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(443),
  /** A local user that may read (role User or Integrator). */
  user: z.string().min(1).max(64),
  /** Given as `password_file` or `password_env`. */
  password: secret(),
  /** SHA-256 of the device's certificate in hex, colons allowed: its own certificate is then enough. */
  fingerprint: z
    .string()
    .regex(/^([0-9a-fA-F]{2}:?){32}$/, "must be a SHA-256 fingerprint in hex")
    .optional(),
  /** PEM of the authority that signed its certificate; given as `ca_file`. */
  ca: secret().optional(),
  /** Talks to whoever answers at the address: only on a network of its own. */
  any_certificate: z.boolean().default(false),
  /** Without TLS, for a device behind a proxy of yours. */
  plain: z.boolean().default(false),
  /** An address that picks up test calls; without it a preflight places none. */
  test_call: z.string().min(1).max(128).optional(),
});
export type XapiOptions = z.output<typeof XapiOptions>;
