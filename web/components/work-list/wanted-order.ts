import type { AlertView } from "#contract/api/views.ts";
import type { Place } from "./settle-order.ts";
import { isStandby } from "./standbys.ts";

export type Section = "visit" | "later" | "snoozed";

export const sectionWords: Readonly<Record<Section, string>> = {
  visit: "By act-by",
  later: "Later — no visit needs it",
  snoozed: "Snoozed",
};
const sections: readonly Section[] = ["visit", "later", "snoozed"];

const sectionOf = (alert: AlertView): Section =>
  alert.status === "snoozed" ? "snoozed" : alert.demo === undefined ? "later" : "visit";

/**
 * The order in which work is best done: what a visit needs first, by act-by; ties by id, so that it never flickers. Where only
 * another room is kept, there is nothing to do.
 */
export function wantedOrder(alerts: readonly AlertView[]): Place[] {
  return alerts
    .filter((alert) => alert.status !== "resolved" && !isStandby(alert))
    .map((alert) => ({ id: alert.id, section: sectionOf(alert), actBy: Date.parse(alert.act_by) }))
    .toSorted(
      (a, b) =>
        sections.indexOf(a.section) - sections.indexOf(b.section) || a.actBy - b.actBy || (a.id < b.id ? -1 : 1),
    )
    .map(({ id, section }) => ({ id, section }));
}
