import type { Alert } from "#contract/messages/alert.ts";
import { noteRepair } from "./repairs.ts";
import type { SiteLearner } from "./site-learner.ts";

/** Takes every word on an alert. When a person says that it is mended, that is how long the repair took. */
export function takeAlert(site: SiteLearner, alert: Alert): void {
  const repair = site.acts.takeAlert(alert);
  if (repair !== undefined) noteRepair(site, repair);
}
