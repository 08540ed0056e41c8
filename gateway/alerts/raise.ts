import { earlier, type Instant, later, minutes } from "#contract/units.ts";
import type { Member } from "./finding.ts";
import { type AlertPolicy, kindOf, riskToRaise } from "./policy.ts";
import { isStandby } from "./standby.ts";

/** What a calendar or a card says: waiting teaches nothing of it. */
const PLANNED = new Set(["conflict", "maintenance", "capacity", "capability", "access"]);

/** What five minutes more for those who are called are worth, where saving a visit is worth 1: slow healing is not waited for. */
const MARGIN = 0.005;

/** However much waiting would teach: nearer to arrival nobody comes in time. */
const LAST_CALL = minutes(5);

/** Whether to raise now; otherwise when to look again, if time alone could change it. */
export type RaiseDecision = { raise: true } | { raise: false; lookAgain?: Instant };

/**
 * Raises when waiting no longer pays: the risk is worth a call, and either act-by is near, or the risk is so high that
 * waiting teaches nothing more. Early for slow remedies, late for quick ones. `sureSince`: since when the risk has been that high.
 */
export function decideRaise(
  member: Pick<Member, "risk" | "actBy" | "cause"> & Partial<Pick<Member, "arrival">>,
  sureSince: Instant | undefined,
  policy: AlertPolicy,
  now: Instant,
): RaiseDecision {
  if (member.risk < riskToRaise(policy, member.cause.cause)) return { raise: false };
  if (isStandby(member.cause.cause)) {
    const from = earlier(member.actBy, policy.offerMove);
    if (now < from) return { raise: false, lookAgain: from };
    return now < member.actBy ? { raise: true } : { raise: false };
  }
  const nearFrom = earlier(member.actBy, policy.guard);
  if (now >= nearFrom) {
    const last = waitsUntil(member, policy);
    return last === undefined || now >= last ? { raise: true } : { raise: false, lookAgain: last };
  }
  if (member.risk < policy.sureRisk || sureSince === undefined) return { raise: false, lookAgain: nearFrom };
  const isCertain = member.risk >= policy.certainRisk || PLANNED.has(kindOf(member.cause.cause));
  const earliest = isCertain ? now : earlier(member.actBy, policy.sureWithin);
  const sureFrom = Math.max(later(sureSince, policy.sustained), earliest) as Instant;
  if (now >= sureFrom) return { raise: true };
  return { raise: false, lookAgain: Math.min(nearFrom, sureFrom) as Instant };
}

/**
 * Until when waiting may pay although act-by is near: as long as it spares more false calls (what goes by itself meanwhile,
 * at the price of a call) than it loses visits. The forecast works both out anew with each judgement, so this is only the end of it.
 */
function waitsUntil(
  { cause, arrival }: Pick<Member, "cause"> & Partial<Pick<Member, "arrival">>,
  policy: AlertPolicy,
): Instant | undefined {
  const { waiting } = cause;
  if (waiting === undefined || arrival === undefined) return undefined;
  const pays = riskToRaise(policy, cause.cause) * waiting.teaches > waiting.costs + MARGIN;
  return pays ? earlier(arrival, LAST_CALL) : undefined;
}
