import type { ErrorCode } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";

/** A message as a vendor's device or bridge published it. */
export interface VendorMessage {
  topic: string;
  payload: Uint8Array;
  /** It was kept by the broker, and may be old. */
  retained: boolean;
  /** It had waited in the broker's session for a gateway that was away. */
  queued?: boolean;
}

/** What one device measured, in Greenroom's metrics. */
export interface DeviceReading {
  /** The vendor's own name or address of the device; unique within the translator. */
  device: string;
  /** What the network server or the bridge calls it, where its name is an address. */
  label?: string;
  /** When it was measured, where the message says so as an instant; otherwise it is taken as of its arrival. */
  at?: Instant;
  metrics: Record<string, MetricValue | null>;
  /** Of an earlier time: history takes it, the room's present does not. */
  historical?: true;
  /** What about it cannot be known for sure, in words. */
  doubt?: string;
}

/** What is said about a device rather than measured by it. `unknown`: the bridge that would tell is gone. */
export interface DeviceWord {
  /** `*`: every device of this bridge; `x/*`: every device whose name begins with `x/`. */
  device: string;
  state: "online" | "offline" | "sleeping" | "unknown" | "removed";
  /** How often it reports, where it says so. */
  interval_s?: number;
}

/** What a message means. Both lists may be empty: a message that says nothing which Greenroom watches. */
export interface Translation {
  ok: true;
  readings: DeviceReading[];
  words: DeviceWord[];
  /** What the translator asks to be published in answer (a rebirth request). */
  asks?: { topic: string; payload: Uint8Array }[];
}

/** Why a message cannot be read. */
export interface Untranslated {
  ok: false;
  code: ErrorCode;
  where: string;
  why: string;
}

export type Translated = Translation | Untranslated;

interface TranslateOptions {
  /** IANA zone of local times that come without one; unset, such times are not used. */
  zone?: string;
  /** The first levels of the vendor's topics where they were changed from the default. */
  base?: string;
}

/** Reads the messages of one vendor. A new one touches its file, its test and the list. */
export interface Translator {
  /** As a subscription map names it. */
  name: string;
  title: string;
  /** MQTT filters under which it publishes unless configured otherwise. */
  filters: readonly string[];
  /** What its devices listen to, beside their own topics, on a broker that asks who may hear what. */
  listens?: readonly string[];
  /** How often its devices report, in seconds, until each has shown it by itself. */
  every_s: number;
  /** Its battery devices leave the broker after each report, so that their last will says no more than that they sleep. */
  hasSleepers?: boolean;
  /** Whether a message looks like this vendor's, where no map says whose it is. */
  recognises(message: VendorMessage): boolean;
  /** What it knows of one broker: some messages mean nothing without those before them. */
  start(options: TranslateOptions): (message: VendorMessage) => Translated;
}

export const defineTranslator = (translator: Translator): Translator => translator;

export const nothing = (): Translation => ({ ok: true, readings: [], words: [] });
export const words = (...said: DeviceWord[]): Translation => ({ ok: true, readings: [], words: said });
export const refused = (code: ErrorCode, where: string, why: string): Untranslated => ({ ok: false, code, where, why });

/** One device's metrics as a translation; nothing where it measured nothing. */
export function measured(reading: DeviceReading, said: DeviceWord[] = []): Translation {
  return { ok: true, readings: Object.keys(reading.metrics).length === 0 ? [] : [reading], words: said };
}
