import { crc32 } from "node:zlib";
import { type Instant, instant, type Millis, millis } from "#contract/units.ts";

/** A reading as it lies in the outbox: what identifies it, where it goes, and its message as it will be sent. */
export interface StoredReading {
  seq: number;
  /** By the clock of then. */
  at: Instant;
  /** When it was taken by the machine's uptime; absent where the machine was started anew since. */
  up?: Millis;
  room: string;
  device: string;
  /** The reading in JSON, without `late` and `skipped`. */
  body: string;
  /** So many numbers right before it are not there any more. */
  skipped?: number;
}

/** Its message on the wire: what is known only when it is sent stands at the end. */
export function asSent({ body, skipped }: { body: string; skipped?: number | undefined }, isLate: boolean): string {
  const more = `${skipped === undefined ? "" : `,"skipped":${skipped}`}${isLate ? ',"late":true' : ""}`;
  return more === "" ? body : `${body.slice(0, -1)}${more}}`;
}

/**
 * On disk a frame is: mark (2 bytes), length of the content (4), CRC-32 of the content (4), content. All numbers big endian.
 * The first frame of a segment holds its boot and what tells one start of the machine from another; each further one a
 * reading: at (8), seq (8), uptime (8), length of `room/device` (1), `room/device`, body. Version 1 had no uptime.
 */
const MARK = 0x6752;
const FRAME_BYTES = 10;
const READING_BYTES = 25;
const UP_BYTES = 8;
/** Nothing longer is ever written; a length above is damage. */
const LONGEST_CONTENT = 64 * 1024;

function frame(content: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_BYTES + content.length);
  bytes.writeUInt16BE(MARK, 0);
  bytes.writeUInt32BE(content.length, 2);
  bytes.writeUInt32BE(crc32(content), 6);
  content.copy(bytes, FRAME_BYTES);
  return bytes;
}

export const encodeHeader = (header: SegmentHeader): Buffer =>
  frame(Buffer.from(JSON.stringify({ version: 2, ...header })));

/** `undefined` when the reading is too long to keep. */
export function encodeReading({ seq, at, up, room, device, body }: StoredReading): Buffer | undefined {
  const place = Buffer.from(`${room}/${device}`, "latin1");
  const text = Buffer.from(body);
  const content = Buffer.allocUnsafe(READING_BYTES + place.length + text.length);
  if (content.length > LONGEST_CONTENT) return undefined;
  content.writeDoubleBE(at, 0);
  content.writeDoubleBE(seq, 8);
  content.writeDoubleBE(up ?? Number.NaN, 16);
  content.writeUInt8(place.length, 24);
  place.copy(content, READING_BYTES);
  text.copy(content, READING_BYTES + place.length);
  return frame(content);
}

function decodeMark(content: Buffer): ReadingMark | undefined {
  if (content.length < READING_BYTES - UP_BYTES) return undefined;
  const seq = content.readDoubleBE(8);
  return Number.isSafeInteger(seq) && seq >= 1 ? { seq, at: instant(content.readDoubleBE(0)) } : undefined;
}

function decodeReading(content: Buffer, version: number): StoredReading | undefined {
  const mark = decodeMark(content);
  if (mark === undefined) return undefined;
  const head = version === 1 ? READING_BYTES - UP_BYTES : READING_BYTES;
  const split = head + content.readUInt8(head - 1);
  const [room, device] = content.toString("latin1", head, split).split("/");
  if (room === undefined || device === undefined) return undefined;
  const up = version === 1 ? Number.NaN : content.readDoubleBE(16);
  return {
    ...mark,
    ...(Number.isFinite(up) ? { up: millis(up) } : {}),
    room,
    device,
    body: content.toString("utf8", split),
  };
}

/** A reading without its text: enough to know what a file holds. */
export type ReadingMark = Pick<StoredReading, "seq" | "at">;

interface SegmentHeader {
  boot: string;
  /** Which start of the machine the uptimes count from. */
  machine?: string;
}

export interface Segment<R> {
  /** Absent when the header is damaged: then nothing in the file can be attributed. */
  boot?: string;
  machine?: string;
  readings: R[];
  /** Bytes that belong to no whole frame: a torn end, or damage. */
  damagedBytes: number;
}

export const parseSegment = (bytes: Buffer): Segment<StoredReading> => parseFrames(bytes, decodeReading);

/** As `parseSegment`, for files whose readings are not needed yet: a day's backlog is looked through at every start. */
export const scanSegment = (bytes: Buffer): Segment<ReadingMark> => parseFrames(bytes, decodeMark);

/** Reads a segment, going on after damage with the next whole frame. */
function parseFrames<R>(bytes: Buffer, decode: (content: Buffer, version: number) => R | undefined): Segment<R> {
  const segment: Segment<R> = { readings: [], damagedBytes: 0 };
  let isFirst = true;
  let version = 1;
  for (let at = 0; at < bytes.length;) {
    const content = frameAt(bytes, at);
    if (content === undefined) {
      segment.damagedBytes += 1;
      at += 1;
      continue;
    }
    at += FRAME_BYTES + content.length;
    const header = isFirst ? parseHeader(content) : undefined;
    if (header !== undefined) {
      version = header.version;
      segment.boot = header.boot;
      if (header.machine !== undefined) segment.machine = header.machine;
    }
    const reading = isFirst ? undefined : decode(content, version);
    if (reading !== undefined) segment.readings.push(reading);
    isFirst = false;
  }
  return segment;
}

function frameAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + FRAME_BYTES > bytes.length || bytes.readUInt16BE(at) !== MARK) return undefined;
  const length = bytes.readUInt32BE(at + 2);
  const end = at + FRAME_BYTES + length;
  if (length > LONGEST_CONTENT || end > bytes.length) return undefined;
  const content = bytes.subarray(at + FRAME_BYTES, end);
  return crc32(content) === bytes.readUInt32BE(at + 6) ? content : undefined;
}

function parseHeader(content: Buffer): (SegmentHeader & { version: number }) | undefined {
  try {
    const header: unknown = JSON.parse(content.toString("utf8"));
    if (typeof header !== "object" || header === null || !("boot" in header)) return undefined;
    const { boot } = header;
    if (typeof boot !== "string" || boot.length === 0 || boot.length > 64) return undefined;
    const version = "version" in header && header.version === 1 ? 1 : 2;
    const machine = "machine" in header && typeof header.machine === "string" ? header.machine : undefined;
    return { boot, version, ...(machine === undefined ? {} : { machine }) };
  } catch {
    return undefined;
  }
}
