import { sampleMessages } from "#gateway/translate/sample-messages.ts";
import { translators } from "#gateway/translate/translators.ts";

/** How many of a vendor's messages are understood per second of one core. */
export interface TranslateReport {
  vendors: Record<string, { per_core_second: number; null_per_core_second: number; ratio_to_null: number }>;
  aims: Record<string, number>;
}

const AIMS = { zigbee2mqtt: 100_000, sparkplug: 50_000 };
/** Between two looks at the clock. */
const BATCH = 2_000;

/** Per vendor, its sample messages over and over; beside it what reading the bytes alone costs (JSON, or a sum of bytes). */
export function benchTranslate({ seconds }: { seconds: number }): TranslateReport {
  const vendors: TranslateReport["vendors"] = {};
  for (const translator of translators) {
    const { name } = translator;
    const messages = sampleMessages[name] ?? [];
    const read = translator.start({});
    const real = perCoreSecond(seconds, (i) => read(messages[i % messages.length] as (typeof messages)[number]));
    const nothing = perCoreSecond(seconds / 2, (i) => readBytes(messages[i % messages.length]?.payload));
    vendors[name] = {
      per_core_second: real,
      null_per_core_second: nothing,
      ratio_to_null: Math.round((real / nothing) * 100) / 100,
    };
  }
  return { vendors, aims: AIMS };
}

const utf8 = new TextDecoder();
let sum = 0;

function readBytes(payload: Uint8Array | undefined): unknown {
  if (payload === undefined) return undefined;
  if (payload[0] === 0x7b) return JSON.parse(utf8.decode(payload)) as unknown;
  for (const byte of payload) sum += byte;
  return sum;
}

function perCoreSecond(seconds: number, once: (i: number) => unknown): number {
  for (let i = 0; i < BATCH; i++) once(i);
  const before = process.cpuUsage();
  let done = 0;
  for (;;) {
    for (let i = 0; i < BATCH; i++) once(i);
    done += BATCH;
    const { user, system } = process.cpuUsage(before);
    const spent = (user + system) / 1e6;
    if (spent >= seconds) return Math.round(done / spent);
  }
}
