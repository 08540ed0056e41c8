import type { Instant } from "#contract/units.ts";

/** What can go wrong in a simulated room, by name. */
export const faultNames = [
  "heating-stuck-on",
  "climate-off",
  "ventilation-off",
  "sensor-stuck",
  "sensor-silent",
  "sensor-lies-hot",
  "co2-uncalibrated",
  "codec-unregistered",
  "codec-silent",
  "camera-missing",
  "display-dead",
  "lamp-failing",
  "wrong-input",
  "meeting-overruns",
  "network-down",
] as const;
export type FaultName = (typeof faultNames)[number];

/** One fault in one room, from an instant until another. */
export interface Fault {
  room: string;
  fault: FaultName;
  from: Instant;
  to: Instant;
}

/** Which faults hold in a room at an instant. */
export function faultsAt(faults: readonly Fault[], room: string, at: Instant): ReadonlySet<FaultName> {
  const found = new Set<FaultName>();
  for (const fault of faults) {
    if (fault.room === room && fault.from <= at && at < fault.to) found.add(fault.fault);
  }
  return found;
}

export const isFaultName = (text: string): text is FaultName => faultNames.some((name) => name === text);
