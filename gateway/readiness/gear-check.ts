import type { Outcome } from "#contract/messages/common.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { minutes } from "#contract/units.ts";
import { type Device, reports } from "../rooms/device.ts";
import type { Observed } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Part, Reads, Scene } from "./check.ts";
import { missingPart, nameOf, rootCause } from "./missing.ts";
import type { Dwell } from "./settle.ts";

/** Gear must be bad for three minutes to count, and good for two. */
export const GEAR_DWELL: Dwell = { enter: minutes(3), leave: minutes(2) };

/** One thing that gear said about itself. */
export interface Fault {
  outcome: "degraded" | "not_ready";
  code: string;
  metric: string;
  value: MetricValue;
  /** After the device's name: "is not registered". */
  says: string;
  /** After since when that is: ": no dial tone". */
  more?: string;
}

/** What a gear check asks of one device. */
export interface Gear {
  /** Begins the settle key and the cause: `display`, `codec` … */
  kind: string;
  key: string;
  /** Without a fresh word on at least one of these, nothing is known. */
  essential: readonly [string, ...string[]];
  thing: string;
  wellSays: string;
  /** A device that does not answer although its agent does is a fault of its own, not a gap in knowledge. */
  offlineIsFault: boolean;
  /** Metrics that show, by turning true, that it works again after it failed when it was tried out. */
  recoversBy?: readonly string[];
  /** The last words of the device, however old: a known fault never ages away. */
  faults(word: (metric: string) => MetricValue | undefined, device: Device): (Fault | undefined)[];
}

/** Of gear that failed when it was tried out. */
export const TRIAL_FAILED = "TRIAL_FAILED";

/** What a look at gear rests on. */
export const readsOf = (room: RoomState, devices: readonly Device[]): Reads => ({
  slots: room.slotsOf(devices),
  people: false,
});

/** Finds how one piece of gear is. */
export function lookAtGear(scene: Scene, device: Device, gear: Gear): Part {
  const own = { key: gear.key, cause: `${gear.kind}:${device.device}`, thing: gear.thing };
  const name = nameOf(device, device.device);
  const seen = freshest(scene, device, gear.essential);
  if (seen.missing === "device-offline" && gear.offlineIsFault && scene.room.downSwitch(device) === undefined) {
    return faultPart(scene, seen, own, {
      outcome: "not_ready",
      code: "DEVICE_OFFLINE",
      metric: seen.metric,
      value: "offline",
      says: "does not answer",
      name,
    });
  }
  if (seen.kind !== "known") return missingPart(scene, seen, own);
  const word = (metric: string): MetricValue | undefined => device.slots.get(metric)?.value;
  let worst: Fault | undefined;
  for (const fault of [failedTrial(device, seen, gear), ...gear.faults(word, device)]) {
    if (
      fault !== undefined &&
      (worst === undefined || (fault.outcome === "not_ready" && worst.outcome === "degraded"))
    ) {
      worst = fault;
    }
  }
  if (worst === undefined) {
    const well = { outcome: "ready", code: "OK", metric: seen.metric, value: seen.slot?.value ?? "" } as const;
    return { ...gearPart(scene, seen, own, well), quality: 1, say: () => `${name} ${gear.wellSays}.` };
  }
  return faultPart(scene, seen, own, { ...worst, name });
}

/** It was tried out before a visit and failed, and has not been seen working, or to recover, since. */
function failedTrial(
  { trial, wokenAt, slots }: Device,
  { metric, slot }: Observed,
  { recoversBy = [] }: Gear,
): Fault | undefined {
  if (trial === undefined || trial.ok || (wokenAt !== undefined && wokenAt > trial.at)) return undefined;
  for (const each of recoversBy) {
    const told = slots.get(each);
    if (told?.value === true && told.changedAt > trial.at) return undefined;
  }
  const told = { says: "has failed when tried out", ...(trial.text !== "" && { more: `: ${trial.text}` }) };
  return { outcome: "not_ready", code: TRIAL_FAILED, metric, value: slot?.value ?? "", ...told };
}

/** The freshest of the essential metrics that the device reports; the first of them when none was ever reported. */
function freshest(scene: Scene, device: Device, essential: Gear["essential"]): Observed {
  let best: Observed | undefined;
  for (const metric of essential) {
    if (!reports(device, metric)) continue;
    const seen = scene.room.observe(device, metric, scene.now);
    if (best === undefined || seen.freshness > best.freshness) best = seen;
  }
  return best ?? scene.room.observe(device, essential[0], scene.now);
}

type GearPart = Pick<Part, "key" | "outcome" | "code" | "cause" | "seen" | "dwell" | "device" | "metric" | "value">;

/** What is told of gear however it is. */
const gearPart = (
  scene: Scene,
  seen: Observed,
  own: { key: string; cause: string },
  { outcome, code, metric, value }: Pick<Fault, "code" | "metric" | "value"> & { outcome: Outcome },
): GearPart => ({
  key: own.key,
  outcome,
  code,
  cause: rootCause(scene, seen, own.cause),
  seen,
  dwell: GEAR_DWELL,
  device: seen.device,
  metric,
  value,
});

const faultPart = (
  scene: Scene,
  seen: Observed,
  own: { key: string; cause: string },
  found: Fault & { name: string },
): Part => ({
  ...gearPart(scene, seen, own, found),
  quality: found.outcome === "degraded" ? 0.5 : 0,
  say: (since) => `${found.name} ${found.says}${scene.words.since(since, scene.now)}${found.more ?? ""}.`,
});
