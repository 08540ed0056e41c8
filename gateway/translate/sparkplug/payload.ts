import { NotProtobuf, ProtobufReader } from "./protobuf.ts";

/** A metric of a Sparkplug B payload: named at birth, afterwards perhaps by alias alone. */
export interface SparkplugMetric {
  name?: string;
  alias?: number;
  /** Milliseconds since 1970. */
  timestamp?: number;
  datatype?: number;
  isHistorical: boolean;
  isNull: boolean;
  value?: number | boolean | string;
  /** `engUnit` of its properties. */
  unit?: string;
}

export interface SparkplugPayload {
  timestamp?: number;
  seq?: number;
  metrics: SparkplugMetric[];
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;
/** More metrics than any edge node has in one message. */
const MOST_METRICS = 20_000;
/** Int8, Int16, Int32, Int64: sent as unsigned, meant as two's complement (specification, 6.4.16). */
const SIGNED: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 };

/** Reads a payload; throws `NotProtobuf`. */
export function readPayload(bytes: Uint8Array): SparkplugPayload {
  const reader = new ProtobufReader(bytes);
  const payload: SparkplugPayload = { metrics: [] };
  while (reader.hasMore) {
    const { field, type } = reader.tag();
    if (field === 1) {
      reader.expect(type, VARINT);
      payload.timestamp = reader.varint();
    } else if (field === 2) {
      reader.expect(type, LENGTH);
      if (payload.metrics.length >= MOST_METRICS) throw new NotProtobuf(`more than ${MOST_METRICS} metrics`);
      payload.metrics.push(readMetric(reader.message()));
    } else if (field === 3) {
      reader.expect(type, VARINT);
      payload.seq = reader.varint();
    } else reader.skip(type);
  }
  return payload;
}

function readMetric(reader: ProtobufReader): SparkplugMetric {
  const metric: SparkplugMetric = { isHistorical: false, isNull: false };
  while (reader.hasMore) {
    const { field, type } = reader.tag();
    if (field >= 2 && field <= 7) {
      reader.expect(type, VARINT);
      takeHead(metric, field, reader.varint());
    } else if (field === 1) {
      reader.expect(type, LENGTH);
      metric.name = reader.string();
    } else if (field === 9) {
      reader.expect(type, LENGTH);
      const unit = readUnit(reader.message());
      if (unit !== undefined) metric.unit = unit;
    } else if (field >= 10 && field <= 15) takeValue(metric, field, type, reader);
    else reader.skip(type);
  }
  const bits = typeof metric.value === "number" ? SIGNED[metric.datatype ?? 0] : undefined;
  if (bits !== undefined) metric.value = signed(metric.value as number, bits);
  return metric;
}

function takeHead(metric: SparkplugMetric, field: number, value: number): void {
  if (field === 2) metric.alias = value;
  else if (field === 3) metric.timestamp = value;
  else if (field === 4) metric.datatype = value;
  else if (field === 5) metric.isHistorical = value !== 0;
  else if (field === 7) metric.isNull = value !== 0;
}

function takeValue(metric: SparkplugMetric, field: number, type: number, reader: ProtobufReader): void {
  if (field === 10 || field === 11 || field === 14) {
    reader.expect(type, VARINT);
    const value = reader.varint();
    metric.value = field === 14 ? value !== 0 : value;
  } else if (field === 12) {
    reader.expect(type, FIXED32);
    // A float has seven digits: the rest is noise of the conversion.
    metric.value = Number(reader.float().toPrecision(7));
  } else if (field === 13) {
    reader.expect(type, FIXED64);
    metric.value = reader.double();
  } else {
    reader.expect(type, LENGTH);
    metric.value = reader.string();
  }
}

function signed(value: number, bits: number): number {
  const span = 2 ** bits;
  const within = bits === 64 ? value : value % span;
  return within >= span / 2 ? within - span : within;
}

/** `engUnit` of a property set: keys and values are two lists of one length. */
function readUnit(reader: ProtobufReader): string | undefined {
  const keys: string[] = [];
  const values: (string | undefined)[] = [];
  while (reader.hasMore) {
    const { field, type } = reader.tag();
    if (field === 1 && type === LENGTH) keys.push(reader.string());
    else if (field === 2 && type === LENGTH) values.push(readText(reader.message()));
    else reader.skip(type);
  }
  const at = keys.findIndex((key) => key.toLowerCase() === "engunit");
  return at < 0 ? undefined : values[at];
}

function readText(reader: ProtobufReader): string | undefined {
  let text: string | undefined;
  while (reader.hasMore) {
    const { field, type } = reader.tag();
    if (field === 8 && type === LENGTH) text = reader.string();
    else reader.skip(type);
  }
  return text;
}
