import type { MetricValue } from "#contract/metrics.ts";
import { instant } from "#contract/units.ts";
import { scaled } from "../payload.ts";
import type { Measured } from "./uplink.ts";

/** How a channel is read: how many bytes follow, and what they mean. */
interface Channel {
  length: number;
  read?: (view: DataView, at: number, model: Model) => Record<string, MetricValue> | undefined;
}

/** What a model's ambiguous channels stand for: the same bytes mean a door here and a person there. */
interface Model {
  isDoor: boolean;
  isMotion: boolean;
  isPresence: boolean;
}

const tenth = (value: number): number => scaled(value, 0.1);
const plain = (length: number): Channel => ({ length });
const temperature: Channel = { length: 2, read: (v, at) => ({ temperature_c: tenth(v.getInt16(at, true)) }) };
const pressure: Channel = { length: 2, read: (v, at) => ({ pressure_hpa: tenth(v.getUint16(at, true)) }) };
const co2: Channel = { length: 2, read: (v, at) => ({ co2_ppm: v.getUint16(at, true) }) };

/** Channel and type, as the maker's user guides number them (github.com/Milesight-IoT/SensorDecoders). */
const channels: Readonly<Record<number, Channel>> = {
  0x0175: { length: 1, read: (v, at) => ({ battery_pct: v.getUint8(at) }) },
  0x0367: temperature,
  0x0468: { length: 1, read: (v, at) => ({ humidity_pct: v.getUint8(at) / 2 }) },
  0x056a: plain(2),
  0x0665: { length: 6, read: (v, at) => ({ light_lux: v.getUint16(at, true) }) },
  0x06cb: plain(1),
  0x077d: co2,
  0x057d: co2,
  0x087d: plain(2),
  0x0973: pressure,
  0x0673: pressure,
  0x0a7d: plain(2),
  0x0b7d: { length: 2, read: (v, at) => ({ pm25_ugm3: v.getUint16(at, true) }) },
  0x0c7d: plain(2),
  0x0d7d: plain(2),
  0x0e01: plain(1),
  0x0394: { length: 4, read: (v, at) => ({ light_lux: v.getUint32(at, true) }) },
  0x055b: {
    length: 7,
    read: (v, at) => (v.getUint8(at) === 5 ? { noise_dba: tenth(v.getUint16(at + 3, true)) } : undefined),
  },
  0x0282: plain(2),
  0x038e: { length: 1, read: (v, at) => ({ occupied: v.getUint8(at) === 1 }) },
  0x048e: plain(1),
  0x0300: {
    length: 1,
    read: (v, at, model) =>
      model.isDoor
        ? { door_open: v.getUint8(at) === 1 }
        : model.isPresence
          ? { occupied: v.getUint8(at) === 1 }
          : undefined,
  },
  0x0400: plain(1),
  0x0500: {
    length: 1,
    read: (v, at, model) => (model.isMotion ? { occupied: v.getUint8(at) === 1 } : undefined),
  },
  0x04c9: { length: 4, read: (v, at) => ({ people_count: v.getUint8(at) }) },
  0x06cd: plain(1),
  0x05cc: plain(4),
  0x0467: plain(2),
  0x05e7: plain(1),
  0x06e8: plain(1),
  0x07bc: plain(1),
  0x088e: plain(1),
  0x0968: { length: 1, read: (v, at) => ({ humidity_pct: v.getUint8(at) / 2 }) },
  0x0a6e: plain(1),
  0xb367: plain(1),
  0xb968: plain(1),
  0x8367: { length: 3, read: (v, at) => ({ temperature_c: tenth(v.getInt16(at, true)) }) },
  0xff01: plain(1),
  0xff08: plain(6),
  0xff09: plain(2),
  0xff0a: plain(2),
  0xff0b: plain(1),
  0xff0f: plain(1),
  0xff16: plain(8),
  0xff1f: plain(4),
  0xffc8: plain(5),
  0xffc9: plain(6),
  0xffca: plain(3),
  0xffcb: plain(3),
  0xfff6: plain(1),
  0xffff: plain(2),
  0xff2e: plain(1),
  0xff29: plain(1),
};

/** A record that the device kept while it had no link: its own time, then values in the model's order. */
const HISTORY = 0x20ce;
const records: readonly {
  model: RegExp;
  length: number;
  read: (view: DataView, at: number) => Record<string, MetricValue>;
}[] = [
  { model: /am103/i, length: 5, read: (v, at) => ({ ...climate(v, at), co2_ppm: v.getUint16(at + 3, true) }) },
  { model: /am102|em300/i, length: 3, read: climate },
  // A thermostat's: eleven bits of temperature above five of states, then the same of what was wanted.
  {
    model: /wt201/i,
    length: 4,
    read: (v, at) => ({ temperature_c: scaled((v.getUint16(at, true) >> 5) - 1_000, 0.1) }),
  },
];
function climate(view: DataView, at: number): Record<string, MetricValue> {
  return { temperature_c: tenth(view.getInt16(at, true)), humidity_pct: view.getUint8(at + 2) / 2 };
}

/** Milesight's sensors: channel, type, value, one after the other, little-endian. */
export function milesight(bytes: Uint8Array, _port: number | undefined, hints: readonly string[]): Measured {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = hints.join(" ");
  const model: Model = {
    isDoor: /ws301|em300-mcs/i.test(name),
    isPresence: /vs34/i.test(name),
    isMotion: /am3\d\d|ws20\d/i.test(name),
  };
  const metrics: Record<string, MetricValue> = {};
  const history: NonNullable<Measured["history"]> = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const key = view.getUint16(at);
    const value = at + 2;
    if (key === HISTORY) {
      const record = records.find((each) => each.model.test(name));
      if (record === undefined || value + 4 + record.length > bytes.length) break;
      history.push({ at: instant(view.getUint32(value, true) * 1000), metrics: record.read(view, value + 4) });
      at = value + 4 + record.length;
      continue;
    }
    const channel = channels[key];
    if (channel === undefined || value + channel.length > bytes.length) break;
    Object.assign(metrics, channel.read?.(view, value, model));
    at = value + channel.length;
  }
  return { metrics, isWhole: at === bytes.length, ...(history.length > 0 && { history }) };
}
