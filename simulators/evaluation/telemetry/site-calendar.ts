import { type Instant, instant } from "#contract/units.ts";
import type { Scenario } from "../scenario.ts";

/** A Monday; the zone of evaluated sites is UTC, so that nothing depends on a clock change that nobody asked for. */
const FIRST_DAY = Date.UTC(2026, 2, 2);
export const ZONE = "UTC";
const WORKING_DAYS = 5;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The instant of a minute of a working day; weekends lie between Friday and Monday. */
export function instantOf({ days }: Scenario, day: number, minute: number): Instant {
  const date = Math.floor(day / WORKING_DAYS) * 7 + (day % WORKING_DAYS);
  return instant(FIRST_DAY + date * DAY + Math.round((days.starts_at_min + minute) * MINUTE));
}

/** Minutes from the end of one day until the next begins, weekends included. */
export const nightOf = (scenario: Scenario, day: number): number =>
  (instantOf(scenario, day + 1, scenario.days.from_min) - instantOf(scenario, day, scenario.days.to_min)) / MINUTE;
