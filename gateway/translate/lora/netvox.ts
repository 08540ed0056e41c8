import type { MetricValue } from "#contract/metrics.ts";
import { scaled } from "../payload.ts";
import type { Measured } from "./uplink.ts";

/** Only these ports carry reports; the others answer commands. */
const REPORTS = 6;
/** Device types with temperature and humidity (R718A, R711, R718AB …). */
const CLIMATE: ReadonlySet<number> = new Set([0x01, 0x0b, 0x13, 0x6e]);
/** The outdoor and indoor multi-sensors (RA07 on mains, R726 and R726xx on a 12 V battery): what a report holds is its subtype. */
const MULTI: ReadonlySet<number> = new Set([0x05, 0x09, 0x0d]);
/** A field that this report does not fill. */
const NONE = 0xffff;

/**
 * Netvox: version, device type, report type, then eight bytes by type, big-endian; battery in tenths of a volt with the top
 * bit for "low" (Netvox LoRaWAN Application Command).
 */
export function netvox(bytes: Uint8Array, port: number | undefined): Measured {
  const metrics: Record<string, MetricValue> = {};
  if (port !== REPORTS || bytes.length < 11) return { metrics };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint8(1);
  const report = view.getUint8(2);
  const field = (metric: string, at: number, by: number, signed = false): void => {
    const raw = view.getUint16(at);
    if (raw !== NONE) metrics[metric] = scaled(signed ? view.getInt16(at) : raw, by);
  };
  const battery = (view.getUint8(3) & 0x7f) / 10;
  if (CLIMATE.has(type) && report === 0x01) {
    metrics["battery_v"] = battery;
    field("temperature_c", 4, 0.01, true);
    field("humidity_pct", 6, 0.01);
  } else if (MULTI.has(type)) {
    // On mains the battery byte is 0.
    if (battery > 0) metrics["battery_v"] = battery;
    if (report === 0x07) field("co2_ppm", 4, 0.1);
    if (report === 0x0c) {
      field("temperature_c", 4, 0.01, true);
      field("humidity_pct", 6, 0.01);
    }
  }
  return { metrics, isWhole: bytes.length === 11 && view.getUint8(0) === 1 };
}
