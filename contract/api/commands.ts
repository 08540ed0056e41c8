/** What people may have a device do, and what became of it. */
import { z } from "zod";
import { At } from "../messages/common.ts";
import { Command } from "../messages/edge.ts";

export const CommandInput = z
  .object({
    command: Command.shape.command,
    /** With `select_input`: the device's own name of it, as "31" for PJLink. */
    input: z
      .string()
      .regex(/^[\w .:-]{1,64}$/, "must be 1 to 64 letters, digits, blanks, . : _ or -")
      .optional(),
    /** Sent twice under one id, it is done once. */
    id: z.string().min(1).max(64).optional(),
    /** Needed while a visit is in the room, but to switch on. */
    during_visit: z.boolean().optional(),
  })
  .meta({ id: "CommandInput" });
export type CommandInput = z.infer<typeof CommandInput>;

export const CommandView = z
  .object({
    id: z.string(),
    device: z.string(),
    command: Command.shape.command,
    input: z.string().optional(),
    /** `unanswered`: nobody said what became of it before its deadline. */
    state: z.enum(["asked", "done", "failed", "unanswered"]),
    asked_at: At,
    deadline: At,
    ended_at: At.optional(),
    by: z.string(),
    code: z.string().optional(),
    /** What the device or its agent said. */
    text: z.string().optional(),
  })
  .meta({ id: "Command" });
export type CommandView = z.infer<typeof CommandView>;
