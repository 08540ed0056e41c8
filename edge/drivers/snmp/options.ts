import { z } from "zod";
import { metrics as registry, wrongType } from "#contract/metrics.ts";
import { secret } from "../../secret.ts";

const Oid = z
  .string()
  .max(200)
  .regex(/^1(\.\d{1,10}){3,}$/, 'must be numeric, as "1.3.6.1.4.1.318.1.1.12.1.16.0", in quotation marks');

/** One value of the device and the metric that it is. */
const MapEntry = z
  .strictObject({
    oid: Oid,
    metric: z.string().refine((name) => registry.has(name), "is no metric (docs/reference/metrics.md)"),
    /** The device's number times this, plus `offset`, is the metric's. */
    scale: z.number().default(1),
    offset: z.number().default(0),
    /** What the device's values mean, where the metric is no number: `{"2": "on"}`. Others are told as unknown. */
    values: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
    /** Numbers by which the device says that it does not know. */
    absent: z.array(z.number()).default([]),
    /** Of a text of several values ("On Off On", "1,2,0"), which one: counted from 1. */
    field: z.int().min(1).max(256).optional(),
  })
  .superRefine((entry, context) => {
    const metric = registry.get(entry.metric);
    if (metric === undefined) return;
    const refuse = (message: string): void => context.addIssue({ code: "custom", path: ["values"], message });
    if (metric.kind === "number") {
      if (entry.values !== undefined) refuse(`${entry.metric} is a number: use scale and offset`);
      return;
    }
    if (entry.values === undefined) return refuse(`is needed: ${entry.metric} is ${metric.unit}`);
    for (const value of Object.values(entry.values)) {
      const why = wrongType(metric, value);
      if (why !== undefined) refuse(why);
    }
    return undefined;
  });
export type MapEntry = z.output<typeof MapEntry>;

/** What is the same for a device and for a parse of its answers alone. */
export const ReadOptions = z.strictObject({
  profile: z.enum(["projector", "printer", "ups", "pdu", "switch_port", "other"]).default("other"),
  /** Printer: which device of its host resources it is. */
  printer_index: z.int().min(1).max(2_147_483_647).default(1),
  /** Switch port: its number (ifIndex), or its name as the switch tells it ("Gi1/0/12"), which survives a renumbering. */
  if_index: z.int().min(1).max(2_147_483_647).optional(),
  interface: z.string().min(1).max(128).optional(),
  /** Switch port: group and port of POWER-ETHERNET-MIB, as "1.12", where it gives power. */
  poe_port: z
    .string()
    .regex(/^\d{1,5}\.\d{1,5}$/)
    .optional(),
  /** PDU of APC's PowerNet-MIB: the outlet that feeds the room, and the phase that it is on. */
  outlet: z.int().min(1).max(1_000).optional(),
  phase: z.int().min(1).max(100).default(1),
  map: z.array(MapEntry).max(100).default([]),
});
export type ReadOptions = z.output<typeof ReadOptions>;

const Auth = z.enum(["none", "md5", "sha", "sha224", "sha256", "sha384", "sha512"]);
const Privacy = z.enum(["none", "des", "aes", "aes256b", "aes256r"]);

export const SnmpOptions = ReadOptions.extend({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(161),
  version: z.enum(["2c", "3"]).default("2c"),
  /** Version 2c. Given as `community_file` or `community_env`. */
  community: secret().optional(),
  /** Version 3. */
  user: z.string().min(1).max(32).optional(),
  auth: Auth.default("sha256"),
  auth_password: secret().optional(),
  privacy: Privacy.default("aes"),
  privacy_password: secret().optional(),
  context: z.string().max(32).default(""),
}).superRefine((options, context) => {
  const refuse = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
  if (options.version === "2c" && options.community === undefined)
    refuse("community", "is needed for version 2c, as community_file or community_env");
  if (options.version === "3") {
    if (options.user === undefined) refuse("user", "is needed for version 3");
    if (options.auth !== "none" && options.auth_password === undefined)
      refuse("auth_password", "is needed, as auth_password_file or auth_password_env");
    if (options.privacy !== "none" && options.auth === "none") refuse("privacy", "needs auth");
    if (options.privacy !== "none" && options.privacy_password === undefined)
      refuse("privacy_password", "is needed, as privacy_password_file or privacy_password_env");
  }
  if (options.profile === "switch_port" && (options.if_index === undefined) === (options.interface === undefined))
    refuse("interface", "a switch port is named by if_index or by interface, one of them");
  if ((options.profile === "projector" || options.profile === "other") && options.map.length === 0)
    refuse("map", "is needed: this profile knows nothing by itself");
});
export type SnmpOptions = z.output<typeof SnmpOptions>;
