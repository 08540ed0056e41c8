import { z } from "zod";
import { At } from "./common.ts";

/** More than a site waits for at a time; what comes beyond is counted. */
export const MOST_UNCLAIMED = 100;

/** A device that publishes and belongs to no room yet. */
export const UnclaimedDevice = z.looseObject({
  /** Its own name: the vendor's, or `site/room/device` for one that publishes on the wire. */
  device: z.string().min(1).max(200),
  /** What its bridge or network server calls it, where its own name is an address. */
  label: z.string().max(128).optional(),
  /** When it was first and last heard. */
  since: At,
  last_at: At,
  /** How often it was heard. */
  heard: z.int().min(0),
  /** The last value of each metric, and when it was measured. */
  values: z.record(z.string(), z.object({ value: z.union([z.number(), z.boolean(), z.string().max(256)]), at: At })),
  /** What about its values cannot be known for sure. */
  doubt: z.string().max(256).optional(),
});
export type UnclaimedDevice = z.infer<typeof UnclaimedDevice>;

/** The devices of one subscription map (or of the wire itself) that wait to be claimed. Retained. */
export const Unclaimed = z.looseObject({
  at: At,
  /** What kind of gear speaks there, for people: "Zigbee2MQTT". */
  title: z.string().max(128),
  devices: z.array(UnclaimedDevice).max(MOST_UNCLAIMED),
  /** Further devices that are heard and not listed. */
  more: z.int().min(0),
});
export type Unclaimed = z.infer<typeof Unclaimed>;

/** Vendor messages that could not be translated; equal ones are told once, with their count. */
export const Untranslated = z.looseObject({
  at: At,
  topic: z.string().max(1_024),
  code: z.string().max(64),
  where: z.string().max(256),
  why: z.string().max(512),
  /** The first 1 kB, as text. */
  payload: z.string().max(1_024),
  count: z.int().min(1),
});
export type Untranslated = z.infer<typeof Untranslated>;
