import type { Stage } from "./stage.ts";

/** Somebody asked for quiet until then. */
export const snoozed: Stage = {
  reason: "snoozed",
  holds: "message",
  decide: ({ snoozedUntil, now }) =>
    snoozedUntil !== undefined && snoozedUntil > now ? { note: "snoozed", until: snoozedUntil } : undefined,
};
