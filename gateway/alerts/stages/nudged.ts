import { earlier, type Instant, later } from "#contract/units.ts";
import { kindOf } from "../policy.ts";
import type { Stage } from "./stage.ts";

/**
 * The room's own panel asks first: nobody is called while that may still help and act-by leaves the time. Nor is anybody sent to
 * reset a room that is still booked.
 */
export const nudged: Stage = {
  reason: "nudged",
  holds: "alert",
  decide({ nudgedSince, bookedUntil, cause, actBy, policy, now }) {
    const patience = policy.nudge[kindOf(cause)];
    if (patience === undefined) return undefined;
    const asked = nudgedSince === undefined ? now : later(nudgedSince, patience.helpsWithin);
    const inUse = kindOf(cause) === "reset_visit" ? (bookedUntil ?? now) : now;
    const until = Math.max(asked, inUse, earlier(actBy, patience.beforeActBy)) as Instant;
    return now >= until ? undefined : { note: "the room's panel asks first", until };
  },
};
