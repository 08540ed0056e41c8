import type { DeviceState } from "#contract/messages/edge.ts";
import type { Reading } from "#contract/messages/reading.ts";
import type { Booking, Demo, MaintenanceWindow, RoomCard } from "#contract/messages/room.ts";
import { metrics, type MetricValue, wrongType } from "#contract/metrics.ts";
import { type Instant, instant, type Millis } from "#contract/units.ts";
import type { Agents } from "./agents.ts";
import { type Device, expectedInterval, newDevice, takeState, tellsOfRoom } from "./device.ts";
import { freshness, staleFrom } from "./freshness.ts";
import type { Observed, Slot } from "./observed.ts";
import { type Believes, newSlot, type Source, takeValue } from "./slot.ts";

/** Of these the most ever seen is what a room has: one fewer is missing. */
const COUNTED: ReadonlySet<string> = new Set(["cameras_connected", "microphones_connected"]);
/** A flood of invented names must not fill the memory: what comes beyond is not taken. */
const MOST_DEVICES = 400;
const MOST_SLOTS = 4_000;
/** Devices that report for a room without being on its card: gear that waits to be claimed, not names that somebody makes up. */
const MOST_STRANGERS = 24;

/** What is known of one room: its card, its visits, its devices and the newest word on each of their metrics. */
export class RoomState {
  readonly site: string;
  readonly room: string;
  /** `site/room`. */
  readonly key: string;
  card: RoomCard | undefined;
  demos: readonly Demo[] = [];
  bookings: readonly Booking[] = [];
  windows: readonly MaintenanceWindow[] = [];
  readonly devices = new Map<string, Device>();
  believes: Believes = () => true;
  /** Hears of each value that was taken as true. */
  onValue: (slot: Slot, value: MetricValue) => void = () => {};
  /** Grows whenever something other than a value changes: what is asked of the room may change with it. */
  shape = 0;
  /** Readings that were older than what is known, or known already. */
  ignored = 0;
  /** Grows with what must outlive a restart at once: what a device has proved, or had the most of. */
  facts = 0;
  /** How often any slot was heard from: grows with each report that is news, also when it says the same again. */
  heard = 0;
  /** The slots whose word became another since whoever judges emptied this; those that only said the same again are left out. */
  readonly changed = new Set<Slot>();
  readonly #agents: Agents;
  readonly #slots: Slot[] = [];
  readonly #kinds = new Map<string, readonly Device[]>();
  readonly #tellersOf = new Map<string, readonly Device[]>();
  #tellersShape = -1;
  #ranked: readonly Device[] = [];

  constructor(site: string, room: string, agents: Agents) {
    this.site = site;
    this.room = room;
    this.key = `${site}/${room}`;
    this.#agents = agents;
  }

  /** Takes the card. Returns the devices that were on the last one and have left the room: nothing of them speaks for it any more. */
  takeCard(card: RoomCard | undefined, now: Instant): readonly string[] {
    const before = this.card?.devices ?? [];
    this.card = card;
    const stays = new Set(card?.devices.map(({ device }) => device));
    const gone = before.map(({ device }) => device).filter((device) => !stays.has(device));
    for (const device of gone) this.#forget(device);
    for (const device of this.devices.values()) {
      device.card = undefined;
      device.rank = Number.MAX_SAFE_INTEGER;
    }
    for (const [rank, line] of (card?.devices ?? []).entries()) {
      const device = this.device(line.device, now);
      if (device === undefined) continue;
      device.card = line;
      device.rank = rank;
      if (line.agent !== undefined) this.serve(device, device.agent ?? line.agent);
    }
    this.#reshape();
    return gone;
  }

  #forget(name: string): void {
    const slots = this.devices.get(name)?.slots;
    this.devices.delete(name);
    if (slots === undefined) return;
    for (const slot of slots.values()) {
      this.changed.delete(slot);
      this.#slots.splice(this.#slots.indexOf(slot), 1);
    }
    this.facts += 1;
  }

  takeDemos(demos: readonly Demo[], bookings: readonly Booking[]): void {
    this.demos = demos;
    this.bookings = bookings;
    this.shape += 1;
  }

  takeWindows(windows: readonly MaintenanceWindow[]): void {
    this.windows = windows;
    this.shape += 1;
  }

  takeDeviceState(name: string, state: DeviceState | undefined, now: Instant): void {
    const device = this.#heard(name, now);
    if (device === undefined) return;
    takeState(device, state, instant(Math.min(state === undefined ? now : Date.parse(state.at), now)));
    if (state?.agent !== undefined) this.serve(device, state.agent);
    this.#reshape();
  }

  /** Takes what trying a device out has shown: what woke has proved that it wakes, what did not is broken whatever it says. */
  takeTrial(name: string, trial: NonNullable<Device["trial"]>): void {
    const device = this.devices.get(name);
    if (device === undefined) return;
    device.trial = trial;
    if (trial.ok) device.wokenAt = instant(Math.max(device.wokenAt ?? 0, trial.at));
    this.#reshape();
  }

  /** Notes which agent speaks for a device. */
  serve(device: Device, agent: string): void {
    if (device.agent === agent) return;
    device.agent = agent;
    device.carrier = this.#agents.serves(this.site, agent, this.room);
    this.shape += 1;
  }

  /** Takes a live reading. Late ones are history's; older and repeated ones change nothing. Returns whether anything is new. */
  takeReading(name: string, reading: Reading, at: Instant, now: Instant): boolean {
    if (reading.late === true) return false;
    const device = this.#heard(name, now);
    if (device === undefined) return false;
    const from: Source = { at: instant(Math.min(at, now)), heardAt: now, boot: reading.boot, seq: reading.seq };
    if (reading.agent !== undefined) this.serve(device, reading.agent);
    if (device.state === "offline" && from.at > device.stateSince) {
      device.state = "online";
      device.stateSince = from.at;
      this.shape += 1;
    }
    let isNews = false;
    for (const metric in reading.metrics) {
      const value = reading.metrics[metric];
      if (value === null || value === undefined) continue;
      if (this.#takeValue(device, metric, value, from)) isNews = true;
    }
    if (!isNews) this.ignored += 1;
    return isNews;
  }

  /** How one metric of one device is known now. */
  observe(device: Device, metric: string, now: Instant): Observed {
    const slot = device.slots.get(metric);
    const seen: Observed = {
      kind: "known",
      device: device.device,
      metric,
      slot,
      since: now,
      freshness: 0,
      missing: undefined,
    };
    const downSince = this.#downSince(device);
    if (downSince !== undefined) {
      return missing(seen, "unreachable", instant(Math.max(downSince, slot?.at ?? 0)), "agent-down");
    }
    if (device.state === "offline") return missing(seen, "unreachable", device.stateSince, "device-offline");
    if (slot === undefined) return missing(seen, "unknown", device.knownSince, "never-reported");
    seen.freshness = slot.value === undefined ? 0 : freshness((now - slot.at) as Millis, slot.interval);
    if (seen.freshness > 0) {
      seen.since = slot.changedAt;
      return seen;
    }
    const { rejected } = slot;
    if (
      rejected !== undefined &&
      rejected.at > slot.at &&
      freshness((now - rejected.at) as Millis, slot.interval) > 0
    ) {
      return missing(seen, "rejected", rejected.since, "rejected");
    }
    return missing(seen, "stale", staleFrom(instant(Math.max(slot.at, rejected?.at ?? 0)), slot.interval), "silent");
  }

  /** Of which kind the word on a slot is now. */
  kindOf(slot: Slot, now: Instant): Observed["kind"] {
    const device = this.devices.get(slot.device);
    return device === undefined ? "unknown" : this.kindOn(device, slot, now);
  }

  /** The same, of a device that is at hand. */
  kindOn(device: Device, slot: Slot, now: Instant): Observed["kind"] {
    const isUp = device.state !== "offline" && this.#downSince(device) === undefined;
    if (isUp && slot.value !== undefined && freshness((now - slot.at) as Millis, slot.interval) > 0) return "known";
    return this.observe(device, slot.metric, now).kind;
  }

  /** The best word on a metric of the room: the first device on the card that is fresh, else the freshest that should know. */
  best(metric: string, now: Instant): Observed | undefined {
    let best: Observed | undefined;
    for (const device of this.tellersOf(metric)) {
      const seen = this.observe(device, metric, now);
      if (seen.freshness === 1) return seen;
      if (best === undefined || seen.freshness > best.freshness) best = seen;
    }
    return best;
  }

  /** Whether any device of the room should tell this metric of the room. */
  offers(metric: string): boolean {
    return this.tellersOf(metric).length > 0;
  }

  /** The devices that should tell a metric of the room. */
  tellersOf(metric: string): readonly Device[] {
    if (this.#tellersShape !== this.shape) {
      this.#tellersOf.clear();
      this.#tellersShape = this.shape;
    }
    let tellers = this.#tellersOf.get(metric);
    if (tellers === undefined) {
      tellers = this.#ranked.filter((device) => tellsOfRoom(device, metric));
      this.#tellersOf.set(metric, tellers);
    }
    return tellers;
  }

  /** The card's devices of these kinds, in the card's order. */
  ofKind(...kinds: readonly string[]): readonly Device[] {
    const key = kinds.join();
    let found = this.#kinds.get(key);
    if (found === undefined) {
      found = this.#ranked.filter((device) => device.card !== undefined && kinds.includes(device.card.kind));
      this.#kinds.set(key, found);
    }
    return found;
  }

  /** Every device: those of the card in its order, then the others by name. */
  get ranked(): readonly Device[] {
    return this.#ranked;
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /** All that a finding on these devices rests on: their slots, of one metric or of any, and what their switch says of itself. */
  slotsOf(devices: readonly Device[], metric?: string): Slot[] {
    const slots: Slot[] = [];
    for (const device of devices) {
      for (const slot of device.slots.values()) if (metric === undefined || slot.metric === metric) slots.push(slot);
      const upstream = this.devices.get(device.card?.upstream ?? "")?.slots.get("reachable");
      if (upstream !== undefined) slots.push(upstream);
    }
    return slots;
  }

  /** The switch that has taken a device along: its own word, or half of what hangs on it is gone. */
  downSwitch(device: Device): string | undefined {
    const upstream = device.card?.upstream;
    if (upstream === undefined) return undefined;
    const own = this.devices.get(upstream);
    if (own?.state === "offline" || own?.slots.get("reachable")?.value === false) return upstream;
    let members = 0;
    let gone = 0;
    for (const other of this.#ranked) {
      if (other.card?.upstream !== upstream) continue;
      members += 1;
      if (other.state === "offline") gone += 1;
    }
    return gone >= 2 && gone * 2 >= members ? upstream : undefined;
  }

  /** Puts back a slot that was remembered over a restart; anything heard since wins. */
  restoreSlot(slot: Slot, now: Instant): void {
    const device = this.device(slot.device, now);
    if (device === undefined || device.slots.has(slot.metric) || this.#slots.length >= MOST_SLOTS) return;
    this.#keep(device, slot);
  }

  /** The device of that name, from now on known. `undefined` when there are too many. */
  device(name: string, now: Instant): Device | undefined {
    let device = this.devices.get(name);
    if (device === undefined) {
      if (this.devices.size >= MOST_DEVICES) return undefined;
      device = newDevice(name, now);
      this.devices.set(name, device);
      this.#reshape();
    }
    return device;
  }

  /** As `device`, for one that speaks: the room listens to so many strangers only, so that nobody can make its memory grow. */
  #heard(name: string, now: Instant): Device | undefined {
    const known = this.devices.get(name);
    if (known !== undefined || this.card === undefined) return known ?? this.device(name, now);
    let strangers = 0;
    for (const device of this.devices.values()) if (device.card === undefined) strangers += 1;
    if (strangers < MOST_STRANGERS) return this.device(name, now);
    this.ignored += 1;
    return undefined;
  }

  #downSince(device: Device): Instant | undefined {
    return device.carrier?.down === true ? device.carrier.since : undefined;
  }

  #takeValue(device: Device, name: string, value: MetricValue, from: Source): boolean {
    const metric = metrics.get(name);
    if (metric === undefined || wrongType(metric, value) !== undefined) return false;
    let slot = device.slots.get(name);
    if (slot === undefined) {
      if (this.#slots.length >= MOST_SLOTS) return false;
      slot = newSlot(device.device, name, expectedInterval(device, metric));
      this.#keep(device, slot);
    }
    const { at: before, most } = slot;
    const taken = takeValue(slot, metric, value, from, this.believes);
    if (taken === "nothing") return false;
    if (slot.most > most && COUNTED.has(name)) this.facts += 1;
    if (slot.at !== before) this.heard += 1;
    if (taken === "changed") this.changed.add(slot);
    if (slot.at === from.at && slot.value === value) {
      this.#note(device, slot);
      this.onValue(slot, value);
    }
    return true;
  }

  /** What a device proves by a word of its own outlives that word. */
  #note(device: Device, slot: Slot): void {
    const { metric, value, at } = slot;
    if (metric === "power_state" && value === "on") {
      if (device.trial?.ok === false) this.changed.add(slot);
      if (device.wokenAt === undefined) this.facts += 1;
      device.wokenAt = at;
    } else if (metric === "reset_pressed" && value === true) {
      this.changed.add(slot);
      this.facts += 1;
      device.resetAt = at;
    }
  }

  #keep(device: Device, slot: Slot): void {
    device.slots.set(slot.metric, slot);
    this.#slots.push(slot);
    this.shape += 1;
  }

  #reshape(): void {
    this.shape += 1;
    this.#kinds.clear();
    this.#ranked = [...this.devices.values()].toSorted((a, b) => a.rank - b.rank || (a.device < b.device ? -1 : 1));
    for (const device of this.devices.values()) {
      for (const slot of device.slots.values()) {
        const metric = metrics.get(slot.metric);
        if (metric !== undefined) slot.interval = expectedInterval(device, metric);
      }
    }
  }
}

function missing(
  seen: Observed,
  kind: Observed["kind"],
  since: Instant,
  why: NonNullable<Observed["missing"]>,
): Observed {
  seen.kind = kind;
  seen.since = since;
  seen.missing = why;
  seen.freshness = 0;
  return seen;
}
