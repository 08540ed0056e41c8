import { metrics } from "#contract/metrics.ts";
import type { Instant, Millis } from "#contract/units.ts";
import { millis, minutes, seconds } from "#contract/units.ts";
import { type Cadence, learnGap, newCadence, silenceLimit } from "./cadence.ts";
import { type Episode, openEpisode } from "./episode.ts";
import type { Series } from "./series.ts";

/** One device, and what is remembered of it. JSON but for the map of its series. */
export interface DeviceHealth {
  device: string;
  agent?: string | undefined;
  /** When it became known. */
  knownAt: number;
  /** Its last report; 0 when never heard. */
  heardAt: number;
  isSleeping: boolean;
  /** Seconds between reports, per metric, as it or the card tells. */
  told: Record<string, number>;
  /** The shortest of them; 0 when nothing is told. */
  toldMs: number;
  cadence: Cadence;
  series: Map<string, Series>;
  silent?: Episode | undefined;
  neverReported?: Episode | undefined;
  /** What ended within the last day. */
  past: Episode[];
}

export const newDevice = (device: string, at: number): DeviceHealth => ({
  device,
  agent: undefined,
  knownAt: at,
  heardAt: 0,
  isSleeping: false,
  told: {},
  toldMs: 0,
  cadence: newCadence(),
  series: new Map(),
  silent: undefined,
  neverReported: undefined,
  past: [],
});

const FALLBACK = minutes(1);
/** Of a device that never told its interval, silence is not judged before it has shown it. */
const UNTOLD_GRACE = minutes(30);
export const SHOWN_AFTER = 3;
/** Gear needs a while to come up. */
const FIRST_REPORT_GRACE = minutes(5);

/** Takes in what a device promises about its reports. */
export function takeIntervals(device: DeviceHealth, intervals: Readonly<Record<string, number>>): void {
  for (const [metric, interval] of Object.entries(intervals)) if (metrics.has(metric)) device.told[metric] = interval;
  const told = Object.values(device.told);
  device.toldMs = told.length === 0 ? 0 : seconds(Math.min(...told));
}

/** The silence after which this device counts as silent. */
export function deviceLimit(device: DeviceHealth): Millis {
  const told = device.toldMs === 0 ? undefined : millis(device.toldMs);
  const limit = silenceLimit(device.cadence, told, FALLBACK);
  return told === undefined && device.cadence.reports < SHOWN_AFTER ? millis(Math.max(limit, UNTOLD_GRACE)) : limit;
}

/** What is told when it happens: that nothing is told says nothing, unless the device promised to speak in between. */
const EVENTS: ReadonlySet<string> = new Set(["reset_pressed"]);

/** A button that never promised anything is silent until it is pressed. */
function speaksOnlyOfEvents({ toldMs, series }: DeviceHealth): boolean {
  if (toldMs !== 0 || series.size === 0) return false;
  for (const metric of series.keys()) if (!EVENTS.has(metric)) return false;
  return true;
}

/** When it will count as silent (or never reported) if nothing comes; undefined when nothing of that kind can happen. */
export function silentAt(device: DeviceHealth, listeningSince: number): number | undefined {
  if (device.isSleeping || device.silent !== undefined || device.neverReported !== undefined) return undefined;
  if (speaksOnlyOfEvents(device)) return undefined;
  const limit = deviceLimit(device);
  if (device.heardAt === 0) return Math.max(device.knownAt, listeningSince) + limit + FIRST_REPORT_GRACE;
  return Math.max(device.heardAt, listeningSince) + limit;
}

/** Opens what is due by now; returns it. */
export function noticeSilence(device: DeviceHealth, now: number, listeningSince: number): Episode | undefined {
  const due = silentAt(device, listeningSince);
  if (due === undefined || now <= due) return undefined;
  if (device.heardAt === 0) {
    device.neverReported = openEpisode("never_reported", "*", device.knownAt, 0.9);
    return device.neverReported;
  }
  device.silent = openEpisode("silent", "*", Math.max(device.heardAt, listeningSince), 0.95);
  return device.silent;
}

/** Takes in that it was heard; returns the silence that this ends, if any. */
export function hearDevice(device: DeviceHealth, at: Instant, listeningSince: number): Episode | undefined {
  // A gap that nobody looked at while it lasted is judged now.
  noticeSilence(device, at, listeningSince);
  const ended = device.silent ?? device.neverReported;
  device.silent = undefined;
  device.neverReported = undefined;
  if (ended !== undefined) ended.to = at;
  if (device.heardAt !== 0) learnGap(device.cadence, at - device.heardAt);
  device.heardAt = at;
  return ended;
}
