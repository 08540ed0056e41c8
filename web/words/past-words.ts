import type { WhatIfAlert, WhatIfMessage } from "#contract/api/what-if.ts";
import { clockTime, durationWords } from "./time-words.ts";

const MINUTE_MS = 60_000;

/** How today's rules differ from what was: in one alert. */
export function differenceWords({ by_these_rules: now, as_it_was: then }: WhatIfAlert): string {
  if (then === undefined) return "only by today’s rules";
  if (now === undefined) return "not by today’s rules";
  const moved = Date.parse(now.raised_at) - Date.parse(then.raised_at);
  if (Math.abs(moved) < MINUTE_MS) return "at the same time";
  return `${durationWords(moved)} ${moved < 0 ? "earlier" : "later"}`;
}

/** "3 alerts by today's rules, 2 as it was: 1 in both, 2 only today, 1 only then." */
export function countWords(alerts: readonly WhatIfAlert[]): string {
  const today = alerts.filter((alert) => alert.by_these_rules !== undefined).length;
  const then = alerts.filter((alert) => alert.as_it_was !== undefined).length;
  const both = today + then - alerts.length;
  const all = today === 1 ? "1 alert" : `${today} alerts`;
  return `${all} by today’s rules; ${then} then. In both: ${both}; only today: ${today - both}; only then: ${then - both}.`;
}

const people: Readonly<Record<string, string>> = {
  facilities: "facilities",
  lead: "the lead",
  remedy: "owner of the remedy",
  host: "the host",
};
const TELLS: ReadonlySet<string> = new Set(["raised", "reopened", "lead", "past_act_by", "offer_move", "woken"]);

/** "facilities 09:10, the lead 09:22": who would have been told, and when for the first time. */
export function toldWords(messages: readonly WhatIfMessage[], alert: WhatIfAlert): string {
  const first = new Map<string, string>();
  for (const { alert: id, to, at, event } of messages)
    if (id === alert.id && TELLS.has(event) && !first.has(to)) first.set(to, at);
  return [...first].map(([to, at]) => `${people[to] ?? to} ${clockTime(Date.parse(at), alert.zone)}`).join(", ");
}
