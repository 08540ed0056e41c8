import { earlier, later } from "#contract/units.ts";
import type { Stage } from "./stage.ts";

/** At most so many messages per contact and span: more than that nobody reads. What cannot wait (priority 1) is exempt. */
export const overBudget: Stage = {
  reason: "over-budget",
  holds: "message",
  decide({ message, priority, policy, now }) {
    if (message === undefined || priority === 1) return undefined;
    const { messages, per } = policy.budget;
    const within = message.recent.filter((at) => at > earlier(now, per));
    const oldest = within[within.length - messages];
    if (oldest === undefined) return undefined;
    return {
      note: `${message.contact} was sent ${within.length} messages in ${per / 60_000} min`,
      until: later(oldest, per),
    };
  },
};
