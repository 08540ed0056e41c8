import { earlier, type Instant } from "#contract/units.ts";
import type { AlertPolicy } from "./policy.ts";

/** When a snooze really ends: as asked, but at act-by minus guard at the latest; `undefined` when there is nothing left to sleep. */
export function snoozeEnd(asked: Instant, actBy: Instant, policy: AlertPolicy, now: Instant): Instant | undefined {
  const end = Math.min(asked, earlier(actBy, policy.guard)) as Instant;
  return end > now ? end : undefined;
}
