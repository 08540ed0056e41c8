import type { Alert } from "#contract/messages/alert.ts";
import type { Instant } from "#contract/units.ts";
import { chanceToMend } from "./benefit.ts";
import type { Finding } from "./finding.ts";

/** A move costs the host a walk and the client a doubt: it must gain at least this much chance. */
const LEAST_GAIN = 0.3;
/** Where nobody has said that they are at it, the remedy is only half believed. */
const UNCONFIRMED = 0.5;
/** With no other room in sight, the host is told from here on. */
const POOR = 0.5;

/** Whether offering another room is worth more than leaving the visit where it is, with the remedy that may be under way. */
export function movePays(alert: Alert, { members: [first] }: Finding, now: Instant): boolean {
  const confidence = alert.status === "acknowledged" ? 1 : UNCONFIRMED;
  const own = 1 - first.risk * (1 - confidence * chanceToMend(first, now));
  const other = alert.alternatives?.find((each) => each.displaces === 0);
  return other === undefined ? own < POOR : other.p_ready * other.fit >= own + LEAST_GAIN;
}
