import { z } from "zod";
import { metrics as registry, wrongType } from "#contract/metrics.ts";

const NUMBERS = ["int16", "uint16", "int32", "uint32", "float32"] as const;

/** One value of the device, where it stands and the metric that it is. */
export const Register = z
  .strictObject({
    table: z.enum(["holding", "input", "coil", "discrete"]),
    /** As it goes over the wire, from 0: a manual's register 40001 or "1" is 0. */
    address: z.int().min(0).max(65_535),
    type: z.enum([...NUMBERS, "bit"]).default("uint16"),
    /** Of 32-bit values: which word comes first. */
    word_order: z.enum(["big", "little"]).default("big"),
    /** Of a register read as single bits: which, 0 the lowest. */
    bit: z.int().min(0).max(15).optional(),
    metric: z.string().refine((name) => registry.has(name), "is no metric (docs/reference/metrics.md)"),
    /** The device's number times this, plus `offset`, is the metric's. */
    scale: z.number().default(1),
    offset: z.number().default(0),
    /** Numbers, before `scale`, by which the device says that it does not know. */
    absent: z.array(z.number()).default([]),
    /** What the device's numbers mean, where the metric is no number: `{ "2": "on" }`. A bit is true when it is 1 without it. */
    values: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  })
  .superRefine((register, context) => {
    const { table, type, bit, metric: name, values } = register;
    const refuse = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    const isBitTable = table === "coil" || table === "discrete";
    if (isBitTable && (type !== "bit" || bit !== undefined)) refuse("type", `a ${table} is one bit: type: bit`);
    if (!isBitTable && type === "bit" && bit === undefined)
      refuse("bit", "is needed: which bit of the register, 0 to 15");
    if (!isBitTable && type !== "bit" && bit !== undefined) refuse("bit", "goes with type: bit");
    if (wordsOf(type) === 2 && register.address === 65_535) refuse("address", "has no second register");
    const metric = registry.get(name);
    if (metric === undefined) return;
    if (metric.kind === "number" && values !== undefined) refuse("values", `${name} is a number: use scale and offset`);
    if (metric.kind !== "number" && values === undefined && !(metric.kind === "boolean" && type === "bit"))
      refuse("values", `is needed: ${name} is ${metric.unit}`);
    for (const value of Object.values(values ?? {})) {
      const why = metric.kind === "number" ? undefined : wrongType(metric, value);
      if (why !== undefined) refuse("values", why);
    }
  });
export type Register = z.output<typeof Register>;

/** How many registers a value takes. */
export const wordsOf = (type: Register["type"]): 1 | 2 => (type.endsWith("32") ? 2 : 1);

export const ModbusOptions = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(502),
  /** Which device behind a gateway; most that stand alone take any. */
  unit: z.int().min(0).max(255).default(1),
  /** What the device is, on the wire. */
  kind: z.enum(["sensor", "climate", "ups", "pdu", "other"]).default("sensor"),
  registers: z.array(Register).min(1).max(200),
});
export type ModbusOptions = z.output<typeof ModbusOptions>;
