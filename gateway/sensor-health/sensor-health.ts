import type { SensorFinding } from "#contract/messages/readiness.ts";
import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";
import type { SilenceWatch } from "./silence-watch.ts";

export interface SensorHealthOptions {
  /** `site/room`. */
  room: string;
  /** IANA zone in which sentences tell times; UTC unless given. */
  zone?: string;
  /** The site's watch, so that one outage is one cause. */
  watch?: SilenceWatch;
}

/** A device as the room card or its own state message describes it. */
export interface KnownDevice {
  device: string;
  agent?: string | undefined;
  /** Expected seconds between reports, per metric. */
  intervals_s?: Readonly<Record<string, number>> | undefined;
  /** Asleep on purpose: its silence means nothing. */
  sleeping?: boolean | undefined;
}

/**
 * What is wrong with one room's sensors, found online from what they say and when: a finding is about the sensor or its
 * link, never about the room. Pure: time is handed in, state is small and JSON.
 */
export class SensorHealth {
  /** Grows whenever a finding appears, ends or changes its kind: judge and publish again. */
  revision = 0;

  constructor(_options: SensorHealthOptions) {}

  /** Tells what devices the room has (from its card) or how one reports (from its state). Devices that are never told are learned. */
  know(_devices: readonly KnownDevice[], _at: Instant): void {}
  /** No longer part of the room: forgotten, its findings end. */
  forget(_device: string, _at: Instant): void {}
  /** One value of one device, in order of time; an older one than the last is ignored. */
  observe(_device: string, _metric: string, _value: MetricValue, _at: Instant): void {}
  /** Notices what is due by now: silence above all. */
  tick(_now: Instant): void {}
  /** When `tick` has something to notice at the earliest. */
  dueAt(): Instant | undefined {
    return undefined;
  }
  /** What lasts, and what ended in the last 24 h, oldest first. */
  findings(): SensorFinding[] {
    return [];
  }
  /** Whether the latest value of this metric may be taken for the truth about the room. */
  isBelievable(_device: string, _metric: string): boolean {
    return true;
  }
  toJSON(): SensorHealthState {
    return { version: 1 };
  }
  static fromJSON(_state: unknown, options: SensorHealthOptions): SensorHealth {
    return new SensorHealth(options);
  }
}

export interface SensorHealthState {
  version: 1;
}
