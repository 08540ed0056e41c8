import jsonata from "jsonata";
import { z } from "zod";
import { conversionFault, conversionShape } from "../conversion.ts";
import { Secret, secret } from "../../secret.ts";

/** Names of headers that carry what nobody else may read. */
const SECRET_HEADER = /authorization|cookie|token|key|secret|password|auth/i;
/** What a header may carry: no line break, so that no value becomes a second header. */
const HEADER_VALUE = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;

const Header = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, "must be the name of a header"),
    /** Written here, or given as `value_file` or `value_env`. */
    value: z.union([z.string().max(1024), secret()]),
  })
  .superRefine(({ name, value }, context) => {
    const text = value instanceof Secret ? value.reveal() : value;
    if (!HEADER_VALUE.test(text))
      context.addIssue({ code: "custom", path: ["value"], message: "has a line break in it" });
    if (SECRET_HEADER.test(name) && typeof value === "string")
      context.addIssue({ code: "custom", path: ["value"], message: "is a secret: give it as value_file or value_env" });
  });

const Pointer = z.string().regex(/^(?:\/(?:[^~/]|~[01])*)*$/, "must be a JSON pointer, as /data/0/temperature");
const Expression = z
  .string()
  .min(1)
  .max(1024)
  .superRefine((text, context) => {
    try {
      jsonata(text);
    } catch (error) {
      const why =
        typeof error === "object" && error !== null && "message" in error ? String(error.message) : "no reason";
      context.addIssue({ code: "custom", message: `is no JSONata expression: ${why.slice(0, 120)}` });
    }
  });

/** Where a value stands: one of the two. */
const place = { pointer: Pointer.optional(), expression: Expression.optional() };
const isOnePlace = (at: { pointer?: string | undefined; expression?: string | undefined }): boolean =>
  (at.pointer === undefined) !== (at.expression === undefined);
const ONE_PLACE = "needs a pointer or an expression, one of the two";

const JsonReading = z
  .strictObject({ ...conversionShape, ...place })
  .refine(isOnePlace, ONE_PLACE)
  .superRefine((reading, context) => {
    const fault = conversionFault(reading);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });

export const HttpJsonOptions = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).refine((text) => {
      const url = URL.parse(text);
      return url !== null && url.username === "" && url.password === "";
    }, "carries no user and no password: give them apart"),
    headers: z.array(Header).max(20).default([]),
    /** Basic log-in. */
    user: z.string().min(1).max(128).optional(),
    /** Given as `password_file` or `password_env`. */
    password: secret().optional(),
    /** A bearer token; given as `token_file` or `token_env`. */
    token: secret().optional(),
    status_from: z.int().min(100).max(599).default(200),
    status_to: z.int().min(100).max(599).default(299),
    timeout_s: z.number().min(0.5).max(20).default(5),
    max_kb: z.number().min(1).max(4096).default(256),
    /** Certificate authority of the device, given as `ca_file`. */
    ca: secret().optional(),
    /** For devices that carry a certificate nobody signed. */
    any_certificate: z.boolean().default(false),
    /** The kind of device that it speaks for, on the wire. */
    kind: z.string().min(1).max(64).default("sensor"),
    readings: z.array(JsonReading).min(1).max(64),
    /** When the values were measured, where the answer says so: an older answer is no reading. */
    measured: z
      .strictObject({
        ...place,
        as: z.enum(["rfc3339", "unix_s", "unix_ms"]).default("rfc3339"),
        max_age_s: z.number().min(1).max(604_800),
      })
      .refine(isOnePlace, ONE_PLACE)
      .optional(),
  })
  .superRefine(({ user, password, token, readings }, context) => {
    if ((user === undefined) !== (password === undefined))
      context.addIssue({ code: "custom", path: ["user"], message: "and password go together" });
    if (user !== undefined && token !== undefined)
      context.addIssue({ code: "custom", path: ["token"], message: "and user exclude each other" });
    if (token !== undefined && !HEADER_VALUE.test(token.reveal()))
      context.addIssue({ code: "custom", path: ["token"], message: "has a line break in it" });
    const seen = new Set<string>();
    for (const [i, { metric }] of readings.entries()) {
      if (seen.has(metric))
        context.addIssue({
          code: "custom",
          path: ["readings", i, "metric"],
          message: "is read twice; use a device each",
        });
      seen.add(metric);
    }
  });
export type HttpJsonOptions = z.output<typeof HttpJsonOptions>;
