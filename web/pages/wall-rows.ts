import type { DemoView } from "#contract/api/views.ts";
import { urgencyOf } from "../words/status-words.ts";
import { daysBetween } from "../words/time-words.ts";

export interface WallRows {
  rows: DemoView[];
  /** Today's visits for which there is no room on the screen; all of them are quiet as long as any are shown. */
  more: number;
}

/** Whether a visit is to be seen from afar: whatever is not simply ready or usable. */
export const isLoud = (demo: DemoView): boolean => urgencyOf(demo.status) <= urgencyOf("unknown");

/** Today's visits that are not over, by time. When they do not all fit, quiet ones give way, the latest first. */
export function wallRows(demos: readonly DemoView[], now: number, most: number): WallRows {
  const today = demos
    .filter((demo) => Date.parse(demo.end) > now && daysBetween(now, Date.parse(demo.start), demo.zone) === 0)
    .toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start) || (a.id < b.id ? -1 : 1));
  const chosen = new Set([...today.filter(isLoud), ...today.filter((demo) => !isLoud(demo))].slice(0, most));
  return { rows: today.filter((demo) => chosen.has(demo)), more: today.length - chosen.size };
}
