import { z } from "zod";

const Output = z.string().regex(/^O\d{1,3}$/, 'must be an output, as "O1"');
const Input = z.string().regex(/^I\d{1,3}$/, 'must be an input, as "I2"');

export const Lw3Options = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(6107),
  /** How its tree is laid out: `ucx` (UCX, TPX and what else begins with /V1), or `matrix` (MMX, MX2, UMX). */
  family: z.enum(["ucx", "matrix"]).default("ucx"),
  /** The output that leads to the room's display. */
  output: Output.default("O1"),
  /** The input that demos use. */
  wanted_input: Input.optional(),
  /** UCX: the port that an occupancy sensor is wired to. */
  occupancy_port: z
    .string()
    .regex(/^P\d{1,2}$/, 'must be a port of the occupancy sensor, as "P1"')
    .optional(),
});
export type Lw3Options = z.output<typeof Lw3Options>;
