import { z } from "zod";
import { Id } from "../ids.ts";
import { At } from "./common.ts";

export const DeviceState = z.looseObject({
  at: At,
  state: z.enum(["online", "offline", "sleeping"]),
  agent: Id.optional(),
  /** Expected seconds between reports, per metric; what is not named has the registry's default. */
  intervals_s: z.record(z.string(), z.number().positive()).optional(),
  kind: z.string().max(64).optional(),
  model: z.string().max(128).optional(),
  firmware: z.string().max(128).optional(),
  /** Whether its climate metrics speak for the room's air; the room card's word on it comes first. */
  room_air: z.boolean().optional(),
  serial: z.string().max(128).optional(),
  /** An error code and its text when the device cannot be read. */
  error: z.object({ code: z.string().max(64), text: z.string().max(512) }).optional(),
});
export type DeviceState = z.infer<typeof DeviceState>;

/** Birth, death and last will. A death makes every device of the agent unreachable, as one cause. */
export const AgentState = z.looseObject({
  at: At,
  state: z.enum(["online", "offline"]),
  boot: z.string().max(64).optional(),
  version: z.string().max(64).optional(),
  /** `room/device` of everything it speaks for. */
  devices: z.array(z.string().max(128)).max(10_000).optional(),
  outbox: z
    .object({
      waiting: z.int().min(0),
      /** The oldest reading that it can still send: whatever is before it and not committed is lost. */
      oldest: z.object({ boot: z.string().max(64), seq: z.int().min(1) }).optional(),
      dropped: z.int().min(0),
    })
    .optional(),
});
export type AgentState = z.infer<typeof AgentState>;

/** Per boot, the highest `seq` up to which everything is durably stored. The agent's outbox forgets only that. */
export const Committed = z.looseObject({
  at: At,
  boots: z.array(z.object({ boot: z.string().max(64), seq: z.int().min(0) })).max(64),
});
export type Committed = z.infer<typeof Committed>;

export const Command = z.looseObject({
  id: z.string().min(1).max(64),
  at: At,
  deadline: At,
  command: z.enum(["preflight", "power_on", "power_off", "select_input"]),
  input: z.string().max(64).optional(),
  by: z.string().max(128),
});
export type Command = z.infer<typeof Command>;

export const CommandResult = z.looseObject({
  id: z.string().min(1).max(64),
  at: At,
  ok: z.boolean(),
  code: z.string().max(64).optional(),
  text: z.string().max(512).optional(),
});
export type CommandResult = z.infer<typeof CommandResult>;
