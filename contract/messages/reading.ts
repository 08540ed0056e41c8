import { z } from "zod";
import { Id } from "../ids.ts";
import { At } from "./common.ts";

/**
 * One device, one instant, some metrics. Identity is (`agent`, `boot`, `seq`): applied twice, it counts once. Devices
 * without an agent (plain MQTT) leave the three out; their readings are told apart by device and `at`.
 */
export const Reading = z.looseObject({
  at: At,
  agent: Id.optional(),
  /** One run of the agent; opaque, a new one at every start. */
  boot: z.string().min(1).max(64).optional(),
  /** One count per agent and boot, from 1, without holes. */
  seq: z.int().min(1).optional(),
  metrics: z.record(z.string().min(1).max(64), z.union([z.number(), z.boolean(), z.string().max(256), z.null()])),
  /** Sent from the outbox after an outage: history takes it, the room's present does not. */
  late: z.boolean().optional(),
  /** So many numbers right before this one were given up and will never come. */
  skipped: z.int().min(1).optional(),
});
export type Reading = z.infer<typeof Reading>;
