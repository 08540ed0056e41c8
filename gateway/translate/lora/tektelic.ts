import type { MetricValue } from "#contract/metrics.ts";
import { scaled } from "../payload.ts";
import type { Measured } from "./uplink.ts";

/** Readings come on port 10; other ports carry settings. */
const READINGS = 10;

/** Tektelic's room sensors (Comfort, Vivid, Base): channel, type, value, big-endian (Technical Reference Manual, T0005838). */
export function tektelic(bytes: Uint8Array, port: number | undefined): Measured {
  const metrics: Record<string, MetricValue> = {};
  if (port !== READINGS) return { metrics };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Readonly<Record<number, readonly [length: number, read: (at: number) => Record<string, MetricValue>]>> =
    {
      0x0367: [2, (at) => ({ temperature_c: scaled(view.getInt16(at), 0.1) })],
      0x0468: [1, (at) => ({ humidity_pct: scaled(view.getUint8(at), 0.5) })],
      0x00ba: [2, (at) => ({ battery_v: scaled(view.getInt16(at), 0.001) })],
      0x00ff: [2, (at) => ({ battery_v: scaled(view.getInt16(at), 0.01) })],
      0x00d3: [1, (at) => ({ battery_pct: view.getUint8(at) })],
      0x0a00: [1, (at) => ({ occupied: view.getUint8(at) === 0xff })],
      0x0d04: [2, (at) => ({ motion_count: view.getUint16(at) })],
      0x0265: [2, (at) => ({ light_lux: view.getUint16(at) })],
    };
  let at = 0;
  while (at + 2 <= bytes.length) {
    const field = fields[view.getUint16(at)];
    if (field === undefined || at + 2 + field[0] > bytes.length) break;
    Object.assign(metrics, field[1](at + 2));
    at += 2 + field[0];
  }
  return { metrics, isWhole: at === bytes.length };
}
