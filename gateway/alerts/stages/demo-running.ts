import { later } from "#contract/units.ts";
import { allMutedUntil } from "./all-muted.ts";
import type { Stage } from "./stage.ts";

/** Nobody is sent into a room with a client in it for something that can wait; and the visit that has begun is past warning. */
export const demoRunning: Stage = {
  reason: "demo-running",
  holds: "alert",
  decide({ rooms, actBy, policy, now }) {
    const canWait = actBy > later(now, policy.guard);
    const until = allMutedUntil(rooms, (room) => (room.isOwnVisit === true || canWait ? room.visitUntil : undefined));
    return until === undefined ? undefined : { note: "a visit is running", until };
  },
};
