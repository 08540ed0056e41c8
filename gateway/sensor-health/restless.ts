import { type Episode, openEpisode } from "./episode.ts";
import type { MetricTraits } from "./metric-traits.ts";

/** How long a series has not come to rest. JSON. */
export interface RestlessHealth {
  /** First report above rest; 0 at rest. */
  from: number;
  /** Of the time since, what nobody saw. */
  unseenMs: number;
  reports: number;
  low: number;
  high: number;
  open?: Episode | undefined;
}

export const newRestlessHealth = (): RestlessHealth => ({
  from: 0,
  unseenMs: 0,
  reports: 0,
  low: 0,
  high: 0,
  open: undefined,
});

const REPORTS = 20;

/** `stuck`: never at rest by day and night alike: light that is never dark, motion that never stops. */
export function judgeRestless(
  health: RestlessHealth,
  metric: string,
  restless: NonNullable<MetricTraits["restless"]>,
  { value, at }: { value: number; at: number },
): Episode | undefined {
  if (value <= restless.above) {
    health.from = 0;
    const ended = health.open;
    if (ended !== undefined) {
      ended.to = at;
      health.open = undefined;
    }
    return ended;
  }
  if (health.from === 0) {
    health.from = at;
    health.unseenMs = 0;
    health.reports = 0;
    health.low = value;
    health.high = value;
  }
  health.reports += 1;
  health.low = Math.min(health.low, value);
  health.high = Math.max(health.high, value);
  if (health.open !== undefined) {
    health.open.last = at;
    health.open.reports = health.reports;
    health.open.usual = health.low;
    health.open.worst = health.high;
    return undefined;
  }
  if (at - health.from - health.unseenMs < restless.floor || health.reports < REPORTS) return undefined;
  const open = openEpisode("stuck", metric, health.from, 0.9);
  open.last = at;
  open.reports = health.reports;
  open.usual = health.low;
  open.worst = health.high;
  health.open = open;
  return open;
}
