import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { DeviceState } from "#contract/messages/edge.ts";
import type { Unclaimed } from "#contract/messages/unclaimed.ts";
import { type Instant, instant, parseInstant, seconds } from "#contract/units.ts";
import { parsePayload, publish } from "#contract/wire.ts";
import { UnclaimedList } from "../claims/unclaimed-list.ts";
import type { Claims } from "../claims/claims.ts";
import type { DeviceReading, DeviceWord, Translated, Translation, VendorMessage } from "../translate/translation.ts";
import { Intervals } from "./intervals.ts";
import { deviceId, type SubscriptionMap, mapName } from "./config.ts";
import { type DeviceWord as WireWord, Presence } from "./presence.ts";
import { isOld, KEPT_FOR, timeOf } from "./reading-time.ts";
import { Rejections } from "./rejections.ts";
import { Throttle } from "./throttle.ts";
import { type Place, placeKey, type StoreReading, Voice } from "./voice.ts";

/** Reads a map's messages; by a vendor's translator or by a mapping. */
export interface Reader {
  /** What kind of gear it is, for people. */
  title: string;
  every_s: number;
  hasSleepers?: boolean;
  read(message: VendorMessage): Translated | Promise<Translated>;
  stop?(): Promise<void>;
}

export interface MapRelayOptions {
  map: SubscriptionMap & { site: string };
  reader: Reader;
  /** Greenroom's wire. */
  wire: Bus;
  record?: StoreReading | undefined;
  claims: Claims;
  /** Publishes where the vendor's gear listens. */
  ask(topic: string, payload: Uint8Array): void;
  clock: Clock;
  log: Log;
}

/** A device that has a room. */
interface Known {
  place: Place;
  intervals: Intervals;
  state: DeviceState["state"] | undefined;
  /** It has told of a battery, and of no other supply. */
  isOnBattery: boolean;
  /** From the configuration; the room card's own word comes first. */
  roomAir: boolean | undefined;
  lastAt: Instant;
}

const MOST_DEVICES = 5_000;
const IN_ONE_BREATH = seconds(10);

/**
 * One subscription map at work: vendor messages in, readings and states of the wire out, in the name of the map's own agent.
 * What a broker has kept is no news: it counts only where it says itself when it was measured.
 */
export class MapRelay {
  readonly name: string;
  readonly site: string;
  readonly voice: Voice;
  readonly presence: Presence;
  readonly unclaimed = new UnclaimedList();
  readonly #options: MapRelayOptions;
  readonly #known = new Map<string, Known>();
  readonly #ignored: ReadonlySet<string>;
  readonly #rejections: Rejections;
  readonly #list: Throttle;
  /** What earlier runs have said of places, by place. */
  readonly #former = new Map<string, { place: Place; state: DeviceState }>();
  readonly #counts = { messages: 0, readings: 0, kept: 0, ignored: 0, doubtful: 0, failed: 0 };
  readonly #offClaims: () => void;
  #isBridgeUp = true;
  #isLinkUp = false;
  /** Until then everything was heard: by the recorder's last word, and by the link. */
  #heardUntil: Instant | undefined;

  constructor(options: MapRelayOptions) {
    const { map, reader, wire, clock, log } = options;
    this.#options = options;
    this.name = mapName(map);
    this.site = map.site;
    this.#ignored = new Set(map.ignore);
    const failed = (error: unknown): void => {
      this.#counts.failed += 1;
      log.debug({ map: this.name, why: messageOf(error) }, "a state was not taken by the broker");
    };
    this.voice = new Voice({ agent: this.name, bus: wire, record: options.record, clock, log });
    this.presence = new Presence({ bus: wire, clock, agent: this.name, site: map.site, voice: this.voice, failed });
    this.#rejections = new Rejections({ bus: wire, clock, site: map.site, agent: this.name });
    this.#list = new Throttle(clock, () => {
      const list = this.unclaimed.toWire(reader.title, clock.now());
      return publish(wire, "unclaimed", { site: map.site, agent: this.name }, list).catch(failed);
    });
    this.#offClaims = options.claims.onChange((via, device) => {
      if (via === this.name) this.#placedAnew(device);
    });
  }

  /** What an earlier run has left on the wire: how devices are, and who waits. Before anything else. */
  restoreState(place: Place, state: DeviceState): void {
    this.#former.set(placeKey(place), { place, state });
  }
  restoreUnclaimed(list: Unclaimed): void {
    this.unclaimed.restore(list);
    for (const { device } of list.devices) if (this.#placeOf(device) !== undefined) this.#placedAnew(device);
  }

  /** Everything kept has been heard: places of this map that nobody is at any more are taken back. */
  begin(): void {
    for (const device of Object.keys(this.#options.map.devices ?? {})) this.#know(device);
    for (const device of this.#options.claims.sourcesOf(this.name)) this.#know(device);
    const used = new Set([...this.#known.values()].map(({ place }) => placeKey(place)));
    for (const [key, { place }] of this.#former) if (!used.has(key)) this.presence.withdraw(key, place);
    this.#former.clear();
    this.presence.tellAgain();
  }

  /** Whether the vendor's broker can be reached. */
  linked(isUp: boolean): void {
    if (this.#isLinkUp && !isUp) this.#heardUntil = this.#options.clock.now();
    this.#isLinkUp = isUp;
    this.presence.heard(this.#isLinkUp && this.#isBridgeUp);
  }

  /** The recorder's word on what it has of this map. */
  committed(payload: Uint8Array): void {
    this.voice.committed(payload);
    const parsed = parsePayload("committed", payload);
    const at = parsed.ok && parsed.value.boots.length > 0 ? parseInstant(parsed.value.at) : undefined;
    if (at !== undefined && !this.#isLinkUp) this.#heardUntil = instant(Math.max(at, this.#heardUntil ?? 0));
  }

  /** Takes a vendor's message. Never throws. Resolves once what it says is stored, where that can be known here. */
  take(message: VendorMessage): Promise<void> | undefined {
    this.#counts.messages += 1;
    try {
      const translated = this.#options.reader.read(message);
      if (!(translated instanceof Promise)) return this.#apply(message, translated);
      return translated.then((found) => this.#apply(message, found));
    } catch (error) {
      // A defect of ours must not end the link over which everything comes.
      this.#options.log.error({ map: this.name, topic: message.topic, why: messageOf(error) }, "a translator failed");
      this.#rejections.add(message, { ok: false, code: "BAD_SHAPE", where: "payload", why: messageOf(error) });
      return undefined;
    }
  }

  /** The vendor's broker does not let us listen there. */
  refused(filter: string, why: string): void {
    this.#options.log.warn({ map: this.name, filter, why }, "a broker refuses a subscription");
    this.#rejections.add(
      { topic: filter, payload: new Uint8Array() },
      { ok: false, code: "NOT_ALLOWED", where: "filter", why },
    );
  }

  stats(): Figures {
    const rejected: Figures = { rejected: 0 };
    for (const [code, count] of this.#rejections.counts) {
      rejected["rejected"] = (rejected["rejected"] ?? 0) + count;
      rejected[`rejected_${code.toLowerCase()}`] = count;
    }
    const { waiting, dropped } = this.voice.outbox;
    return {
      ...this.#counts,
      ...rejected,
      devices: this.#known.size,
      unclaimed: this.unclaimed.size,
      waiting,
      dropped,
      linked: this.#isLinkUp && this.#isBridgeUp ? 1 : 0,
    };
  }

  async stop(): Promise<void> {
    await this.#options.reader.stop?.();
    this.#offClaims();
    this.#list.stop();
    this.#rejections.stop();
    this.presence.stop();
    this.voice.stop();
  }

  #apply(message: VendorMessage, translated: Translated): Promise<void> | undefined {
    if (!translated.ok) {
      // Other messages below a filter are not ours to understand.
      if (translated.code === "WRONG_TOPIC") this.#counts.ignored += 1;
      else this.#rejections.add(message, translated);
      return undefined;
    }
    for (const word of translated.words) this.#word(word, message.retained);
    const stored = this.#readings(message, translated);
    if (!message.retained) for (const { topic, payload } of translated.asks ?? []) this.#options.ask(topic, payload);
    return stored.length === 0 ? undefined : Promise.all(stored).then(() => undefined);
  }

  #readings(message: VendorMessage, { readings }: Translation): Promise<void>[] {
    const now = this.#options.clock.now();
    return readings.flatMap((reading) => {
      if (this.#ignored.has(reading.device) || Object.keys(reading.metrics).length === 0) return [];
      if (reading.doubt !== undefined) this.#counts.doubtful += 1;
      const isKept = isOld(message, { now, heardUntil: this.#heardUntil });
      const at = timeOf(reading, isKept, now);
      if (at === undefined) {
        this.#counts.kept += 1;
        return [];
      }
      return this.#reading(reading, at, { now, isKept }) ?? [];
    });
  }

  #reading(
    reading: DeviceReading,
    taken: Instant,
    { now, isKept }: { now: Instant; isKept: boolean },
  ): Promise<void> | undefined {
    const { device, metrics, doubt, historical, label } = reading;
    let at = taken;
    const known = this.#know(device);
    if (known === undefined) {
      if (
        historical !== true &&
        this.unclaimed.hear(
          device,
          { at, metrics, ...(doubt !== undefined && { doubt }), ...(label !== undefined && { label }) },
          now,
        )
      )
        this.#list.due();
      return undefined;
    }
    this.#counts.readings += 1;
    // What comes in one breath and has no time of its own keeps its order.
    if (reading.at === undefined && at <= known.lastAt && known.lastAt - at < IN_ONE_BREATH)
      at = instant(known.lastAt + 1);
    if (historical !== true) {
      // What the broker kept is said once more at each link: it is known already.
      if (isKept && at <= known.lastAt) return undefined;
      this.#heardOf(device, known, reading, { at, isKept });
    }
    const said = { at, metrics, ...(historical === true && { late: true }), ...(doubt !== undefined && { doubt }) };
    return this.voice.say(known.place, said);
  }

  /** What a report says beside its values: that the device is there, how often it speaks, what it runs on. */
  #heardOf(
    device: string,
    known: Known,
    { metrics }: DeviceReading,
    { at, isKept }: { at: Instant; isKept: boolean },
  ): void {
    known.lastAt = instant(Math.max(known.lastAt, at));
    if (metrics["external_power"] === true) known.isOnBattery = false;
    else if (metrics["battery_pct"] !== undefined || metrics["battery_v"] !== undefined) known.isOnBattery = true;
    let isNews = false;
    if (!isKept) for (const metric of Object.keys(metrics)) if (known.intervals.hear(metric, at)) isNews = true;
    if (!isKept && (known.state === undefined || known.state === "offline")) {
      known.state = "online";
      isNews = true;
    }
    if (isNews) this.#tell(device, known);
    // A bridge whose devices are heard is there, whatever its last word was.
    if (!isKept && !this.#isBridgeUp) this.#bridge(true);
  }

  #word(word: DeviceWord, isKept: boolean): void {
    if (word.device === "*") return this.#bridge(word.state === "online");
    if (word.device.endsWith("/*")) {
      const prefix = word.device.slice(0, -1);
      for (const device of this.#known.keys()) if (device.startsWith(prefix)) this.#word({ ...word, device }, isKept);
      return;
    }
    if (word.state === "removed") return this.#removed(word.device);
    const known = this.#know(word.device);
    if (known === undefined || word.state === "unknown") return;
    const isSleeper = this.#options.reader.hasSleepers === true && known.isOnBattery;
    const state = word.state === "offline" && isSleeper ? "sleeping" : word.state;
    const isLonger = word.interval_s !== undefined && known.intervals.expect(word.interval_s);
    if (known.state === state && !isLonger) return;
    known.state = state;
    this.#tell(word.device, known);
  }

  #bridge(isUp: boolean): void {
    this.#isBridgeUp = isUp;
    this.presence.heard(this.#isLinkUp && isUp);
  }

  #removed(device: string): void {
    if (this.unclaimed.forget(device)) this.#list.due();
    const known = this.#known.get(device);
    if (known === undefined) return;
    known.state = undefined;
    this.presence.withdraw(placeKey(known.place), known.place);
  }

  #tell(device: string, { place, state, intervals, roomAir }: Known): void {
    if (state === undefined) return;
    const word: WireWord = {
      state,
      intervals_s: intervals.toWire(),
      model: this.#options.reader.title,
      vendor_device: device,
      ...(roomAir !== undefined && { room_air: roomAir }),
    };
    this.presence.device(placeKey(place), place, word);
  }

  /** A device that has a room; nothing for one that has none. */
  #know(device: string): Known | undefined {
    const known = this.#known.get(device);
    if (known !== undefined) return known;
    const found = this.#placeOf(device);
    if (found === undefined || this.#known.size >= MOST_DEVICES) return undefined;
    const { map, reader } = this.#options;
    const told = found.every_s ?? (map.every_min === undefined ? undefined : map.every_min * 60);
    const intervals = new Intervals({ told_s: told, usual_s: reader.every_s });
    const former = this.#former.get(placeKey(found.place))?.state;
    if (former?.intervals_s !== undefined) intervals.restore(former.intervals_s);
    const fresh: Known = {
      place: found.place,
      intervals,
      state: former?.state,
      isOnBattery: former?.state === "sleeping",
      roomAir: found.roomAir,
      lastAt: instant(0),
    };
    this.#known.set(device, fresh);
    this.#tell(device, fresh);
    return fresh;
  }

  /** The room card's word first: people move devices, files do not. */
  #placeOf(device: string): { place: Place; roomAir?: boolean; every_s?: number } | undefined {
    const { claims, map } = this.#options;
    const claim = claims.of(this.name, device);
    if (claim !== undefined) return { place: { site: claim.site, room: claim.room, device: claim.line.device } };
    const own = map.devices !== undefined && Object.hasOwn(map.devices, device) ? map.devices[device] : undefined;
    if (own === undefined) return undefined;
    const [first = "", second] = own.room.split("/");
    return {
      place: {
        site: second === undefined ? map.site : first,
        room: second ?? first,
        device: own.device ?? deviceId(device),
      },
      roomAir: own.use === "room_air",
      ...(own.every_min !== undefined && { every_s: own.every_min * 60 }),
    };
  }

  /** Somebody claimed, moved or let go of a device. */
  #placedAnew(device: string): void {
    const before = this.#known.get(device);
    const found = this.#placeOf(device);
    const isSame = before !== undefined && found !== undefined && placeKey(before.place) === placeKey(found.place);
    if (isSame) return;
    if (before !== undefined) {
      this.#known.delete(device);
      this.presence.withdraw(placeKey(before.place), before.place);
    }
    if (found === undefined) return;
    const last = this.unclaimed.values(device);
    const known = this.#know(device);
    if (known === undefined) return;
    if (last.size > 0) this.#sayLast(device, known, last);
    if (this.unclaimed.forget(device)) this.#list.due();
  }

  /** What a device measured while it waited counts for its room at once, at its own time. */
  #sayLast(device: string, known: Known, last: ReturnType<UnclaimedList["values"]>): void {
    const now = this.#options.clock.now();
    const byTime = Map.groupBy(last, ([, { at }]) => at);
    for (const at of [...byTime.keys()].toSorted((a, b) => a - b)) {
      if (at < now - KEPT_FOR) continue;
      const metrics = Object.fromEntries((byTime.get(at) ?? []).map(([name, { value }]) => [name, value]));
      this.#heardOf(device, known, { device, metrics }, { at, isKept: false });
      void this.voice.say(known.place, { at, metrics })?.catch(() => {});
    }
  }
}

type Figures = Record<string, number>;
