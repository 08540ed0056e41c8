import { earlier, type Instant, later } from "#contract/units.ts";
import { kindOf, riskToRaise } from "../policy.ts";
import type { Stage } from "./stage.ts";

/**
 * The room's own panel asks first: nobody is called while that may still help and act-by leaves the time. Nor is anybody sent to
 * reset a room that is still booked.
 */
export const nudged: Stage = {
  reason: "nudged",
  holds: "alert",
  decide({ nudgedSince, bookedUntil, cause, actBy, risk, policy, now }) {
    const patience = policy.nudge[kindOf(cause)];
    if (patience === undefined) return undefined;
    const asked = nudgedSince === undefined ? now : later(nudgedSince, patience.helpsWithin);
    const inUse = kindOf(cause) === "reset_visit" ? (bookedUntil ?? now) : now;
    const until = Math.max(asked, inUse, earlier(actBy, patience.beforeActBy)) as Instant;
    if (now < until) return { note: "the room's panel asks first", until };
    const isLeft = risk * (1 - patience.works) >= riskToRaise(policy, cause);
    return nudgedSince === undefined || isLeft ? undefined : { note: "the room's panel has asked, which mostly helps" };
  },
};
