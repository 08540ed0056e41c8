import type { SensorFinding } from "#contract/messages/readiness.ts";
import { metrics, type MetricValue } from "#contract/metrics.ts";
import { hours, instant, type Instant, millis, rfc3339, seconds } from "#contract/units.ts";
import { silenceLimit } from "./cadence.ts";
import {
  deviceLimit,
  type DeviceHealth,
  hearDevice,
  newDevice,
  noticeSilence,
  SHOWN_AFTER,
  silentAt,
  takeIntervals,
} from "./device-health.ts";
import type { Episode } from "./episode.ts";
import { traits } from "./metric-traits.ts";
import { PeerLevels } from "./peer-levels.ts";
import { newRoomLife } from "./room-life.ts";
import { sentenceOf } from "./sentence.ts";
import {
  interruptSeries,
  isSeriesTrusted,
  newSeries,
  observeSeries,
  openEpisodes,
  type SeriesContext,
  type SeriesKind,
} from "./series.ts";
import { parseState, type SensorHealthState } from "./state.ts";
import type { SilenceWatch, WatchedDevice } from "./silence-watch.ts";

export interface SensorHealthOptions {
  /** `site/room`. */
  room: string;
  /** IANA zone in which sentences tell times; UTC unless given. */
  zone?: string;
  /** The site's watch, so that one outage is one cause, and drift is told from weather. */
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

/** How long an ended finding is still told. */
const TOLD = hours(24);
const PAST_AT_MOST = 40;
/** A flood of invented names must not fill the memory. */
const MOST_DEVICES = 400;
const NEVER = Number.MAX_SAFE_INTEGER;

const kinds = new Map<string, SeriesKind>(
  [...metrics.values()].map((metric) => [metric.name, { metric, traits: traits.get(metric.name) }]),
);

/**
 * What is wrong with one room's sensors, found online from what they say and when: a finding is about the sensor or its
 * link, never about the room. Pure: time is handed in, state is small and JSON.
 */
export class SensorHealth {
  zone: string;
  readonly #room: string;
  readonly #watch: SilenceWatch | undefined;
  readonly #devices = new Map<string, DeviceHealth>();
  /** What the detectors share; one object for all of them, because this runs for every value of every room. */
  readonly #context: SeriesContext;
  #changes = 0;
  #telling: DeviceHealth | undefined;
  #now = 0;
  #due = NEVER;
  /** Since when reports would have been heard: silence is not counted while nobody listened. */
  #listeningSince = 0;

  constructor(options: SensorHealthOptions) {
    this.#room = options.room;
    this.zone = options.zone ?? "UTC";
    this.#watch = options.watch;
    this.#context = {
      room: options.room,
      device: "",
      life: newRoomLife(),
      peers: options.watch?.peers ?? new PeerLevels(),
      tell: (episode) => this.#tell(this.#telling as DeviceHealth, episode),
    };
  }

  /** Grows whenever a finding appears, ends or changes: judge and publish again. */
  get revision(): number {
    return this.#changes + (this.#watch?.revision ?? 0);
  }

  /** Tells what devices the room has (from its card) or how one reports (from its state). Devices that are never told are learned. */
  know(devices: readonly KnownDevice[], at: Instant): void {
    for (const known of devices) {
      const device = this.#devices.get(known.device) ?? this.#add(known.device, at);
      if (device === undefined) continue;
      if (known.agent !== undefined) device.agent = known.agent;
      if (known.intervals_s !== undefined) takeIntervals(device, known.intervals_s);
      if (known.sleeping !== undefined) this.#setSleeping(device, known.sleeping, at);
      this.#watch?.known(this.#watched(device), deviceLimit(device));
    }
    this.#due = Math.min(this.#due, at);
  }

  /** No longer part of the room: forgotten with its findings. */
  forget(device: string): void {
    const known = this.#devices.get(device);
    if (known === undefined) return;
    this.#devices.delete(device);
    if (this.#telling === known) this.#telling = undefined;
    this.#watch?.forget(this.#watched(known));
    this.#changes += 1;
  }

  /** Nobody listened until now (a restart, a lost link): silence counts from here. */
  resume(at: Instant): void {
    this.#listeningSince = at;
    this.#due = at;
  }

  /**
   * One value of one device, in order of time; one that is not newer than the last is ignored. Returns whether the latest value of
   * this metric may be taken for the truth about the room.
   */
  observe(deviceId: string, metricName: string, value: MetricValue, at: Instant): boolean {
    const kind = kinds.get(metricName);
    if (kind === undefined) return true;
    // A report brings several values of one device.
    const device =
      this.#telling?.device === deviceId ? this.#telling : (this.#devices.get(deviceId) ?? this.#add(deviceId, at));
    if (device === undefined) return true;
    if (at > this.#now) this.#now = at;
    if (at > device.heardAt) this.#hear(device, at);
    let series = device.series.get(metricName);
    if (series === undefined) {
      series = newSeries();
      device.series.set(metricName, series);
    }
    if (at <= series.last) return isSeriesTrusted(series);
    if (series.silent !== undefined) {
      series.silent.to = at;
      interruptSeries(series, at - series.last);
      this.#tell(device, series.silent);
      series.silent = undefined;
    }
    this.#telling = device;
    this.#context.device = deviceId;
    observeSeries(series, kind, { value, at }, this.#context);
    return isSeriesTrusted(series);
  }

  /** Notices what is due by now: silence above all. */
  tick(now: Instant): void {
    if (now > this.#now) this.#now = now;
    if (now < this.#due) return;
    let due = NEVER;
    for (const device of this.#devices.values()) {
      const began = noticeSilence(device, now, this.#listeningSince);
      if (began !== undefined) this.#fallSilent(device, began, now);
      due = Math.min(due, silentAt(device, this.#listeningSince) ?? NEVER, this.#noticeMissing(device, now));
    }
    this.#due = due === NEVER ? NEVER : due + 1;
  }

  /** When `tick` has something to notice at the earliest. */
  dueAt(): Instant | undefined {
    return this.#due === NEVER ? undefined : instant(this.#due);
  }

  /** What lasts, and what ended in the last 24 h, oldest first. */
  findings(): SensorFinding[] {
    const findings: SensorFinding[] = [];
    for (const device of this.#devices.values()) {
      for (const episode of device.past) {
        if (this.#now - (episode.to as number) <= TOLD) findings.push(this.#describe(device, episode));
      }
      if (device.silent !== undefined) findings.push(this.#describe(device, device.silent));
      if (device.neverReported !== undefined) findings.push(this.#describe(device, device.neverReported));
      for (const series of device.series.values()) {
        for (const episode of openEpisodes(series)) findings.push(this.#describe(device, episode));
      }
    }
    return findings.toSorted(byBegin);
  }

  /** Whether the latest value of this metric may be taken for the truth about the room. */
  isBelievable(device: string, metric: string): boolean {
    const series = this.#devices.get(device)?.series.get(metric);
    return series === undefined || isSeriesTrusted(series);
  }

  toJSON(): SensorHealthState {
    return {
      version: 1,
      life: this.#context.life,
      due: this.#due,
      devices: [...this.#devices.values()].map((device) => ({ ...device, series: Object.fromEntries(device.series) })),
    };
  }

  /** Takes up what was kept; anything unreadable starts afresh. Call `resume` when reports were missed meanwhile. */
  static fromJSON(state: unknown, options: SensorHealthOptions): SensorHealth {
    const health = new SensorHealth(options);
    const kept = parseState(state);
    if (kept !== undefined) health.#restore(kept);
    return health;
  }

  #restore(state: SensorHealthState): void {
    this.#context.life = state.life;
    for (const kept of state.devices) {
      const device: DeviceHealth = { ...kept, series: new Map(Object.entries(kept.series)) };
      this.#devices.set(device.device, device);
      this.#now = Math.max(this.#now, device.heardAt);
      // A later spike extends the one that is told, so both must be the same.
      for (const [metric, series] of device.series) {
        const spike = series.values?.spike;
        const told = device.past.find((e) => e.kind === "spike" && e.metric === spike?.metric && e.from === spike.from);
        if (series.values !== undefined && told !== undefined) series.values.spike = told;
        const shift = series.drift?.closed;
        if (shift !== undefined)
          this.#context.peers.note({ ...shift, metric, room: this.#room, device: device.device });
      }
      this.#watch?.known(this.#watched(device), deviceLimit(device));
      const since = device.silent?.from;
      if (since !== undefined) this.#watch?.silent(this.#watched(device), instant(since), instant(this.#now));
    }
    this.#due = state.due ?? 0;
  }

  #add(id: string, at: Instant): DeviceHealth | undefined {
    if (this.#devices.size >= MOST_DEVICES) return undefined;
    const device = newDevice(id, at);
    this.#devices.set(id, device);
    this.#watch?.known(this.#watched(device), deviceLimit(device));
    this.#due = Math.min(this.#due, at);
    return device;
  }

  #setSleeping(device: DeviceHealth, sleeping: boolean, at: Instant): void {
    device.isSleeping = sleeping;
    const silent = device.silent;
    if (!sleeping || silent === undefined) return;
    device.silent = undefined;
    silent.to = at;
    this.#tell(device, silent);
    this.#watch?.heard(this.#watched(device), at);
  }

  #hear(device: DeviceHealth, at: Instant): void {
    const wasSilent = device.silent !== undefined;
    const ended = hearDevice(device, at, this.#listeningSince);
    // While its pace is being learned its silence may come to count sooner than was expected.
    if (device.cadence.reports <= SHOWN_AFTER) this.#due = Math.min(this.#due, at);
    if (ended === undefined) return;
    if (ended.kind !== "never_reported") {
      if (!wasSilent) this.#watch?.silent(this.#watched(device), instant(ended.from), at);
      this.#nameCause(device, ended);
      this.#watch?.heard(this.#watched(device), at);
      for (const series of device.series.values()) interruptSeries(series, at - ended.from);
    }
    this.#due = Math.min(this.#due, at);
    this.#tell(device, ended);
  }

  #fallSilent(device: DeviceHealth, began: Episode, now: Instant): void {
    this.#changes += 1;
    if (began.kind !== "silent") return;
    const watched = this.#watched(device);
    this.#watch?.known(watched, deviceLimit(device));
    this.#watch?.silent(watched, instant(began.from), now);
  }

  /** Metrics of the room's air and people that stopped coming from a device that speaks; returns when the next may. */
  #noticeMissing(device: DeviceHealth, now: Instant): number {
    if (device.isSleeping || device.silent !== undefined) return NEVER;
    let due = NEVER;
    for (const [name, series] of device.series) {
      if (series.silent !== undefined || !traits.has(name)) continue;
      const told = device.told[name];
      const fallback = metrics.get(name)?.interval ?? hours(1);
      const limit = silenceLimit(series.cadence, told === undefined ? undefined : seconds(told), fallback);
      // Twice as patient as with a device: other metrics prove that the link is there.
      const missingAt = Math.max(series.last, this.#listeningSince) + millis(2 * limit);
      if (now > missingAt && device.heardAt > series.last + limit && series.cadence.reports > 0) {
        series.silent = { kind: "silent", metric: name, from: series.last, last: now, reports: 0, confidence: 0.8 };
        this.#changes += 1;
      } else {
        due = Math.min(due, Math.max(missingAt, now + limit / 2));
      }
    }
    return due;
  }

  /** Keeps what ended, and counts whatever changed. */
  #tell(device: DeviceHealth, episode: Episode): void {
    this.#changes += 1;
    if (episode.to === undefined || device.past.includes(episode)) return;
    device.past = device.past.filter((past) => this.#now - (past.to as number) <= TOLD);
    if (device.past.length >= PAST_AT_MOST) device.past.shift();
    device.past.push(episode);
  }

  /** An outage that took the device along is the cause of its silence; once known it stays known. */
  #nameCause(device: DeviceHealth, episode: Episode): void {
    if (episode.metric !== "*" || (episode.kind !== "silent" && episode.kind !== "outage")) return;
    const outage = this.#watch?.causeOf(this.#watched(device), instant(episode.from));
    if (outage === undefined) return;
    episode.kind = "outage";
    episode.cause = outage.cause;
    episode.rooms = outage.rooms;
    episode.devices = outage.devices;
    episode.confidence = outage.confidence;
  }

  #describe(device: DeviceHealth, episode: Episode): SensorFinding {
    this.#nameCause(device, episode);
    return {
      device: device.device,
      metric: episode.metric,
      kind: episode.kind,
      from: rfc3339(instant(episode.from)),
      ...(episode.to === undefined ? {} : { to: rfc3339(instant(episode.to)) }),
      confidence: episode.confidence,
      sentence: sentenceOf(episode, device.device, this.zone),
      ...(episode.cause === undefined ? {} : { cause: episode.cause }),
    };
  }

  #watched(device: DeviceHealth): WatchedDevice {
    return { room: this.#room, device: device.device, agent: device.agent };
  }
}

/** Whatever order devices and metrics were heard in. */
const byBegin = (a: SensorFinding, b: SensorFinding): number =>
  compare(a.from, b.from) || compare(a.device, b.device) || compare(a.metric, b.metric) || compare(a.kind, b.kind);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
