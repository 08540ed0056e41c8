import type { DeviceState } from "#contract/messages/edge.ts";
import type { Reading } from "#contract/messages/reading.ts";
import type { Booking, Demo, MaintenanceWindow, RoomCard } from "#contract/messages/room.ts";
import { isPlausible, metrics, type MetricValue, wrongType } from "#contract/metrics.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { Agents } from "./agents.ts";
import { declares, type Device, expectedInterval, isMute, measuresRoomAir, newDevice, takeState } from "./device.ts";
import { freshness, staleFrom } from "./freshness.ts";
import type { Observed, Slot } from "./observed.ts";

/** A flood of invented names must not fill the memory: what comes beyond is not taken. */
const MOST_DEVICES = 400;
const MOST_SLOTS = 4_000;

/** Decides whether a sensor may be believed; out of range is decided here already. */
export type IsBelievable = (device: string, metric: string) => boolean;

/** A value that is news: told to whoever learns from it. */
export type OnValue = (slot: Slot, value: MetricValue, at: Instant) => void;

/** What is known of one room: its card, its visits, its devices and the newest word on each of their metrics. */
export class RoomState {
  readonly site: string;
  readonly room: string;
  readonly key: string;
  card: RoomCard | undefined;
  demos: readonly Demo[] = [];
  bookings: readonly Booking[] = [];
  windows: readonly MaintenanceWindow[] = [];
  readonly devices = new Map<string, Device>();
  readonly slots = new Map<string, Slot>();
  isBelievable: IsBelievable = () => true;
  onValue: OnValue = () => {};
  /** Readings that were older than what is known, or known already. */
  ignored = 0;
  readonly #agents: Agents;
  readonly #byMetric = new Map<string, Slot[]>();
  #ranked: Device[] = [];

  constructor(site: string, room: string, agents: Agents) {
    this.site = site;
    this.room = room;
    this.key = `${site}/${room}`;
    this.#agents = agents;
  }

  takeCard(card: RoomCard | undefined, now: Instant): void {
    this.card = card;
    for (const device of this.devices.values()) {
      device.card = undefined;
      device.rank = Number.MAX_SAFE_INTEGER;
    }
    for (const [rank, line] of (card?.devices ?? []).entries()) {
      const device = this.#device(line.device, now);
      if (device === undefined) continue;
      device.card = line;
      device.rank = rank;
      device.agent ??= line.agent;
      if (device.agent !== undefined) this.#agents.serves(this.site, device.agent, this.room);
    }
    this.#rank();
    this.#expect();
  }

  takeDeviceState(name: string, state: DeviceState | undefined, now: Instant): void {
    const device = this.#device(name, now);
    if (device === undefined) return;
    if (state === undefined) {
      device.state = undefined;
      device.intervals = undefined;
    } else {
      takeState(device, state, instant(Math.min(Date.parse(state.at), now)));
      if (device.agent !== undefined) this.#agents.serves(this.site, device.agent, this.room);
    }
    this.#expect();
  }

  /** Takes a live reading. Late ones are history's; older and repeated ones change nothing. Returns whether anything is new. */
  takeReading(name: string, reading: Reading, now: Instant): boolean {
    if (reading.late === true) return false;
    const device = this.#device(name, now);
    if (device === undefined) return false;
    const at = instant(Math.min(Date.parse(reading.at), now));
    if (reading.agent !== undefined && device.agent !== reading.agent) {
      device.agent = reading.agent;
      this.#agents.serves(this.site, reading.agent, this.room);
    }
    if (device.state === "offline" && at > device.stateSince) {
      device.state = "online";
      device.stateSince = at;
    }
    let isNews = false;
    for (const metric in reading.metrics) {
      const value = reading.metrics[metric];
      if (value === null || value === undefined) continue;
      if (this.#takeValue(device, metric, value, { at, boot: reading.boot, seq: reading.seq })) isNews = true;
    }
    if (!isNews) this.ignored += 1;
    return isNews;
  }

  /** How one metric of one device is known now. */
  observe(device: Device, metric: string, now: Instant): Observed {
    const slot = this.slots.get(`${device.device}/${metric}`);
    const found = { device: device.device, metric, slot, freshness: 0 };
    const downSince = device.agent === undefined ? undefined : this.#agents.downSince(this.site, device.agent);
    if (downSince !== undefined)
      return {
        ...found,
        kind: "unreachable",
        since: instant(Math.max(downSince, slot?.at ?? 0)),
        missing: "agent-down",
      };
    if (device.state === "offline") {
      return { ...found, kind: "unreachable", since: device.stateSince, missing: "device-offline" };
    }
    if (slot === undefined) return { ...found, kind: "unknown", since: device.knownSince, missing: "never-reported" };
    const left = slot.value === undefined ? 0 : freshness((now - slot.at) as never, slot.interval);
    const rejected = slot.rejected;
    if (!this.isBelievable(slot.device, slot.metric)) {
      return { ...found, kind: "rejected", since: rejected?.since ?? slot.changedAt, missing: "rejected" };
    }
    if (left > 0) return { ...found, kind: "known", since: slot.changedAt, freshness: left, missing: undefined };
    if (rejected !== undefined && freshness((now - rejected.at) as never, slot.interval) > 0) {
      return { ...found, kind: "rejected", since: rejected.since, missing: "rejected" };
    }
    return { ...found, kind: "stale", since: staleFrom(slot.at, slot.interval), missing: "silent" };
  }

  /** The best word on a metric of the room: the first device on the card that is known, else the first that should know. */
  best(metric: string, now: Instant): Observed | undefined {
    let best: Observed | undefined;
    for (const device of this.#ranked) {
      if (!measuresRoomAir(device) || !this.#offers(device, metric)) continue;
      const seen = this.observe(device, metric, now);
      if (seen.kind === "known" && seen.freshness === 1) return seen;
      if (best === undefined || seen.freshness > best.freshness) best = seen;
    }
    return best;
  }

  /** Whether any device of the room should tell this metric of the room. */
  offers(metric: string): boolean {
    return this.#ranked.some((device) => measuresRoomAir(device) && this.#offers(device, metric));
  }

  /** Whether this very device should tell this metric. */
  reports(device: Device, metric: string): boolean {
    return declares(device, metric) || this.slots.has(`${device.device}/${metric}`);
  }

  /** The card's devices of these kinds, in the card's order. */
  ofKind(...kinds: readonly string[]): Device[] {
    return this.#ranked.filter((device) => device.card !== undefined && kinds.includes(device.card.kind));
  }

  get ranked(): readonly Device[] {
    return this.#ranked;
  }

  /** The switch that has taken a device along: its own word, or half of what hangs on it is gone. */
  downSwitch(device: Device): string | undefined {
    const upstream = device.card?.upstream;
    if (upstream === undefined) return undefined;
    const own = this.devices.get(upstream);
    if (own?.state === "offline" || this.slots.get(`${upstream}/reachable`)?.value === false) return upstream;
    let members = 0;
    let gone = 0;
    for (const other of this.#ranked) {
      if (other.card?.upstream !== upstream) continue;
      members += 1;
      if (other.state === "offline") gone += 1;
    }
    return gone >= 2 && gone * 2 >= members ? upstream : undefined;
  }

  /** Puts back a slot that was remembered over a restart; anything newer wins. */
  restoreSlot(slot: Slot, now: Instant): void {
    const device = this.#device(slot.device, now);
    const key = `${slot.device}/${slot.metric}`;
    if (device === undefined || this.slots.has(key)) return;
    this.#keep(key, slot);
  }

  device(name: string, now: Instant): Device | undefined {
    return this.#device(name, now);
  }

  #offers(device: Device, metric: string): boolean {
    if (this.reports(device, metric)) return true;
    return metric === "temperature_c" && isMute(device) && !this.#hasSlots(device);
  }

  #hasSlots(device: Device): boolean {
    for (const slot of this.slots.values()) if (slot.device === device.device) return true;
    return false;
  }

  #takeValue(
    device: Device,
    name: string,
    value: MetricValue,
    from: { at: Instant; boot: string | undefined; seq: number | undefined },
  ): boolean {
    const metric = metrics.get(name);
    if (metric === undefined || wrongType(metric, value) !== undefined) return false;
    const key = `${device.device}/${name}`;
    let slot = this.slots.get(key);
    if (slot === undefined) {
      if (this.slots.size >= MOST_SLOTS) return false;
      slot = emptySlot(device, name);
      slot.interval = expectedInterval(device, metric);
      this.#keep(key, slot);
    }
    if (!isPlausible(metric, value)) {
      if (slot.rejected !== undefined && from.at <= slot.rejected.at) return false;
      const goesOn = slot.rejected !== undefined && slot.rejected.at > slot.at;
      slot.rejected = { value, at: from.at, since: goesOn ? (slot.rejected?.since ?? from.at) : from.at };
      this.onValue(slot, value, from.at);
      return true;
    }
    if (slot.value !== undefined && !isNewer(slot, value, from)) return false;
    if (slot.value !== value) slot.changedAt = from.at;
    slot.value = value;
    slot.at = from.at;
    slot.boot = from.boot;
    slot.seq = from.seq;
    if (typeof value === "number" && value > slot.most) slot.most = value;
    if (name === "power_state" && value === "on") device.wokenAt = from.at;
    this.onValue(slot, value, from.at);
    return true;
  }

  #keep(key: string, slot: Slot): void {
    this.slots.set(key, slot);
    const same = this.#byMetric.get(slot.metric);
    if (same === undefined) this.#byMetric.set(slot.metric, [slot]);
    else same.push(slot);
  }

  #device(name: string, now: Instant): Device | undefined {
    let device = this.devices.get(name);
    if (device === undefined) {
      if (this.devices.size >= MOST_DEVICES) return undefined;
      device = newDevice(name, now);
      this.devices.set(name, device);
      this.#rank();
    }
    return device;
  }

  #rank(): void {
    this.#ranked = [...this.devices.values()].toSorted((a, b) => a.rank - b.rank || (a.device < b.device ? -1 : 1));
  }

  #expect(): void {
    for (const slot of this.slots.values()) {
      const device = this.devices.get(slot.device);
      const metric = metrics.get(slot.metric);
      if (device !== undefined && metric !== undefined) slot.interval = expectedInterval(device, metric);
    }
  }
}

const emptySlot = (device: Device, metric: string): Slot => ({
  device: device.device,
  metric,
  value: undefined,
  at: instant(0),
  changedAt: instant(0),
  boot: undefined,
  seq: undefined,
  interval: 0 as never,
  rejected: undefined,
  most: 0,
});

/** Whether a value replaces what is known: later wins; of one instant the higher `seq`, and failing that a fixed order, so that the order of arrival never matters. */
function isNewer(
  slot: Slot,
  value: MetricValue,
  from: { at: Instant; boot: string | undefined; seq: number | undefined },
): boolean {
  if (from.at !== slot.at) return from.at > slot.at;
  if (from.seq !== undefined && slot.seq !== undefined && from.boot === slot.boot) return from.seq > slot.seq;
  return String(value) > String(slot.value);
}
