import type { AlertView, DemoView } from "#contract/api/views.ts";
import { urgencyOf } from "../../words/status-words.ts";

/** Visits that are not as they should be, but about which nobody has to act yet: no open alert names them. */
export function watchedVisits(demos: readonly DemoView[], alerts: readonly AlertView[], now: number): DemoView[] {
  const named = new Set(alerts.flatMap((alert) => [alert.demo, ...(alert.members ?? []).map((one) => one.demo)]));
  const dueOf = (demo: DemoView): number => Date.parse(demo.readiness?.act_by ?? demo.arrival);
  return demos
    .filter(
      (demo) =>
        demo.readiness !== undefined &&
        urgencyOf(demo.status) <= urgencyOf("unknown") &&
        Date.parse(demo.arrival) > now &&
        !named.has(demo.id) &&
        demo.alerts.length === 0,
    )
    .toSorted((a, b) => dueOf(a) - dueOf(b) || (a.id < b.id ? -1 : 1));
}
