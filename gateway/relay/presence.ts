import type { Bus } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { type Instant, rfc3339, seconds } from "#contract/units.ts";
import { type Payload, publish, unpublish } from "#contract/wire.ts";
import type { Place, Voice } from "./voice.ts";

const SOON = seconds(1);
const TELL_AGAIN = seconds(60);

/** What is told of a device, but for the time. */
export interface DeviceWord {
  state: Payload<"deviceState">["state"];
  intervals_s: Record<string, number>;
  model: string;
  /** The vendor's own name of it. */
  vendor_device: string;
  room_air?: boolean;
}

interface PresenceParts {
  bus: Bus;
  clock: Clock;
  agent: string;
  site: string;
  voice: Voice;
  failed: (error: unknown) => void;
}

/**
 * Tells, retained, whether a map's gear can be heard (as its agent's state) and how each of its devices is. The broker or the
 * bridge that is gone is one cause for all of its devices.
 */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #devices = new Map<string, { place: Place; text: string }>();
  readonly #sites = new Set<string>();
  readonly #unlink: () => void;
  readonly #cancelTick: Cancel;
  #isOnline = false;
  #since: Instant;
  #cancelSoon: Cancel | undefined;
  #dropped = 0;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#sites.add(parts.site);
    this.#since = parts.clock.now();
    // A broker that was away may have forgotten what it kept.
    this.#unlink = parts.bus.onLink((isUp) => {
      if (isUp) this.tellAgain();
    });
    this.#cancelTick = parts.clock.every(TELL_AGAIN, () => {
      if (parts.voice.outbox.dropped !== this.#dropped) this.#tellAgent();
    });
  }

  /** Whether the gear behind this map can be heard at all. */
  heard(isOnline: boolean): void {
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    this.#since = this.#parts.clock.now();
    this.#tellAgent();
  }

  device(key: string, place: Place, word: DeviceWord): void {
    const text = JSON.stringify(word);
    if (this.#devices.get(key)?.text === text) return;
    const isNew = !this.#devices.has(key);
    this.#devices.set(key, { place, text });
    this.#sites.add(place.site);
    this.#tellDevice(place, text);
    if (isNew) this.#soon();
  }

  /** A device is no longer spoken for, or not there any more. */
  withdraw(key: string, place: Place): void {
    this.#devices.delete(key);
    unpublish(this.#parts.bus, "deviceState", { ...place }).catch(this.#parts.failed);
    this.#soon();
  }

  tellAgain(): void {
    this.#tellAgent();
    for (const { place, text } of this.#devices.values()) this.#tellDevice(place, text);
  }

  stop(): void {
    this.#unlink();
    this.#cancelTick();
    this.#cancelSoon?.();
  }

  #tellDevice(place: Place, text: string): void {
    const { bus, clock, agent, failed } = this.#parts;
    const word = JSON.parse(text) as DeviceWord;
    publish(bus, "deviceState", { ...place }, { ...word, at: rfc3339(clock.now()), agent }).catch(failed);
  }

  #soon(): void {
    this.#cancelSoon ??= this.#parts.clock.after(SOON, () => {
      this.#cancelSoon = undefined;
      this.#tellAgent();
    });
  }

  #tellAgent(): void {
    const { bus, agent, voice, failed } = this.#parts;
    const { outbox } = voice;
    this.#dropped = outbox.dropped;
    for (const site of this.#sites) {
      const devices = [...this.#devices.values()]
        .filter(({ place }) => place.site === site)
        .map(({ place }) => `${place.room}/${place.device}`);
      const state = this.#isOnline ? ("online" as const) : ("offline" as const);
      const message = { at: rfc3339(this.#since), state, boot: voice.boot, devices, outbox };
      publish(bus, "agentState", { site, agent }, message).catch(failed);
    }
  }
}
