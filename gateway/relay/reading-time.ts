import { hours, type Instant, minutes } from "#contract/units.ts";
import type { DeviceReading, VendorMessage } from "../translate/translation.ts";

/** What the broker has kept longer than this says nothing about now. */
export const KEPT_FOR = hours(24);
/** How far a device's clock may run ahead before its own time is not believed. */
const AHEAD = minutes(5);
/** What had waited for us and does not say when it was measured is dated when it comes, after an absence no longer than this. */
const SHORT_ABSENCE = minutes(10);

/** Whether a message says nothing about now: the broker had kept it, or it had waited for longer than one could overlook. */
export const isOld = (
  { retained, queued = false }: Pick<VendorMessage, "retained" | "queued">,
  { now, heardUntil }: { now: Instant; heardUntil: Instant | undefined },
): boolean => retained || (queued && (heardUntil === undefined || now - heardUntil > SHORT_ABSENCE));

/** When a reading was measured; nothing where that cannot be known, or is too long ago to be worth saying again. */
export function timeOf({ at, historical }: DeviceReading, isKept: boolean, now: Instant): Instant | undefined {
  if (at === undefined) return isKept || historical === true ? undefined : now;
  if (isKept && at < now - KEPT_FOR) return undefined;
  if (at <= now + AHEAD) return at;
  // A clock that runs ahead: what comes live was measured about now; when anything else was, nobody knows.
  return isKept || historical === true ? undefined : now;
}
