import { earlier, type Instant, later } from "#contract/units.ts";
import { kindOf } from "../policy.ts";
import type { Stage } from "./stage.ts";

/** The room's own panel asks first: nobody is called while that may still help and act-by leaves the time. */
export const nudged: Stage = {
  reason: "nudged",
  holds: "alert",
  decide({ nudgedSince, cause, actBy, policy, now }) {
    const patience = policy.nudge[kindOf(cause)];
    if (patience === undefined) return undefined;
    const early = earlier(actBy, patience.beforeActBy);
    const until =
      nudgedSince === undefined ? early : (Math.max(later(nudgedSince, patience.helpsWithin), early) as Instant);
    return now >= until ? undefined : { note: "the room's panel asks first", until };
  },
};
