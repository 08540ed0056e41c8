import { earlier, type Instant } from "#contract/units.ts";
import { allMutedUntil } from "./all-muted.ts";
import type { Stage } from "./stage.ts";

/** Nobody is sent into a room with a client in it for something that can wait; and the visit that has begun is past warning. */
export const demoRunning: Stage = {
  reason: "demo-running",
  holds: "alert",
  decide({ rooms, actBy, policy, now }) {
    const waitsUntil = earlier(actBy, policy.guard);
    const until = allMutedUntil(rooms, ({ visitUntil, isOwnVisit }) => {
      if (visitUntil === undefined || isOwnVisit === true) return visitUntil;
      return waitsUntil > now ? (Math.min(visitUntil, waitsUntil) as Instant) : undefined;
    });
    return until === undefined ? undefined : { note: "a visit is running", until };
  },
};
