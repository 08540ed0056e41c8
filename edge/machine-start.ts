import { readFileSync } from "node:fs";

/** Linux tells one start of a machine from another; elsewhere readings of earlier runs keep the times that they have. */
export function machineStart(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}
