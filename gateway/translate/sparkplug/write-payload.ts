/** Writes Sparkplug B payloads: for tests, benchmarks and simulated edge nodes. */

interface MetricToWrite {
  name?: string;
  alias?: number;
  timestamp?: number;
  value: number | boolean | string | null;
  isHistorical?: boolean;
}

const BOOLEAN = 11;
const DOUBLE = 10;
const STRING = 12;

export function writePayload(
  timestamp: number,
  seq: number | undefined,
  metrics: readonly MetricToWrite[],
): Uint8Array {
  const parts: number[] = [...field(1, timestamp)];
  for (const metric of metrics) parts.push(...text(2, writeMetric(metric)));
  if (seq !== undefined) parts.push(...field(3, seq));
  return Uint8Array.from(parts);
}

function writeMetric({ name, alias, timestamp, value, isHistorical }: MetricToWrite): number[] {
  const parts: number[] = [];
  if (name !== undefined) parts.push(...text(1, [...new TextEncoder().encode(name)]));
  if (alias !== undefined) parts.push(...field(2, alias));
  if (timestamp !== undefined) parts.push(...field(3, timestamp));
  const datatype = typeof value === "boolean" ? BOOLEAN : typeof value === "string" ? STRING : DOUBLE;
  parts.push(...field(4, datatype));
  if (isHistorical === true) parts.push(...field(5, 1));
  if (value === null) parts.push(...field(7, 1));
  else if (typeof value === "boolean") parts.push(...field(14, value ? 1 : 0));
  else if (typeof value === "string") parts.push(...text(15, [...new TextEncoder().encode(value)]));
  else {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    parts.push((13 << 3) | 1, ...bytes);
  }
  return parts;
}

const field = (number: number, value: number): number[] => [...varint(number * 8), ...varint(value)];
const text = (number: number, bytes: readonly number[]): number[] => [
  ...varint(number * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];

/** `Node Control/Rebirth` = true, as the payload of an NCMD. */
export const rebirthRequest = (at: number): Uint8Array =>
  writePayload(at, undefined, [{ name: "Node Control/Rebirth", value: true }]);

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
