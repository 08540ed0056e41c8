import { z } from "zod";
import { metrics as registry, wrongType } from "#contract/metrics.ts";

const OBJECT = /^(analog|binary|multi-state)-(input|output|value),(\d{1,7})$/;
const INSTANCE_MOST = 4_194_302;

/** One object of the device and the metric that its present value is. */
export const BacnetPoint = z
  .strictObject({
    object: z
      .string()
      .regex(OBJECT, 'must be as "analog-input,4": analog, binary or multi-state; input, output or value; its instance')
      .refine((name) => Number(name.split(",")[1]) <= INSTANCE_MOST, `instances end at ${INSTANCE_MOST}`),
    metric: z.string().refine((name) => registry.has(name), "is no metric (docs/reference/metrics.md)"),
    /** The number, in the metric's unit, times this, plus `offset`. Its unit is asked of the device. */
    scale: z.number().default(1),
    offset: z.number().default(0),
    /** What a binary's 0 and 1, or a multi-state's numbers from 1, mean, where the metric is no number. */
    values: z.record(z.string().regex(/^\d{1,5}$/), z.union([z.string(), z.boolean()])).optional(),
  })
  .superRefine(({ object, metric: name, values }, context) => {
    const metric = registry.get(name);
    const refuse = (message: string): void => context.addIssue({ code: "custom", path: ["values"], message });
    if (metric === undefined) return;
    if (metric.kind === "number" && values !== undefined) refuse(`${name} is a number: use scale and offset`);
    if (metric.kind !== "number" && values === undefined && !(metric.kind === "boolean" && object.startsWith("binary")))
      refuse(`is needed: ${name} is ${metric.unit}`);
    for (const value of Object.values(values ?? {})) {
      const why = metric.kind === "number" ? undefined : wrongType(metric, value);
      if (why !== undefined) refuse(why);
    }
  });
export type BacnetPoint = z.output<typeof BacnetPoint>;

export const BacnetOptions = z
  .strictObject({
    /** Where it is; or who it is, with the broadcast address of its network. */
    host: z.string().min(1).max(253).optional(),
    port: z.int().min(1).max(65_535).default(47_808),
    device_id: z.int().min(0).max(INSTANCE_MOST).optional(),
    broadcast: z.ipv4().optional(),
    /** Where devices answer a Who-Is: they broadcast it. Held only until the device is found. */
    listen_port: z.int().min(0).max(65_535).default(47_808),
    /** What the device is, on the wire. */
    kind: z.enum(["sensor", "climate", "other"]).default("sensor"),
    points: z.array(BacnetPoint).min(1).max(200),
  })
  .superRefine(({ host, device_id, broadcast }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    if (host === undefined && device_id === undefined) refuse("host", "is needed, or device_id with broadcast");
    if (host === undefined && device_id !== undefined && broadcast === undefined)
      refuse("broadcast", "is needed to find a device by device_id");
  });
export type BacnetOptions = z.output<typeof BacnetOptions>;
