import type { MetricValue } from "#contract/metrics.ts";
import { scaled } from "../payload.ts";
import type { Measured } from "./uplink.ts";

interface Field {
  length: number;
  read?: (view: DataView, at: number) => Record<string, MetricValue>;
}
const skip = (length: number): Field => ({ length });

/** Types of Elsys' generic payload, big-endian (elsys.se/public/documents/Sensor_payload.pdf). */
const fields: Readonly<Record<number, Field>> = {
  0x01: { length: 2, read: (v, at) => ({ temperature_c: scaled(v.getInt16(at), 0.1) }) },
  0x02: { length: 1, read: (v, at) => ({ humidity_pct: v.getUint8(at) }) },
  0x03: skip(3),
  0x04: { length: 2, read: (v, at) => ({ light_lux: v.getUint16(at) }) },
  0x05: { length: 1, read: (v, at) => ({ motion_count: v.getUint8(at), occupied: v.getUint8(at) > 0 }) },
  0x06: { length: 2, read: (v, at) => ({ co2_ppm: v.getUint16(at) }) },
  0x07: { length: 2, read: (v, at) => ({ battery_v: scaled(v.getUint16(at), 0.001) }) },
  0x08: skip(2),
  0x09: skip(6),
  0x0a: skip(2),
  0x0b: skip(4),
  0x0c: skip(2),
  0x0d: skip(1),
  0x0e: skip(2),
  0x0f: skip(1),
  0x10: skip(4),
  0x11: { length: 1, read: (v, at) => ({ occupied: v.getUint8(at) > 0 }) },
  0x12: skip(1),
  0x13: skip(65),
  0x14: { length: 4, read: (v, at) => ({ pressure_hpa: scaled(v.getInt32(at), 0.001) }) },
  0x15: skip(2),
  0x16: skip(2),
  0x17: skip(4),
  0x18: skip(2),
  0x19: skip(2),
  0x1a: skip(1),
  0x1b: skip(1),
  0x1c: skip(2),
};

/** Elsys' sensors: type and value, one after the other. */
export function elsys(bytes: Uint8Array): Measured {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const metrics: Record<string, MetricValue> = {};
  let at = 0;
  while (at < bytes.length) {
    const field = fields[view.getUint8(at)];
    if (field === undefined || at + 1 + field.length > bytes.length) break;
    Object.assign(metrics, field.read?.(view, at + 1));
    at += 1 + field.length;
  }
  return { metrics, isWhole: at === bytes.length };
}
