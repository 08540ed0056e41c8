import { kindOf } from "../policy.ts";
import { allMutedUntil } from "./all-muted.ts";
import type { Stage } from "./stage.ts";

/** A maintenance window mutes messages, never the verdict. A visit booked into a window is not muted by it: that conflict is the news. */
export const inMaintenance: Stage = {
  reason: "in-maintenance",
  holds: "alert",
  decide({ cause, rooms }) {
    if (kindOf(cause) === "maintenance") return undefined;
    const until = allMutedUntil(rooms, (room) => room.maintenanceUntil);
    return until === undefined ? undefined : { note: "a maintenance window is open", until };
  },
};
