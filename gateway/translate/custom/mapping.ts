import jsonata from "jsonata";
import { z } from "zod";
import { messageOf } from "#contract/errors.ts";
import { metrics as registry } from "#contract/metrics.ts";

const LONGEST = 2_000;

/** A JSONata expression; one that cannot be read is a fault of the configuration, told with what is wrong and where in it. */
const Expression = z
  .string()
  .min(1)
  .max(LONGEST)
  .superRefine((text, context) => {
    const why = wrongExpression(text);
    if (why !== undefined) context.addIssue({ code: "custom", message: why });
  });

/** How messages of gear that Greenroom does not know are read, expression by expression. */
export const Mapping = z.strictObject({
  payload: z.enum(["json", "text"]).default("json").describe("What a payload is: JSON, or a text as it stands."),
  only: Expression.optional().describe("Messages for which this is not `true` say nothing."),
  each: Expression.optional().describe(
    "A list within the message; the other expressions then see one item at a time, and the whole as `$message`.",
  ),
  device: Expression.optional().describe(
    "The device's own name; the whole topic unless given. `$topic` is the list of its levels.",
  ),
  at: Expression.optional().describe(
    "When it was measured: RFC 3339, or seconds or milliseconds since 1970; the arrival unless given.",
  ),
  state: Expression.optional().describe("`online`, `offline` or `sleeping`."),
  readings: z
    .record(z.string(), Expression)
    .default({})
    .superRefine((readings, context) => {
      for (const name of Object.keys(readings))
        if (!registry.has(name))
          context.addIssue({
            code: "custom",
            path: [name],
            message: `"${name}" is no metric: docs/reference/metrics.md lists them`,
          });
    })
    .describe("Metric → its value in the metric's own unit. What an expression does not find is left out."),
});
export type Mapping = z.infer<typeof Mapping>;

function wrongExpression(text: string): string | undefined {
  try {
    jsonata(text);
    return undefined;
  } catch (error) {
    const { position } = error as { position?: unknown };
    const where = typeof position === "number" ? ` at character ${position}` : "";
    // The library throws what is no Error.
    const { message } = error as { message?: unknown };
    const why = typeof message === "string" ? message : messageOf(error);
    return `cannot be read as JSONata${where}: ${why}`;
  }
}
