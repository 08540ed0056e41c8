import type { AlertView } from "#contract/api/views.ts";
import type { Alternative } from "#contract/messages/alert.ts";

/** Another room is kept for a visit in case its own is not ready: nobody is sent anywhere, so it is not work. */
export const isStandby = (alert: Pick<AlertView, "cause">): boolean => alert.cause.startsWith("standby:");

/** The room that is kept for an alert's visit, else the best one that there is. */
export const keptRoom = ({ members, alternatives = [] }: AlertView): Alternative | undefined =>
  members?.find((member) => member.alternative !== undefined)?.alternative ??
  alternatives.find((one) => one.held_until !== undefined) ??
  alternatives[0];

/** The visits that another room is kept for, soonest first. */
export const standbysOf = (alerts: readonly AlertView[]): AlertView[] =>
  alerts
    .filter((alert) => isStandby(alert) && alert.status !== "resolved")
    .toSorted((a, b) => Date.parse(a.act_by) - Date.parse(b.act_by) || (a.id < b.id ? -1 : 1));
