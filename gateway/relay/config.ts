import { crc32 } from "node:zlib";
import { z } from "zod";
import { overlaps, wrongFilter } from "#contract/filters.ts";
import { GATEWAY_AGENT, Id, isId, RESERVED_DEVICES, slug, WIRE_SOURCE } from "#contract/ids.ts";
import { ROOT } from "#contract/wire.ts";
import { Mapping } from "../translate/custom/mapping.ts";
import { translators } from "../translate/translators.ts";

/** A customer's broker, with its secrets by reference. */
export const BrokerConfig = z.strictObject({
  url: z.url({ protocol: /^mqtts?$/ }).describe("`mqtt://host:1883` or `mqtts://host:8883`."),
  username: z.string().optional(),
  password_file: z.string().optional().describe("A file that holds the password, readable by Greenroom alone."),
  password_env: z.string().optional().describe("An environment variable that holds it."),
  ca_file: z.string().optional().describe("PEM of a certificate authority of one's own."),
});
export type BrokerConfig = z.infer<typeof BrokerConfig>;

/** Gear that no translator knows is read by a mapping. */
const CUSTOM = "custom";
const vendors = [...translators.map(({ name }) => name), CUSTOM];

const Filter = z.string().superRefine((filter, context) => {
  const why = filter.startsWith("$")
    ? "topics that begin with $ are the broker's own"
    : (wrongFilter(filter) ??
      (overlaps(filter, `${ROOT}/#`)
        ? `reaches ${ROOT}/…, which is Greenroom's own: name the vendor's levels`
        : undefined));
  if (why !== undefined) context.addIssue({ code: "custom", message: why });
});

/** `lotus`, or `london/lotus` where the map's own site is another. */
const RoomName = z
  .string()
  .regex(/^([a-z0-9][a-z0-9-]{0,62}\/)?[a-z0-9][a-z0-9-]{0,62}$/, "must be a room, or site/room, of a-z, 0-9 and -");

const DeviceConfig = z.strictObject({
  room: RoomName.describe("The room it is in; `site/room` where it is not of the map's site."),
  device: Id.refine((name) => !RESERVED_DEVICES.includes(name), "is a word of the wire: choose another name")
    .optional()
    .describe("Its name in the room; made from its own name unless given."),
  use: z
    .enum(["room_air", "gear"])
    .default("room_air")
    .describe("Whether its climate metrics speak for the room's air; the room card's word comes first."),
  every_min: z.number().positive().max(10_080).optional().describe("How often it reports; learned unless given."),
});

/** Which vendor listens to which topics, and what of it is known beforehand. */
export const SubscriptionMap = z.strictObject({
  vendor: z.enum(vendors).describe("Whose messages they are, or `custom`."),
  name: Id.refine((name) => name !== GATEWAY_AGENT && name !== WIRE_SOURCE, "is Greenroom's own name")
    .optional()
    .describe(
      "What the map is called: the agent that speaks for its devices, and the key with which its gear signs in. The vendor's name unless given.",
    ),
  site: Id.optional().describe("The site of its devices; the configuration's `site` unless given."),
  filter: z
    .union([Filter, z.array(Filter).min(1).max(32)])
    .optional()
    .describe("One MQTT filter or several; the vendor's usual ones unless given."),
  base: z.string().min(1).max(64).optional().describe("The first level of the vendor's topics, where it was changed."),
  zone: z
    .string()
    .max(64)
    .optional()
    .describe("IANA zone of times that devices tell without one; without it such times are not used."),
  broker: BrokerConfig.optional().describe("A broker of its own; Greenroom's unless given."),
  every_min: z
    .number()
    .positive()
    .max(10_080)
    .optional()
    .describe("How often its devices report; learned from each device unless given."),
  host_id: Id.optional().describe(
    "Sparkplug: the name of this host application. With it the host's state is told, so that edge nodes know that somebody listens.",
  ),
  mapping: Mapping.optional().describe("With `vendor: custom`: how its messages are read."),
  devices: z
    .record(z.string().min(1).max(200), DeviceConfig)
    .optional()
    .describe("By the vendor's own name or address. Further devices wait to be claimed."),
  ignore: z.array(z.string().min(1).max(200)).max(1_000).optional().describe("Devices that are nobody's business."),
});
export type SubscriptionMap = z.infer<typeof SubscriptionMap>;

export const mapName = ({ name, vendor }: Pick<SubscriptionMap, "name" | "vendor">): string => name ?? vendor;

/** `translate:` of `greenroom.yaml`. */
export const TranslateConfig = z
  .array(SubscriptionMap)
  .max(32)
  .superRefine((maps, context) => {
    const names = new Set<string>();
    for (const [i, map] of maps.entries()) {
      const name = mapName(map);
      if (names.has(name))
        context.addIssue({ code: "custom", path: [i], message: `two maps are called ${name}: give one another name` });
      names.add(name);
      for (const [path, message] of customFaults(map)) context.addIssue({ code: "custom", path: [i, path], message });
      for (const [device, place] of doubledPlaces(map))
        context.addIssue({
          code: "custom",
          path: [i, "devices", device],
          message: `${place} is another device's: give it a name of its own (device:)`,
        });
      if (map.zone !== undefined && !isZone(map.zone))
        context.addIssue({ code: "custom", path: [i, "zone"], message: `"${map.zone}" is not an IANA time zone` });
    }
  });

/** A mapping stands beside `vendor: custom` and nowhere else; such gear has no usual topics. */
function customFaults({ vendor, mapping, filter }: SubscriptionMap): [path: string, why: string][] {
  if (vendor !== CUSTOM) return mapping === undefined ? [] : [["mapping", "belongs to `vendor: custom` alone"]];
  return [
    ...(mapping === undefined ? [["vendor", "custom needs a `mapping:`"] as [string, string]] : []),
    ...(filter === undefined ? [["vendor", "custom needs a `filter:`"] as [string, string]] : []),
  ];
}

/** Devices whose place an earlier one of the map has. */
function doubledPlaces({ site, devices }: SubscriptionMap): [device: string, place: string][] {
  const seen = new Set<string>();
  return Object.entries(devices ?? {}).flatMap(([name, { room, device }]): [string, string][] => {
    const place = `${room.includes("/") ? room : `${site ?? ""}/${room}`}/${device ?? deviceId(name)}`;
    if (seen.has(place)) return [[name, place]];
    seen.add(place);
    return [];
  });
}

/** A device's name in its room, made from the vendor's. */
export function deviceId(name: string): string {
  const id = slug(name);
  return isId(id) && !RESERVED_DEVICES.includes(id) ? id : `device-${crc32(name).toString(16)}`;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
