import type { Alert } from "#contract/messages/alert.ts";
import { type Instant, later, minutes, rfc3339 } from "#contract/units.ts";
import type { Agenda } from "./agenda.ts";
import { dueAt, levelOf, reachedAt } from "./escalation.ts";
import { at, type Finding } from "./finding.ts";
import { refreshed, stepped } from "./life.ts";
import { movePays } from "./move-pays.ts";
import type { AlertPolicy } from "./policy.ts";
import { nextPriorityAt } from "./priority.ts";
import { snoozeEnd } from "./snooze.ts";

const MOVE_LOOK = minutes(1);

export interface FollowContext {
  now: Instant;
  policy: AlertPolicy;
  /** Since when it is doubtful that the owner has been told. */
  troubledAt: Instant | undefined;
  agenda: Agenda;
}

/**
 * An open alert, brought up to now: act-by passed, facts refreshed, snooze ended, escalation advanced. Pure; what comes
 * due later goes into the agenda. `isNews`: people should see it at once, and not with the next publication.
 */
export function followed(alert: Alert, finding: Finding, context: FollowContext): { alert: Alert; isNews: boolean } {
  const { now, policy, agenda } = context;
  const passed = withActByPassed(alert, finding, now);
  // What the wire says of a visit stays as it is until the visit's room has been judged again.
  const isKnown = finding.members[0].isRestored !== true;
  const fresh = isKnown ? refreshed(passed, finding, policy, now) : { alert: passed, news: false };
  const woken = awake(fresh.alert, context);
  const next = escalated(woken, finding, context);
  agenda.add(nextPriorityAt(at(next.act_by), now));
  return { alert: next, isNews: passed !== alert || fresh.news || woken !== fresh.alert || next !== woken };
}

/** The advice may move on to the next remedy at the very moment that the first one's act-by passes: that moment counts. */
function withActByPassed(alert: Alert, finding: Finding, now: Instant): Alert {
  if (now < at(alert.act_by) || reachedAt(alert, "past_act_by") !== undefined) return alert;
  const [first] = finding.members;
  const isNextRemedy = first.cause.steps[0]?.remedy !== alert.steps[0]?.remedy;
  return first.actBy <= now || isNextRemedy ? stepped(alert, "past_act_by", levelOf.past_act_by, now) : alert;
}

function awake(alert: Alert, { now, policy, agenda }: FollowContext): Alert {
  if (alert.status !== "snoozed") return alert;
  const end = snoozeEnd(at(alert.snoozed_until ?? alert.at), at(alert.act_by), policy, now);
  if (end === undefined) return stepped(alert, "woken", levelOf.woken, now);
  agenda.add(end);
  return rfc3339(end) === alert.snoozed_until ? alert : { ...alert, snoozed_until: rfc3339(end) };
}

/** The lead and the offer of another room are of no use once the client has arrived. */
function escalated(alert: Alert, finding: Finding, { now, policy, troubledAt, agenda }: FollowContext): Alert {
  let next = alert;
  for (const step of ["lead", "past_act_by", "offer_move"] as const) {
    const due = dueAt(next, step, troubledAt, policy);
    const isTooLate = step !== "past_act_by" && next.arrival !== undefined && now >= at(next.arrival);
    if (due === undefined || isTooLate) continue;
    if (now < due) agenda.add(due);
    else if (step !== "offer_move" || movePays(next, finding, now)) next = stepped(next, step, levelOf[step], now);
    // Whether it pays changes with what is heard of the room, and as the time for mending it runs out.
    else agenda.add(later(now, MOVE_LOOK));
  }
  return next;
}
