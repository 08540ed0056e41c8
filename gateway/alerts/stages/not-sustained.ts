import { type Instant, later, type Millis } from "#contract/units.ts";
import type { Stage } from "./stage.ts";

/**
 * Silence is held back for 30 s and two reports more, so that what took the device along (its agent, its switch) is
 * heard first and told instead. Not beyond act-by, but 30 s in any case. What is known to be broken is not held.
 */
export const notSustained: Stage = {
  reason: "not-sustained",
  holds: "alert",
  decide({ isSilence, since, reportInterval, actBy, policy, now }) {
    if (!isSilence) return undefined;
    const reports = Math.min(reportInterval, policy.longestReport) * 2;
    const least = later(since, policy.parentHold);
    const until = Math.max(least, Math.min(later(least, reports as Millis), actBy)) as Instant;
    return now >= until ? undefined : { note: "waiting whether more falls silent", until };
  },
};
