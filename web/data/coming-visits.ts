import type { DemoView } from "#contract/api/views.ts";
import { daysBetween, dayWords } from "../words/time-words.ts";

export interface VisitDay {
  day: string;
  demos: DemoView[];
}

/**
 * The visits that are not over, in order of time and by day. What the live feed tells wins over what was fetched, which
 * reaches further ahead.
 */
export function comingVisits(live: readonly DemoView[], fetched: readonly DemoView[], now: number): DemoView[] {
  const byId = new Map([...fetched, ...live].map((demo) => [demo.id, demo]));
  return [...byId.values()]
    .filter((demo) => Date.parse(demo.end) > now)
    .toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start) || (a.id < b.id ? -1 : 1));
}

export function byDay(demos: readonly DemoView[], now: number): VisitDay[] {
  const days = new Map<number, DemoView[]>();
  for (const demo of demos) {
    const day = daysBetween(now, Date.parse(demo.start), demo.zone);
    days.set(day, [...(days.get(day) ?? []), demo]);
  }
  return [...days.values()].map((some) => ({ day: nameOf(some[0], now), demos: some }));
}

function nameOf(first: DemoView | undefined, now: number): string {
  if (first === undefined) return "";
  const words = dayWords(Date.parse(first.start), now, first.zone);
  return words === "today" ? "Later today" : words.charAt(0).toUpperCase() + words.slice(1);
}
