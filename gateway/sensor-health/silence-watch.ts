import type { PeerLevels } from "./peer-levels.ts";
import type { Instant, Millis } from "#contract/units.ts";

/** A device as the watch over a whole site knows it. */
export interface WatchedDevice {
  /** `site/room`. */
  room: string;
  device: string;
  /** The edge program that speaks for it, where known. */
  agent?: string | undefined;
}

/**
 * Who is told when a device falls silent and is heard again, and who says which outage took it along. `OutageWatch` is the
 * product's; a room's `SensorHealth` works without one.
 */
export interface SilenceWatch {
  /** The site's daily levels, so that drift is told from weather. */
  readonly peers?: PeerLevels;
  /** Grows whenever `causeOf` may answer something new. */
  readonly revision: number;
  /** A device is known; `limit` is the silence after which it counts as silent. */
  known(device: WatchedDevice, limit: Millis): void;
  /** No longer part of the site. */
  forget(device: WatchedDevice): void;
  /** It has not been heard since `since`. */
  silent(device: WatchedDevice, since: Instant, now: Instant): void;
  /** It speaks again. */
  heard(device: WatchedDevice, at: Instant): void;
  /** The cause that took it along when it fell silent at `since`, e.g. `agent:pi-3`. */
  causeOf(device: WatchedDevice, since: Instant): OutageCause | undefined;
}

export interface OutageCause {
  /** `agent:{agent}` or `site:{site}`. */
  cause: string;
  /** Rooms taken along so far. */
  rooms: number;
  devices: number;
  confidence: number;
}
