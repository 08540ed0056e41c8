import type { Alert, AlertReply } from "#contract/messages/alert.ts";
import { type Instant, parseInstant, rfc3339 } from "#contract/units.ts";
import { at } from "./finding.ts";
import { record } from "./history.ts";
import type { AlertPolicy } from "./policy.ts";
import { snoozeEnd } from "./snooze.ts";

const ended = (now: Instant, alert: Alert) => ({
  status: "resolved" as const,
  snoozed_until: undefined,
  reached: { ...alert.reached, resolved: rfc3339(now) },
});

const eventOf = {
  acknowledge: "acknowledged",
  assign: "assigned",
  snooze: "snoozed",
  resolve: "resolved",
} as const;

/**
 * What a person decided, applied to the alert and audited in its history. The same reply delivered twice counts once;
 * what comes after the alert is resolved changes nothing.
 */
export function applyReply(alert: Alert, reply: AlertReply, policy: AlertPolicy, now: Instant): Alert {
  const event = eventOf[reply.reply];
  const isKnown = alert.history.some((e) => e.event === event && e.at === reply.at && e.by === reply.by);
  if (isKnown || alert.status === "resolved") return alert;
  const audit = (next: Alert, note = reply.note): Alert =>
    record(next, now, {
      at: reply.at,
      event,
      by: reply.by,
      ...(note === undefined ? {} : { note }),
      ...(event === "resolved" && reply.found !== undefined && { found: reply.found }),
    });
  switch (reply.reply) {
    case "acknowledge":
      return audit({ ...alert, status: "acknowledged", snoozed_until: undefined });
    case "assign": {
      const assignee = reply.assignee ?? reply.by;
      const note = reply.note === undefined ? `to ${assignee}` : `to ${assignee}: ${reply.note}`;
      return audit({ ...alert, status: "acknowledged", snoozed_until: undefined, assignee }, note);
    }
    case "snooze": {
      const asked = reply.until === undefined ? at(alert.act_by) : (parseInstant(reply.until) ?? now);
      const end = snoozeEnd(asked, at(alert.act_by), policy, now);
      if (end === undefined) return audit(alert, "not snoozed: too little time is left until act-by");
      return audit({ ...alert, status: "snoozed", snoozed_until: rfc3339(end) }, `until ${rfc3339(end)}`);
    }
    default:
      return audit({ ...alert, ...ended(now, alert) });
  }
}
