import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { CardDevice, Demo, RoomCard } from "#contract/messages/room.ts";
import { type Instant, parseInstant } from "#contract/units.ts";
import { TRIAL_FAILED } from "../readiness/gear-check.ts";

/** A room as it was just judged. */
export interface RoomToTry {
  site: string;
  room: string;
  card: RoomCard;
  demos: readonly Demo[];
  readiness: RoomReadiness;
}

/** What each need is served by. */
const SERVES: Readonly<Record<string, readonly CardDevice["kind"][]>> = {
  display: ["display", "projector"],
  video_call: ["codec"],
  audio: ["codec"],
};

/** The devices that a visit needs and that its room's card allows to be controlled. */
export function gearToTry(card: RoomCard, { needs }: Demo): CardDevice[] {
  const wanted = new Set((needs.capabilities ?? card.capabilities).flatMap((need) => SERVES[need] ?? []));
  return card.devices.filter((device) => device.control === true && wanted.has(device.kind));
}

/**
 * Whether trying a device now would disturb: people are in the room (or nobody can tell) and it does not run anyway.
 */
export function wouldDisturb({ readiness }: RoomToTry, device: string): boolean {
  const check = readiness.now.checks.find((each) => each.check === "unoccupied");
  const isEmpty = check === undefined || check.outcome === "ready";
  const power = readiness.evidence.find((each) => each.device === device && each.metric === "power_state");
  return !isEmpty && !(power?.kind === "known" && power.value === "on");
}

/** How a device is for a visit, by the check that names it. */
export function stateOf({ readiness }: RoomToTry, demo: string, device: string): "well" | "broken" | undefined {
  const judged = readiness.demos.find((each) => each.demo === demo);
  const checks = judged?.verdict.checks.filter((check) => check.device === device) ?? [];
  if (checks.some((check) => check.outcome === "not_ready")) return "broken";
  return checks.some((check) => check.outcome === "ready") ? "well" : undefined;
}

/** Since when it has stood that a device failed when it was tried out; `undefined` when that does not stand. */
export function failedSince({ readiness }: RoomToTry, demo: string, device: string): Instant | undefined {
  const judged = readiness.demos.find((each) => each.demo === demo);
  const failed = judged?.verdict.checks.find((check) => check.device === device && check.code === TRIAL_FAILED);
  return failed === undefined ? undefined : parseInstant(failed.since);
}
