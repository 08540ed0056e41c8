import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";
import { isObject, type Json } from "../payload.ts";
import { type DeviceReading, nothing, refused, type Translated } from "../translation.ts";
import { misreadIn, readObject } from "./decoded.ts";
import { readBytes } from "./codecs.ts";

/** One uplink of a LoRaWAN device, whatever network server handed it on. */
export interface Uplink {
  /** DevEUI in lower-case hex where it is known. */
  device: string;
  at?: Instant | undefined;
  /** The best gateway's. */
  rssi?: number | undefined;
  port?: number | undefined;
  bytes?: Uint8Array | undefined;
  /** What the network server's own codec made of the bytes, as it came. */
  object?: unknown;
  /** What the network server calls the device. */
  label?: string | undefined;
  /** What names the maker or the model: profile, device, brand. */
  hints: readonly string[];
}

/** What a device measured at one moment, and what it remembers of earlier ones. */
export interface Measured {
  metrics: Record<string, MetricValue | null>;
  history?: { at: Instant; metrics: Record<string, MetricValue | null> }[];
  /** Every byte had a meaning. */
  isWhole?: boolean;
  doubt?: string;
}

/**
 * Reads an uplink: what the network server decoded, else the bytes where the maker's format is known. What a device
 * remembers of earlier times never becomes the present.
 */
export function readUplink(uplink: Uplink): Translated {
  const { device, at, rssi, label, object } = uplink;
  if (object !== undefined && object !== null && !isObject(object))
    return refused("BAD_SHAPE", "object", "what the codec gives must be an object");
  const measured = measuredOf({ ...uplink, object: object ?? undefined });
  const isSilent = Object.keys(measured.metrics).length === 0 && measured.history === undefined;
  const key = isSilent && isObject(object) ? misreadIn(object) : undefined;
  if (key !== undefined) return refused("BAD_SHAPE", `object.${key}`, "must be a number");
  const readings: DeviceReading[] = (measured.history ?? []).map((past) => ({
    device,
    at: past.at,
    metrics: past.metrics,
    historical: true as const,
  }));
  const metrics = { ...measured.metrics, ...(rssi !== undefined && { rssi_dbm: rssi }) };
  if (Object.keys(metrics).length > 0) {
    readings.push({
      device,
      metrics,
      ...(label !== undefined && { label }),
      ...(at !== undefined && { at }),
      ...(measured.doubt !== undefined && { doubt: measured.doubt }),
    });
  }
  return readings.length === 0 ? nothing() : { ok: true, readings, words: [] };
}

function measuredOf({ object, bytes, port, hints }: Uplink & { object: Json | undefined }): Measured {
  if (object !== undefined) return readObject(object, hints);
  return bytes === undefined ? { metrics: {} } : readBytes(bytes, port, hints);
}

/** DevEUI as text: hex in any case, or the base64 that older servers write. */
export function devEui(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (/^[0-9a-fA-F]{16}$/.test(value)) return value.toLowerCase();
  const bytes = Buffer.from(value, "base64");
  return bytes.length === 8 ? bytes.toString("hex") : undefined;
}

/** The strongest of several receptions. */
export function bestRssi(receptions: unknown): number | undefined {
  if (!Array.isArray(receptions)) return undefined;
  const all = receptions.flatMap((each: unknown) => {
    const rssi = typeof each === "object" && each !== null ? (each as Json)["rssi"] : undefined;
    return typeof rssi === "number" && Number.isFinite(rssi) ? [rssi] : [];
  });
  return all.length === 0 ? undefined : Math.max(...all);
}
