import { z } from "zod";
import { secret } from "../../secret.ts";
import { conversionFault, conversionShape } from "../conversion.ts";

function isPattern(text: string): boolean {
  try {
    // A pattern that also matches nothing tells how many groups it has.
    return new RegExp(`${text}|`, "u").exec("")?.length === 2;
  } catch {
    return false;
  }
}

/** Anything else that a model tells, by its own table of commands. */
const Query = z
  .strictObject({
    ...conversionShape,
    /** Printable characters; `escape` puts ESC before and a carriage return after. Only what asks, never what sets. */
    send: z.string().regex(/^[ -~]{1,32}$/, "must be 1 to 32 printable characters"),
    escape: z.boolean().default(true),
    /** Of the whole answer, with one group: the value. */
    pattern: z.string().max(128).refine(isPattern, "must be a regular expression with one group").default("^(.+)$"),
  })
  .superRefine((query, context) => {
    const fault = conversionFault(query);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });

export const ExtronOptions = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(23),
  /** The administrator's or the user's; given as `password_file` or `password_env`. */
  password: secret().optional(),
  /** How it is asked for signals and ties. */
  family: z.enum(["scaler", "switcher", "matrix", "other"]).default("scaler"),
  /** The input that demos use. */
  wanted_input: z.int().min(1).max(128).optional(),
  /** Of a matrix: the output that leads to the room's display. */
  output: z.int().min(1).max(128).optional(),
  /** How its inner temperature is asked for: ESC 20STAT, or 20S. */
  temperature: z.enum(["stat", "s", "none"]).default("stat"),
  temperature_unit: z.enum(["C", "F"]).default("C"),
  queries: z.array(Query).max(16).default([]),
});
export type ExtronOptions = z.output<typeof ExtronOptions>;
