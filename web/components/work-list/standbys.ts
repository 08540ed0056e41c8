import type { AlertView } from "#contract/api/views.ts";
import type { Alternative } from "#contract/messages/alert.ts";

/** Another room is kept for a visit in case its own is not ready: nobody is sent anywhere, so it is not work. */
export const isStandby = (alert: Pick<AlertView, "cause">): boolean => alert.cause.startsWith("standby:");

/** The room that is kept for an alert's visit, else the best one that there is. */
export const keptRoom = ({ members, alternatives = [] }: AlertView): Alternative | undefined =>
  members?.find((member) => member.alternative !== undefined)?.alternative ??
  alternatives.find((one) => one.held_until !== undefined) ??
  alternatives[0];

/** The visits that another room is kept for, soonest first; those whose own alert is work already stand there. */
export function standbysOf(alerts: readonly AlertView[]): AlertView[] {
  const open = alerts.filter((alert) => alert.status !== "resolved");
  const named = new Set(open.filter((alert) => !isStandby(alert)).flatMap(visitsOf));
  return open
    .filter((alert) => isStandby(alert) && !visitsOf(alert).every((visit) => named.has(visit)))
    .toSorted((a, b) => Date.parse(a.act_by) - Date.parse(b.act_by) || (a.id < b.id ? -1 : 1));
}

const visitsOf = ({ demo, members = [] }: AlertView): string[] => [
  ...new Set([...(demo === undefined ? [] : [demo]), ...members.map((member) => member.demo)]),
];
