import { crc32 } from "node:zlib";

/**
 * The journal's records: `mark(4) length(4) crc32(4) type(1) body`, little-endian, the CRC over type and body. The mark is
 * no UTF-8, so that it cannot stand inside a reading and the next whole record is found behind damage.
 */
export const recordType = {
  /** A reading: `topicLength(2) topic payload`. */
  reading: 1,
  /** JSON `CountedFact`: something that moves an agent's count without a reading. */
  fact: 2,
  /** JSON `Checkpoint`: the first record of every segment. */
  checkpoint: 3,
} as const;
export type RecordType = (typeof recordType)[keyof typeof recordType];

const MARK = Buffer.from([0xf5, 0x47, 0x52, 0xff]);
const MARK_LE = MARK.readUInt32LE(0);
export const HEADER_BYTES = 12;
/** Longer than any record that is written: a length beyond it is damage. */
const LONGEST_BODY = 64 * 1024 * 1024;

/** Bytes that a reading's record takes. */
export const readingBytes = (topic: string, payload: Uint8Array): number =>
  HEADER_BYTES + 3 + topic.length + payload.length;

/** Writes a reading's record; the topic is ASCII, as every topic of the wire is. Returns where it ends. */
export function writeReading(into: Buffer, start: number, topic: string, payload: Uint8Array): number {
  const body = start + HEADER_BYTES;
  into[body] = recordType.reading;
  into[body + 1] = topic.length & 0xff;
  into[body + 2] = topic.length >>> 8;
  into.write(topic, body + 3, "latin1");
  into.set(payload, body + 3 + topic.length);
  return seal(into, start, body + 3 + topic.length + payload.length);
}

/** A record with a JSON body. */
export function encodeJson(type: RecordType, value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  const record = Buffer.allocUnsafe(HEADER_BYTES + 1 + json.length);
  record[HEADER_BYTES] = type;
  json.copy(record, HEADER_BYTES + 1);
  seal(record, 0, record.length);
  return record;
}

function seal(into: Buffer, start: number, end: number): number {
  const body = start + HEADER_BYTES;
  into.writeUInt32LE(MARK_LE, start);
  into.writeUInt32LE(end - body, start + 4);
  into.writeUInt32LE(crc32(into.subarray(body, end)), start + 8);
  return end;
}

/** What stands at a place: a whole record, the beginning of one that goes on behind the bytes at hand, or damage. */
export type Found = { kind: "record"; type: number; body: Buffer; end: number } | { kind: "cut" } | { kind: "damage" };

export function readRecord(bytes: Buffer, start: number): Found {
  if (start + HEADER_BYTES > bytes.length) {
    const head = bytes.subarray(start, start + MARK.length);
    return head.equals(MARK.subarray(0, head.length)) ? { kind: "cut" } : { kind: "damage" };
  }
  if (bytes.readUInt32LE(start) !== MARK_LE) return { kind: "damage" };
  const length = bytes.readUInt32LE(start + 4);
  if (length === 0 || length > LONGEST_BODY) return { kind: "damage" };
  const body = start + HEADER_BYTES;
  const end = body + length;
  if (end > bytes.length) return { kind: "cut" };
  if (crc32(bytes.subarray(body, end)) !== bytes.readUInt32LE(start + 8)) return { kind: "damage" };
  return { kind: "record", type: bytes[body] as number, body: bytes.subarray(body + 1, end), end };
}

/** Where the next record may begin behind a damaged place; `undefined` when nothing at hand looks like one. */
export function nextMark(bytes: Buffer, after: number): number | undefined {
  const at = bytes.indexOf(MARK, after + 1);
  return at < 0 ? undefined : at;
}

export interface ReadingRecord {
  topic: string;
  payload: Buffer;
}

export function decodeReading(body: Buffer): ReadingRecord {
  const topicEnd = 2 + body.readUInt16LE(0);
  return { topic: body.toString("latin1", 2, topicEnd), payload: body.subarray(topicEnd) };
}

export const decodeJson = (body: Buffer): unknown => JSON.parse(body.toString("utf8"));
