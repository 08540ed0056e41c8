import type { Stage } from "./stage.ts";

/**
 * So many messages per contact and span: more than that nobody reads. What is worth most goes first, the rest waits and is
 * counted in what goes. What cannot wait (priority 1) is exempt.
 */
export const overBudget: Stage = {
  reason: "over-budget",
  holds: "message",
  decide({ message, priority }) {
    if (message === undefined || priority === 1) return undefined;
    const { contact, allowance, ahead } = message;
    if (ahead < allowance.free) return undefined;
    const others = ahead === 0 ? "" : `, and ${ahead} of more use wait too`;
    return { note: `${contact} has been sent as much as anybody reads${others}`, until: allowance.nextAt };
  },
};
