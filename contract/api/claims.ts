/** Devices that wait to be claimed, and what people decide about them. */
import { z } from "zod";
import { Id, RoomKey } from "../ids.ts";
import { At } from "../messages/common.ts";

/** A device that publishes and belongs to no room. */
export const UnclaimedView = z
  .object({
    site: z.string(),
    /** The subscription map that hears it, or `wire`. */
    via: z.string(),
    /** What kind of gear speaks there. */
    title: z.string(),
    /** Its own name there. */
    device: z.string(),
    /** What its bridge or network server calls it, where its own name is an address. */
    label: z.string().optional(),
    since: At,
    last_at: At,
    heard: z.int(),
    values: z.array(z.object({ metric: z.string(), value: z.union([z.number(), z.boolean(), z.string()]), at: At })),
    doubt: z.string().optional(),
    /** What it probably is: by its name and by what it measures. */
    suggested: z.object({ room: z.string().optional(), name: z.string(), room_air: z.boolean() }),
  })
  .meta({ id: "UnclaimedDevice" });
export type UnclaimedView = z.infer<typeof UnclaimedView>;

export const UnclaimedAnswer = z
  .object({
    devices: z.array(UnclaimedView),
    /** Further ones that are heard and not listed. */
    more: z.int(),
  })
  .meta({ id: "Unclaimed" });
export type UnclaimedAnswer = z.infer<typeof UnclaimedAnswer>;

export const ClaimInput = z
  .object({
    via: Id,
    device: z.string().min(1).max(200),
    room: RoomKey,
    name: z.string().trim().min(1).max(128),
    /** Whether its climate metrics speak for the room's air. */
    room_air: z.boolean(),
    kind: z.enum(["sensor", "display", "projector", "codec", "network", "switch", "ups", "other"]).optional(),
  })
  .meta({ id: "ClaimInput" });
export type ClaimInput = z.infer<typeof ClaimInput>;

/** Where a device is now. */
export const ClaimedView = z.object({ room: z.string(), device: z.string(), name: z.string() }).meta({ id: "Claimed" });
export type ClaimedView = z.infer<typeof ClaimedView>;

export const DeviceMoveInput = z.object({ to: RoomKey }).meta({ id: "DeviceMoveInput" });
export type DeviceMoveInput = z.infer<typeof DeviceMoveInput>;
