import type { Held, MessageFacts, Stage } from "./stage.ts";

/**
 * So many messages per contact and span: more than that nobody reads. What is worth most goes first, the rest waits and is
 * counted in what goes. What cannot wait (priority 1) is exempt.
 */
export const overBudget: Stage = {
  reason: "over-budget",
  holds: "message",
  decide({ message, priority }) {
    return message === undefined || priority === 1 ? undefined : waits(message);
  },
};

/** The same for word that something is over, whose cause is gone: whatever is wrong elsewhere goes first. */
export function holdsWordOfEnd(message: MessageFacts): Held | undefined {
  const held = waits(message);
  return held === undefined ? undefined : { reason: overBudget.reason, ...held };
}

function waits({ contact, allowance, ahead }: MessageFacts): Omit<Held, "reason"> | undefined {
  if (ahead < allowance.free) return undefined;
  const others = ahead === 0 ? "" : `, and ${ahead} of more use wait too`;
  return { note: `${contact} has been sent as much as anybody reads${others}`, until: allowance.nextAt };
}
