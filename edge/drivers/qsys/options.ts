import { z } from "zod";
import { secret } from "../../secret.ts";
import { conversionFault, conversionShape } from "../conversion.ts";

const Name = z.string().min(1).max(128);

const StatusControl = z.strictObject({
  /** Its Code Name in Q-SYS Designer, with script access External or All. */
  component: Name,
  control: Name.default("status"),
  /** A device that is there counts as one of these. */
  counts_as: z.enum(["cameras_connected", "microphones_connected"]).optional(),
});

const ControlReading = z
  .strictObject({
    ...conversionShape,
    /** Of a component; a Named Control where left out. */
    component: Name.optional(),
    control: Name,
  })
  .superRefine((reading, context) => {
    const fault = conversionFault(reading);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });
export type ControlReading = z.output<typeof ControlReading>;

export const QsysOptions = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535).default(1710),
    /** A user of the Core with external control; only where the Core asks for one. */
    user: z.string().min(1).max(64).optional(),
    /** Its PIN; given as `password_file` or `password_env`. */
    password: secret().optional(),
    /** Designer's emulator is what is to be read: else it is a finding. */
    emulator: z.boolean().default(false),
    status: z.array(StatusControl).max(64).default([]),
    readings: z.array(ControlReading).max(64).default([]),
  })
  .superRefine(({ user, password, readings }, context) => {
    if ((user === undefined) !== (password === undefined))
      context.addIssue({ code: "custom", path: ["user"], message: "and password go together" });
    const seen = new Set<string>(["other_health"]);
    for (const [i, { metric }] of readings.entries()) {
      if (seen.has(metric))
        context.addIssue({ code: "custom", path: ["readings", i, "metric"], message: "is told already" });
      seen.add(metric);
    }
  });
export type QsysOptions = z.output<typeof QsysOptions>;
