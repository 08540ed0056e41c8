import type { MetricValue } from "#contract/metrics.ts";
import { scaled } from "../payload.ts";
import type { Measured } from "./uplink.ts";

type Read = (words: readonly number[]) => Record<string, MetricValue>;
/** One sensor of a device: so many 16-bit words, present where its flag is set. */
interface Sensor {
  words: number;
  read: Read;
}

const VERSION = 2;
const HEAD = 5;

/** The two sensors of air that the maker builds in, each with its own scale. */
const air: Sensor = {
  words: 2,
  read: ([t = 0, rh = 0]) => ({
    temperature_c: round((175 * t) / 65_535 - 45),
    humidity_pct: round((100 * rh) / 65_535),
  }),
};
const olderAir: Sensor = {
  words: 2,
  read: ([t = 0, rh = 0]) => ({
    temperature_c: round((175.72 * t) / 65_536 - 46.85),
    humidity_pct: round((125 * rh) / 65_536 - 6),
  }),
};
const battery: Sensor = { words: 1, read: ([mv = 0]) => ({ battery_v: scaled(mv, 0.001) }) };
const pressure = (half: number): Record<string, MetricValue> => ({ pressure_hpa: scaled(half, 0.02) });

/** The sensors of each model, in the order of their flags (decentlab.com, decoders of DL-IAM and DL-LP8P). */
const models: readonly { hint: RegExp; sensors: readonly Sensor[] }[] = [
  {
    hint: /dl-?iam/i,
    sensors: [
      battery,
      air,
      { words: 1, read: ([half = 0]) => pressure(half) },
      {
        words: 2,
        read: ([all = 0, infrared = 0]) => {
          const lux = Math.max(all - 1.64 * infrared, 0.59 * all - 0.86 * infrared, 0) * 1.5504;
          return { light_lux: round(lux) };
        },
      },
      { words: 3, read: ([ppm = 0]) => ({ co2_ppm: ppm - 32_768 }) },
      { words: 1, read: ([count = 0]) => ({ motion_count: count }) },
      { words: 1, read: ([ppb = 0]) => ({ voc_ppb: ppb }) },
    ],
  },
  {
    hint: /dl-?lp8p/i,
    sensors: [
      olderAir,
      // The barometer's temperature is its own.
      { words: 2, read: ([, half = 0]) => pressure(half) },
      // Filtered values follow late; the raw one is the room's.
      { words: 8, read: ([ppm = 0]) => ({ co2_ppm: ppm - 32_768 }) },
      battery,
    ],
  },
];

const round = (value: number): number => Number(value.toFixed(3));

/** Decentlab's indoor sensors: version, device id, flags, then the words of each sensor whose flag is set; big-endian. */
export function decentlab(bytes: Uint8Array, _port: number | undefined, hints: readonly string[]): Measured {
  const metrics: Record<string, MetricValue> = {};
  const model = models.find(({ hint }) => hints.some((each) => hint.test(each)));
  if (model === undefined || bytes.length < HEAD || bytes[0] !== VERSION) return { metrics };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(3);
  let at = HEAD;
  for (const [i, { words, read }] of model.sensors.entries()) {
    if ((flags & (1 << i)) === 0) continue;
    if (at + words * 2 > bytes.length) return { metrics };
    Object.assign(metrics, read(Array.from({ length: words }, (_, word) => view.getUint16(at + word * 2))));
    at += words * 2;
  }
  return { metrics, isWhole: at === bytes.length };
}
