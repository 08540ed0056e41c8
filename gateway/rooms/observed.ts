import type { MetricValue } from "#contract/metrics.ts";
import type { Instant, Millis } from "#contract/units.ts";

/** What a device last said about one metric, and what is known about that word. */
export interface Slot {
  readonly device: string;
  readonly metric: string;
  /** The newest believable value; `undefined` while there is none. */
  value: MetricValue | undefined;
  /** When it was measured, never later than it arrived. */
  at: Instant;
  /** Since when the value has been this one. */
  changedAt: Instant;
  boot: string | undefined;
  seq: number | undefined;
  /** Expected time between reports. */
  interval: Millis;
  /** The newest value that no working sensor reports, and since when it reports such values. */
  rejected: { value: MetricValue; at: Instant; since: Instant } | undefined;
  /** The largest count ever seen here (cameras, microphones): what the room should have. */
  most: number;
}

/** Why a value cannot be had now, in the order in which one is told. */
type Missing = "agent-down" | "device-offline" | "rejected" | "silent" | "never-reported";

/**
 * A metric as it is known. `unreachable`: its agent or device is gone. `stale`: reports stopped while the link is up.
 * `rejected`: its sensor is not believed. None of them is ever ready.
 */
export interface Observed {
  kind: "known" | "stale" | "unreachable" | "unknown" | "rejected";
  device: string;
  metric: string;
  /** The last word, also when it is no longer known. */
  slot: Slot | undefined;
  /** Since when it is of this kind. */
  since: Instant;
  /** 1 fresh … 0 gone; 0 for every kind but `known`. */
  freshness: number;
  missing: Missing | undefined;
}
