import { MOST_UNCLAIMED, type Unclaimed, type UnclaimedDevice } from "#contract/messages/unclaimed.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { type Instant, instant, later, rfc3339, seconds } from "#contract/units.ts";

/** The last value of each metric, and when it was measured. */
export type LastValues = ReadonlyMap<string, { value: MetricValue; at: Instant }>;

interface Waiting {
  since: Instant;
  lastAt: Instant;
  heard: number;
  values: Map<string, { value: MetricValue; at: Instant }>;
  doubt: string | undefined;
  label: string | undefined;
}

/** What a device says while it waits. */
interface Heard {
  at: Instant;
  metrics: Readonly<Record<string, MetricValue | null>>;
  doubt?: string;
  label?: string;
}

const LONGEST_NAME = 200;
const LONGEST_TEXT = 64;
const MOST_METRICS = 24;
/** So that the list fits a broker's packets. */
const MOST_BYTES = 56 * 1024;
/** Names that were pushed out lately: counted once, and known again when they come back. */
const MOST_COUNTED = 2_000;
/** What was listed this shortly ago gives way only to one that has been heard as often. */
const GRACE = seconds(10);

/**
 * Devices that publish and belong to no room. Bounded: whoever floods it with invented names pushes out his own, because
 * what has spoken least, longest ago, goes first, and a device that goes on speaking stays.
 */
export class UnclaimedList {
  readonly #waiting = new Map<string, Waiting>();
  readonly #out = new Set<string>();

  get size(): number {
    return this.#waiting.size;
  }

  has(device: string): boolean {
    return this.#waiting.has(device);
  }

  /** A device has measured something. Returns whether the list now says something new. */
  hear(device: string, { at, metrics, doubt, label }: Heard, now: Instant): boolean {
    if (device === "" || device.length > LONGEST_NAME) return false;
    let waiting = this.#waiting.get(device);
    if (waiting === undefined) {
      if (this.#waiting.size >= MOST_UNCLAIMED && !this.#makeRoom(now)) return this.#count(device);
      // Who comes back after being pushed out is no invention.
      const heard = this.#out.delete(device) ? 1 : 0;
      waiting = { since: now, lastAt: now, heard, values: new Map(), doubt: undefined, label: undefined };
      this.#waiting.set(device, waiting);
    }
    waiting.heard += 1;
    waiting.lastAt = now;
    waiting.doubt = doubt;
    waiting.label = label ?? waiting.label;
    for (const [name, value] of Object.entries(metrics)) {
      if (value === null || (typeof value === "string" && value.length > LONGEST_TEXT)) continue;
      const known = waiting.values.get(name);
      if (known === undefined && waiting.values.size >= MOST_METRICS) continue;
      if (known === undefined || at >= known.at) waiting.values.set(name, { value, at });
    }
    return true;
  }

  /** What it measured last; nothing of one that is not listed. */
  values(device: string): LastValues {
    return this.#waiting.get(device)?.values ?? new Map();
  }

  forget(device: string): boolean {
    this.#out.delete(device);
    return this.#waiting.delete(device);
  }

  /** Puts back what an earlier run listed; what was heard since wins. */
  restore(list: Unclaimed): void {
    for (const each of list.devices) {
      if (this.#waiting.has(each.device) || this.#waiting.size >= MOST_UNCLAIMED) continue;
      this.#waiting.set(each.device, waitingOf(each));
    }
  }

  /** For the wire: those first that have waited longest. Cut to what fits. */
  toWire(title: string, now: Instant): Unclaimed {
    const devices: UnclaimedDevice[] = [];
    let bytes = 0;
    let left = this.#waiting.size;
    for (const [device, waiting] of this.#waiting) {
      const line = lineOf(device, waiting);
      bytes += JSON.stringify(line).length;
      if (bytes > MOST_BYTES) break;
      devices.push(line);
      left -= 1;
    }
    return { at: rfc3339(now), title, devices, more: left + this.#out.size };
  }

  #makeRoom(now: Instant): boolean {
    let least: [string, Waiting] | undefined;
    for (const entry of this.#waiting) if (least === undefined || isLess(entry[1], least[1])) least = entry;
    if (least === undefined) return false;
    const [device, { heard, lastAt }] = least;
    if (heard > 1 && now < later(lastAt, GRACE)) return false;
    this.#waiting.delete(device);
    this.#count(device);
    return true;
  }

  #count(device: string): boolean {
    this.#out.add(device);
    if (this.#out.size > MOST_COUNTED) this.#out.delete(this.#out.values().next().value as string);
    return true;
  }
}

/** Whether one has spoken less than the other: once only, or longer ago. */
function isLess(one: Waiting, other: Waiting): boolean {
  const isOnce = one.heard <= 1;
  return isOnce === other.heard <= 1 ? one.lastAt < other.lastAt : isOnce;
}

const lineOf = (device: string, { since, lastAt, heard, values, doubt, label }: Waiting): UnclaimedDevice => ({
  device,
  ...(label !== undefined && { label: label.slice(0, 128) }),
  since: rfc3339(since),
  last_at: rfc3339(lastAt),
  heard,
  values: Object.fromEntries([...values].map(([name, { value, at }]) => [name, { value, at: rfc3339(at) }])),
  ...(doubt !== undefined && { doubt: doubt.slice(0, 256) }),
});

const waitingOf = ({ since, last_at, heard, values, doubt, label }: UnclaimedDevice): Waiting => ({
  since: instant(Date.parse(since)),
  lastAt: instant(Date.parse(last_at)),
  heard,
  values: new Map(
    Object.entries(values)
      .slice(0, MOST_METRICS)
      .map(([name, { value, at }]) => [name, { value, at: instant(Date.parse(at)) }]),
  ),
  doubt,
  label,
});
