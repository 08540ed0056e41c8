import type { Instant } from "#contract/units.ts";
import type { Device } from "../rooms/device.ts";
import type { Observed } from "../rooms/observed.ts";
import type { Part, Scene } from "./check.ts";

const CODES = {
  "agent-down": "AGENT_DOWN",
  "device-offline": "DEVICE_OFFLINE",
  rejected: "SENSOR_REJECTED",
  silent: "STALE",
  "never-reported": "NEVER_REPORTED",
} as const;

/** The name people know a device by. */
export const nameOf = (device: Device | undefined, id: string): string => device?.card?.name ?? id;

/** The finding for what is not known now: the same for every check, so that none can forget it. */
export function missingPart(scene: Scene, seen: Observed, own: { key: string; cause: string; thing: string }): Part {
  const device = scene.room.devices.get(seen.device);
  const name = nameOf(device, seen.device);
  return {
    key: own.key,
    outcome: "unknown",
    quality: 0,
    code: CODES[seen.missing ?? "silent"],
    cause: rootCause(scene, seen, own.cause),
    seen,
    device: seen.device,
    metric: seen.metric,
    ...(seen.slot?.value === undefined ? {} : { value: seen.slot.value }),
    say: () => sentence(scene, seen, { name, thing: own.thing, agent: device?.agent }),
  };
}

/** A dead agent or switch is one cause, whatever hangs on it. */
export function rootCause(scene: Scene, seen: Observed, own: string): string {
  const device = scene.room.devices.get(seen.device);
  if (seen.missing === "agent-down") return `agent:${device?.agent ?? "unknown"}`;
  if (seen.missing === "device-offline" && device !== undefined) {
    const upstream = scene.room.downSwitch(device);
    if (upstream !== undefined) return `switch:${upstream}`;
  }
  return (seen.missing === "silent" ? scene.outageOf(seen.device) : undefined) ?? own;
}

function sentence(
  scene: Scene,
  seen: Observed,
  about: { name: string; thing: string; agent: string | undefined },
): string {
  const since = (at: Instant): string => scene.words.since(at, scene.now);
  const last = seen.slot?.value === undefined ? "" : `; last report ${scene.words.time(seen.slot.at, scene.now)}`;
  switch (seen.missing) {
    case "agent-down":
      return `Can't tell ${about.thing}: agent ${about.agent ?? ""} is offline${since(seen.since)}${last}.`;
    case "device-offline":
      return `Can't tell ${about.thing}: ${about.name} does not answer${since(seen.since)}${last}.`;
    case "rejected":
      return `Can't tell ${about.thing}: ${about.name} reports values that can't be true${since(seen.since)}.`;
    case "never-reported":
      return `Can't tell ${about.thing}: ${about.name} has never reported.`;
    default:
      return `Can't tell ${about.thing}: ${about.name} is silent${since(seen.slot?.at ?? seen.since)}.`;
  }
}
