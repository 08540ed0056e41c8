import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { decentlab } from "./decentlab.ts";
import { elsys } from "./elsys.ts";
import { milesight } from "./milesight.ts";
import { netvox } from "./netvox.ts";
import { tektelic } from "./tektelic.ts";
import type { Measured } from "./uplink.ts";

/** Reads a maker's bytes. Never throws; what it does not know ends the reading, and what was read before counts. */
type Codec = (bytes: Uint8Array, port: number | undefined, hints: readonly string[]) => Measured;

/** Other thermostats of Milesight pack other things into the same channels: only a network server's own codec reads those. */
const NOT_BY_US = /\bwt(?!201\b)\d{3}/i;

const codecs: readonly { title: string; maker: RegExp; codec: Codec }[] = [
  { title: "Milesight", maker: /milesight|^(am|em|ws|vs)\d{3}/i, codec: milesight },
  { title: "Elsys", maker: /elsys|^(ers|els|emo|elt)/i, codec: elsys },
  { title: "Netvox", maker: /netvox|^r[a\d]\d{3}/i, codec: netvox },
  { title: "Decentlab", maker: /decentlab|^dl-?(iam|lp8p)/i, codec: decentlab },
  { title: "Tektelic", maker: /tektelic/i, codec: tektelic },
];

/**
 * Reads bytes that no network server has decoded: by the maker that the names point to; where none does, by the one maker
 * in whose format every byte has a meaning and every value is one that a sensor can report.
 */
export function readBytes(bytes: Uint8Array, port: number | undefined, hints: readonly string[]): Measured {
  if (hints.some((hint) => NOT_BY_US.test(hint))) return { metrics: {} };
  const named = codecs.find(({ maker }) => hints.some((hint) => maker.test(hint)));
  if (named !== undefined) return named.codec(bytes, port, hints);
  const fitting = codecs.flatMap(({ title, codec }) => {
    const measured = codec(bytes, port, hints);
    return measured.isWhole === true && isCredible(measured) ? [{ title, measured }] : [];
  });
  const [only] = fitting;
  return only === undefined || fitting.length > 1
    ? { metrics: {} }
    : { ...only.measured, doubt: `its maker is not named: the bytes fit ${only.title} alone` };
}

function isCredible({ metrics }: Measured): boolean {
  const all = Object.entries(metrics);
  return (
    all.length > 0 &&
    all.every(([name, value]) => {
      const metric = registry.get(name);
      return metric !== undefined && value !== null && isPlausible(metric, value);
    })
  );
}
