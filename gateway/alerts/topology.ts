import type { RoomCard } from "#contract/messages/room.ts";
import { kindOf } from "./policy.ts";

const shared: ReadonlySet<string> = new Set([
  "agent",
  "switch",
  "gateway",
  "broker",
  "link",
  "site",
  "floor",
  "power",
  "ahu",
]);

/** Whether a cause belongs to the site and not to one room: it is one alert, whatever it takes along. */
export const isShared = (cause: string): boolean => cause.includes(":") && shared.has(kindOf(cause));

/** `proj-1` of `display:proj-1`, `air` of `sensor:air/co2_ppm`. */
const entityOf = (cause: string): string | undefined => {
  const colon = cause.indexOf(":");
  return colon < 0 ? undefined : cause.slice(colon + 1).split("/", 1)[0];
};

/**
 * The causes that would explain this one, nearest first: switch over agent over device, air handler over room climate.
 * Silence is explained by what carries the data; a known fault (a lamp that reports its failure) is not.
 */
export function parentsOf(cause: string, card: RoomCard, isSilence: boolean): string[] {
  const kind = kindOf(cause);
  if (kind === "switch") return [];
  const parents: string[] = [];
  if (kind === "temperature" || kind === "co2" || kind === "humidity") {
    const ahu: unknown = card["ahu"];
    if (typeof ahu === "string") parents.push(`ahu:${ahu}`);
  }
  if (!isSilence) return parents;
  const entity = entityOf(cause);
  const devices =
    kind === "agent"
      ? card.devices.filter((device) => device.agent === entity)
      : card.devices.filter((device) => (entity === undefined ? device.room_air === true : device.device === entity));
  for (const device of devices) {
    if (kind !== "agent" && device.agent !== undefined) parents.push(`agent:${device.agent}`);
    if (device.upstream !== undefined) parents.push(`switch:${device.upstream}`);
  }
  return [...new Set(parents)];
}
