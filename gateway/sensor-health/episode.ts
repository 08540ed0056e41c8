import type { SensorFinding } from "#contract/messages/readiness.ts";

/** One spell of something wrong with a sensor, as it is remembered. JSON; instants in milliseconds. */
export interface Episode {
  kind: SensorFinding["kind"];
  metric: string;
  from: number;
  /** Absent while it lasts. */
  to?: number;
  /** The last report that showed it. */
  last: number;
  /** Reports that showed it. */
  reports: number;
  /** The value that shows it best. */
  worst?: number;
  /** What it should have been: the level, or the others. */
  usual?: number;
  confidence: number;
  /** Of an outage: who did it, and how much it took along. */
  cause?: string;
  devices?: number;
  rooms?: number;
}

export const openEpisode = (kind: Episode["kind"], metric: string, from: number, confidence: number): Episode => ({
  kind,
  metric,
  from,
  last: from,
  reports: 1,
  confidence,
});
