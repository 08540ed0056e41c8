import { z } from "zod";
import { WebhookTarget } from "../notify/config.ts";

/** What is said to the building's other systems; nothing unless it is asked for. */
export const AnnounceConfig = z.strictObject({
  /** `{room}/door`: a small retained message for door signs and screens. */
  doors: z.boolean().default(true),
  /** Whether a door shows what the visit is called. */
  titles: z.boolean().default(false),
  /** Home Assistant's MQTT discovery: every room as a device. It reads the doors' topics. */
  home_assistant: z
    .strictObject({
      prefix: z
        .string()
        .regex(/^[^#+\s]+$/, "a topic without # and +")
        .default("homeassistant"),
    })
    .optional(),
  /** A building's own management: told by signed webhook when the verdict on a room, its alerts or its act-by change. */
  webhook: WebhookTarget.optional(),
});
export type AnnounceConfig = z.infer<typeof AnnounceConfig>;
