import type { Alert } from "#contract/messages/alert.ts";
import { earlier, type Instant, later, type Millis } from "#contract/units.ts";
import { at } from "./finding.ts";
import type { AlertPolicy } from "./policy.ts";
import { isStandby } from "./standby.ts";

/** The steps in which an alert is told, oldest news first. */
export const steps = ["raised", "woken", "lead", "past_act_by", "offer_move", "resolved"] as const;
export type Step = (typeof steps)[number];

/** The level of contacts that each step reaches. */
export const levelOf: Readonly<Record<Step, number>> = {
  raised: 0,
  woken: 0,
  lead: 1,
  past_act_by: 2,
  offer_move: 3,
  resolved: 0,
};

export const reachedAt = (alert: Alert, step: Step): Instant | undefined => {
  const text = alert.reached?.[step];
  return text === undefined ? undefined : at(text);
};

/**
 * The act-by clock. The lead: when nobody has acknowledged after half of the time left (5 min at most when it is urgent;
 * soon when the owner's message failed or may not have arrived, `troubledAt`). The owner of the next remedy: at act-by.
 * The offer of another room: 20 min before arrival. The last two also when acknowledged: they say something new.
 */
export function dueAt(
  alert: Alert,
  step: "lead" | "past_act_by" | "offer_move",
  troubledAt: Instant | undefined,
  policy: AlertPolicy,
): Instant | undefined {
  if (alert.status === "resolved" || reachedAt(alert, step) !== undefined) return undefined;
  // The host knows where to go: nothing more is to be done about it.
  if (isStandby(alert.cause)) return undefined;
  if (step === "past_act_by") return at(alert.act_by);
  if (step === "offer_move")
    return alert.arrival === undefined ? undefined : earlier(at(alert.arrival), policy.offerMove);
  if (alert.status !== "open") return undefined;
  const told = Math.max(at(alert.reached?.["raised"] ?? alert.raised_at), reachedAt(alert, "woken") ?? 0) as Instant;
  const half = Math.max((at(alert.act_by) - told) / 2, policy.shortestAnswer);
  const wait = alert.priority === 1 ? Math.min(half, policy.urgentAnswer) : half;
  const due = later(told, wait as Millis);
  return troubledAt === undefined ? due : (Math.min(due, later(troubledAt, policy.shortestAnswer)) as Instant);
}
