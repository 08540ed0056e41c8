import { z } from "zod";

/** Sites, rooms, devices and agents are named by lower-case slugs, so that they fit topics, URLs and file names as they are. */
export const ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const isId = (text: string): boolean => ID_PATTERN.test(text);
export const Id = z.string().regex(ID_PATTERN, "must be 1 to 63 of a-z, 0-9 and -, not starting or ending with -");

/** One path segment that stands for an agent's folder on the wire, so no room may have it as its name. */
export const RESERVED_ROOM = "agents";
/** The agent's name under which the gateway tells that it lives: nobody else may have it. */
export const GATEWAY_AGENT = "gateway";
/** The device under whose name the server speaks for a room's panel: what is pressed there. */
export const PANEL_DEVICE = "panel";
/** The room under which plain MQTT devices publish that belong to none yet: they wait there to be claimed. */
export const UNCLAIMED_ROOM = "unclaimed";
/** Where a claimed device comes from that publishes on the wire itself, and not through a vendor's topics. */
export const WIRE_SOURCE = "wire";
/** Segments below a room that are not devices. */
export const RESERVED_DEVICES: readonly string[] = [
  "alerts",
  "card",
  "demos",
  "maintenance",
  "readiness",
  "memory",
  "nudge",
  "door",
];

/** A room's name that is unique over all sites: `site/room`. */
export function roomKey(site: string, room: string): string {
  let ofSite = keys.get(site);
  if (ofSite === undefined) keys.set(site, (ofSite = new Map<string, string>()));
  let key = ofSite.get(room);
  if (key !== undefined) return key;
  key = `${site}/${room}`;
  known += 1;
  if (known > MOST_KEYS) {
    keys.clear();
    known = 0;
  } else ofSite.set(room, key);
  return key;
}
/** Asked for at every reading: putting the text together, and hashing it, costs more than finding it. */
const keys = new Map<string, Map<string, string>>();
const MOST_KEYS = 50_000;
let known = 0;
export const RoomKey = z.string().regex(/^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}$/, "must be site/room");
export function parseRoomKey(key: string): { site: string; room: string } {
  const slash = key.indexOf("/");
  return { site: key.slice(0, slash), room: key.slice(slash + 1) };
}

/** Makes an id from a person's name for a thing: "Café 12F" → "cafe-12f". Empty when nothing of it is left. */
export const slug = (name: string): string =>
  name
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
