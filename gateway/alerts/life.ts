import type { Alert, AlertMember } from "#contract/messages/alert.ts";
import { earlier, type Instant, later, rfc3339 } from "#contract/units.ts";
import { benefitOf } from "./benefit.ts";
import { reachedAt, type Step } from "./escalation.ts";
import { at, type Finding, type Member } from "./finding.ts";
import { record } from "./history.ts";
import { localTime } from "./local-time.ts";
import type { AlertPolicy } from "./policy.ts";
import { priorityOf } from "./priority.ts";
import { isShared } from "./topology.ts";
import { sentenceOf, titleOf } from "./words.ts";

const MOST_MEMBERS = 200;
/** An act-by that moves by less is the forecast breathing, not news for the history. */
const NOTABLE_MOVE_MS = 5 * 60_000;

const memberOnWire = (member: Member): AlertMember => ({
  room: member.roomKey,
  demo: member.demo,
  title: member.account ?? member.title,
  arrival: rfc3339(member.arrival),
  end: rfc3339(member.end),
  act_by: rfc3339(member.actBy),
  p_ready: member.cause.p_ready,
});

/** What an alert says of its finding, as it is now; a room that is kept for a visit stays kept. */
function factsOf(finding: Finding, now: Instant, before?: Alert) {
  const [first] = finding.members;
  return {
    at: rfc3339(now),
    cause: finding.cause,
    title: titleOf(finding, now),
    sentence: sentenceOf(finding, now),
    demo: first.demo,
    demo_title: first.title,
    arrival: rfc3339(first.arrival),
    rooms: [...new Set(finding.members.map((member) => member.roomKey))].toSorted(),
    priority: priorityOf(first.actBy, now),
    act_by: rfc3339(first.actBy),
    p_ready: Math.min(...finding.members.map((member) => member.cause.p_ready)),
    steps: first.cause.steps,
    benefit: benefitOf(finding.members, now),
    members: finding.members.slice(0, MOST_MEMBERS).map((member) => {
      const kept = before?.members?.find(({ room, demo }) => room === member.roomKey && demo === member.demo);
      const alternative = kept?.alternative;
      return { ...memberOnWire(member), ...(alternative !== undefined && { alternative }) };
    }),
  };
}

/** A new alert. */
export function raised(finding: Finding, id: string, held: Record<string, number>, now: Instant): Alert {
  const alert: Alert = {
    id,
    ...factsOf(finding, now),
    status: "open",
    raised_at: rfc3339(now),
    level: 0,
    notifications: [],
    history: [],
    held,
    episode: 0,
    reached: { raised: rfc3339(now) },
  };
  return record(alert, now, { event: "raised", note: alert.title });
}

/** The same key again within a day: the same alert, open again. */
export function reopened(alert: Alert, finding: Finding, now: Instant): Alert {
  const next: Alert = {
    ...alert,
    ...factsOf(finding, now),
    status: "open",
    assignee: undefined,
    level: 0,
    episode: (alert.episode ?? 0) + 1,
    reached: { raised: rfc3339(now) },
  };
  return record(next, now, { event: "reopened", note: next.title });
}

/** An open alert with what is known now. `news`: something that people should see at once; otherwise it can wait for the next publication. */
export function refreshed(
  alert: Alert,
  finding: Finding,
  policy: AlertPolicy,
  now: Instant,
): { alert: Alert; news: boolean } {
  const facts = factsOf(finding, now, alert);
  const notes = changes(alert, facts, finding, now);
  const news = notes.length > 0;
  const isSame = (["sentence", "title", "p_ready", "act_by"] as const).every((key) => alert[key] === facts[key]);
  if (!news && isSame) return { alert, news };
  const next: Alert = { ...alert, ...facts };
  if (alert.snoozed_until !== undefined) {
    const latest = earlier(at(facts.act_by), policy.guard);
    next.snoozed_until = rfc3339(Math.min(at(alert.snoozed_until), latest) as Instant);
  }
  return {
    alert: notes.length === 0 ? next : record(next, now, { event: "changed", note: notes.join("; ") }),
    news,
  };
}

function changes(alert: Alert, facts: ReturnType<typeof factsOf>, finding: Finding, now: Instant): string[] {
  const [first] = finding.members;
  const notes: string[] = [];
  if (alert.demo === facts.demo && alert.arrival !== facts.arrival)
    notes.push(`${facts.demo_title} moved to ${localTime(first.arrival, first.zone, now)}`);
  if (Math.abs(at(alert.act_by) - first.actBy) >= NOTABLE_MOVE_MS || alert.demo !== facts.demo)
    notes.push(`act by ${localTime(first.actBy, first.zone, now)} for ${facts.demo_title}`);
  if (alert.rooms.join() !== facts.rooms.join()) notes.push(`rooms: ${facts.rooms.join(", ")}`);
  if (alert.priority !== facts.priority) notes.push(`priority ${facts.priority}`);
  return notes;
}

/** One step further on the escalation. */
export function stepped(alert: Alert, step: Step, level: number, now: Instant): Alert {
  const next: Alert = {
    ...alert,
    level: Math.max(alert.level, level),
    reached: { ...alert.reached, [step]: rfc3339(now) },
  };
  switch (step) {
    case "woken":
      return record({ ...next, status: "open", snoozed_until: undefined }, now, { event: "woken" });
    case "past_act_by":
      return record(next, now, { event: "past_act_by", note: "the next remedy is due" });
    case "offer_move":
      return record(next, now, { event: "escalated", note: "offer the client another room" });
    case "lead":
      return record(next, now, { event: "escalated", note: "nobody has acknowledged it" });
    default:
      return next;
  }
}

/** The end of an episode, with its reason. */
export function resolved(alert: Alert, reason: string, now: Instant): Alert {
  const next: Alert = {
    ...alert,
    at: rfc3339(now),
    status: "resolved",
    snoozed_until: undefined,
    reached: { ...alert.reached, resolved: rfc3339(now) },
  };
  return record(next, now, { event: "resolved", note: reason });
}

/** A resolved alert keeps no room for anybody. */
export function withoutHolds(alert: Alert): Alert {
  const isHolding = alert.alternatives?.some((each) => each.held_until !== undefined) ?? false;
  if (!isHolding && alert.members?.some((each) => each.alternative !== undefined) !== true) return alert;
  return {
    ...alert,
    alternatives: alert.alternatives?.map((each) => ({ ...each, held_until: undefined })),
    members: alert.members?.map((each) => ({ ...each, alternative: undefined })),
  };
}

/** When a resolved alert leaves the wire: long enough that its return is a reopening, no longer than its visit can need it. */
export function closesAt(alert: Alert, policy: AlertPolicy): Instant {
  const end = reachedAt(alert, "resolved") ?? at(alert.at);
  const latest = later(end, policy.reopenWithin);
  if (isShared(alert.cause)) return latest;
  const visits = (alert.members ?? []).map((member) => at(member.end));
  const over = later(Math.max(end, ...visits) as Instant, policy.closeAfter);
  return Math.min(latest, over) as Instant;
}

/**
 * An alert as it is taken back from the wire after a restart. What was on its way then may have left: it is marked
 * unconfirmed, never sent again, and the next contact is told sooner. The alert itself where nothing was.
 */
export function restored(alert: Alert): Alert {
  if (!alert.notifications.some(({ state }) => state === "sending")) return alert;
  return {
    ...alert,
    notifications: alert.notifications.map((each) =>
      each.state === "sending"
        ? { ...each, state: "unconfirmed" as const, error: "the gateway was restarted while it was on its way" }
        : each,
    ),
  };
}
