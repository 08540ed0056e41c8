import { isPlausible, type Metric, type MetricValue } from "#contract/metrics.ts";
import { type Instant, instant, type Millis } from "#contract/units.ts";
import { isFresh } from "./freshness.ts";
import type { Slot } from "./observed.ts";

/** Where a value comes from: identity and time of its reading. */
export interface Source {
  /** When it was measured, never later than it arrived. */
  at: Instant;
  /** When it arrived. */
  heardAt: Instant;
  boot: string | undefined;
  seq: number | undefined;
}

/**
 * What a value did to its slot. `confirmed`: a fresh slot heard the same again, so that only its age is another and whatever
 * was concluded from it still holds. `changed`: anything else that is news.
 */
export type Taken = "nothing" | "confirmed" | "changed";

/** Hears of each new value and says whether its sensor may be believed. */
export type Believes = (slot: Slot, value: MetricValue, at: Instant) => boolean;

export const newSlot = (device: string, metric: string, interval: Millis): Slot => ({
  device,
  metric,
  value: undefined,
  at: instant(0),
  changedAt: instant(0),
  boot: undefined,
  seq: undefined,
  interval,
  rejected: undefined,
  most: 0,
});

/**
 * Takes a value into its slot when it is newer than what is known. A value that cannot be true, or whose sensor is not
 * believed, is kept beside the last good one, which goes on ageing.
 */
export function takeValue(slot: Slot, metric: Metric, value: MetricValue, from: Source, believes: Believes): Taken {
  if (!isNews(slot, value, from)) return "nothing";
  const isBelieved = believes(slot, value, from.at);
  if (!isBelieved || !isPlausible(metric, value)) {
    if (slot.rejected !== undefined && from.at < slot.rejected.at) return "nothing";
    const since = slot.rejected !== undefined && slot.rejected.at >= slot.at ? slot.rejected.since : from.at;
    slot.rejected = { value, at: from.at, since };
    return "changed";
  }
  const isSame = slot.value === value && isFresh((from.heardAt - slot.at) as Millis, slot.interval);
  if (slot.value !== value) slot.changedAt = from.at;
  slot.value = value;
  slot.at = from.at;
  slot.boot = from.boot;
  slot.seq = from.seq;
  if (typeof value === "number" && value > slot.most) slot.most = value;
  return isSame ? "confirmed" : "changed";
}

/**
 * Later wins; of one instant the higher `seq`, and failing that a fixed order, so that neither the order of arrival nor a
 * second delivery ever matters.
 */
function isNews(slot: Slot, value: MetricValue, from: Source): boolean {
  if (slot.rejected !== undefined && from.at === slot.rejected.at) return false;
  if (slot.value === undefined || from.at > slot.at) return true;
  if (from.at < slot.at) return false;
  if (from.seq !== undefined && slot.seq !== undefined && from.boot === slot.boot) return from.seq > slot.seq;
  return String(value) > String(slot.value);
}
