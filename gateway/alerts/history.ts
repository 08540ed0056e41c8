import type { Alert, AlertEvent } from "#contract/messages/alert.ts";
import { type Instant, rfc3339 } from "#contract/units.ts";

const MOST_EVENTS = 100;

/** Adds to an alert's history: bounded, the first event always kept. */
export function record(alert: Alert, now: Instant, event: Omit<AlertEvent, "at"> & { at?: string }): Alert {
  const entry: AlertEvent = { at: rfc3339(now), ...event };
  const [first, ...rest] = [...alert.history, entry];
  const history = first === undefined ? [entry] : [first, ...rest.slice(-(MOST_EVENTS - 1))];
  return { ...alert, history };
}
