import { z } from "zod";
import { secret } from "../../secret.ts";

/** A name or an address; never something that the ping program would read as an option. */
const Host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9_[:](?:[A-Za-z0-9_.:%\]-]*)$/, "must be a host name or an IP address");
const Port = z.int().min(1).max(65_535);
const Probes = z.int().min(1).max(10).default(3);

export const ReachOptions = z.discriminatedUnion("probe", [
  z.strictObject({ probe: z.literal("tcp"), host: Host, port: Port, probes: Probes }),
  z.strictObject({
    probe: z.literal("http"),
    url: z.url({ protocol: /^https?$/, error: "must be an http or https address" }),
    /** Statuses that count as an answer; by default any below 500: a log-in page is a living device. */
    status_from: z.int().min(100).max(599).default(100),
    status_to: z.int().min(100).max(599).default(499),
    probes: z.int().min(1).max(10).default(1),
    /** Certificate authority of the device, given as `ca_file`. */
    ca: secret().optional(),
    /** For devices that carry a certificate nobody signed. */
    any_certificate: z.boolean().default(false),
  }),
  z.strictObject({
    probe: z.literal("icmp"),
    host: Host,
    probes: Probes,
    /** Where the system's ping cannot be used, a connection to this port is tried instead. */
    fallback_port: Port.optional(),
  }),
]);
export type ReachOptions = z.output<typeof ReachOptions>;
