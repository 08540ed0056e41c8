import { closeSync, openSync, readSync } from "node:fs";
import { decodeJson, nextMark, readRecord, recordType } from "./record.ts";
import { listSegments, type Segment } from "./segment.ts";

const CHUNK_BYTES = 1024 * 1024;

export interface ReaderPosition {
  offset: number;
  /** Readings before it. */
  records: number;
}

/**
 * Reads the journal from a position on, in its own thread and from the files alone. Never looks beyond the offset that
 * the writer calls durable. Damage is stepped over to the next whole record, and counted.
 */
export class JournalReader {
  readonly #folder: string;
  #segment: { base: number; fd: number; end: number } | undefined;
  #chunk = Buffer.alloc(0);
  /** The offset of the chunk's first byte. */
  #chunkAt = 0;
  #offset: number;
  #records: number;
  damagedBytes = 0;

  constructor(folder: string, from: ReaderPosition) {
    this.#folder = folder;
    this.#offset = from.offset;
    this.#records = from.records;
  }

  get position(): ReaderPosition {
    return { offset: this.#offset, records: this.#records };
  }

  /** Hands over the readings up to a durable offset, at most so many. The body is only valid during the call. */
  read(durable: number, most: number, onReading: (body: Buffer) => void): void {
    let taken = 0;
    while (taken < most && this.#offset < durable) {
      if (!this.#isAt(this.#offset) && !this.#openAt(this.#offset, durable)) return;
      const found = readRecord(this.#chunk, this.#offset - this.#chunkAt);
      if (found.kind === "record") {
        if (found.type === recordType.reading) {
          onReading(found.body);
          this.#records += 1;
          taken += 1;
        } else if (found.type === recordType.checkpoint) {
          // What damage before it has swallowed is counted again.
          this.#records = recordsBefore(found.body) ?? this.#records;
        }
        this.#offset = this.#chunkAt + found.end;
      } else if (found.kind === "damage" || !this.#readMore(durable)) this.#stepOver(durable);
    }
  }

  close(): void {
    if (this.#segment !== undefined) closeSync(this.#segment.fd);
    this.#segment = undefined;
    this.#chunk = Buffer.alloc(0);
  }

  #isAt(offset: number): boolean {
    const segment = this.#segment;
    return segment !== undefined && offset >= segment.base && offset < segment.end;
  }

  /** Goes to the segment that holds an offset, or to the first one behind it. */
  #openAt(offset: number, durable: number): boolean {
    const segments = listSegments(this.#folder);
    const at = segments.findLastIndex((segment) => segment.base <= offset);
    const chosen = at < 0 ? segments[0] : segments[at];
    if (chosen === undefined) return false;
    const end = this.#endOf(segments, chosen, durable);
    if (offset >= end && segments[at + 1] === undefined) return false;
    this.close();
    this.#segment = { base: chosen.base, fd: openSync(chosen.file, "r"), end };
    if (chosen.base > offset) {
      this.damagedBytes += chosen.base - offset;
      this.#offset = chosen.base;
    }
    this.#chunkAt = this.#offset;
    return true;
  }

  /** The running segment grows up to what is durable. */
  #endOf(segments: readonly Segment[], chosen: Segment, durable: number): number {
    return segments.find((segment) => segment.base > chosen.base)?.base ?? Math.max(durable, chosen.base);
  }

  /** Reads on behind the chunk, keeping what is not used yet. False at the end of what the segment durably holds. */
  #readMore(durable: number): boolean {
    const segment = this.#segment as { base: number; fd: number; end: number };
    const from = this.#chunkAt + this.#chunk.length;
    const limit = Math.min(segment.end, durable);
    const size = Math.min(CHUNK_BYTES, limit - from);
    if (size <= 0) return false;
    const more = Buffer.allocUnsafe(size);
    const read = readSync(segment.fd, more, 0, size, from - segment.base);
    if (read === 0) return false;
    const rest = this.#chunk.subarray(Math.max(0, this.#offset - this.#chunkAt));
    this.#chunk = rest.length === 0 ? more.subarray(0, read) : Buffer.concat([rest, more.subarray(0, read)]);
    this.#chunkAt = this.#offset;
    return true;
  }

  /** Nothing whole stands here: on to the next mark, or to the end of the segment. */
  #stepOver(durable: number): void {
    const here = this.#offset;
    const mark = nextMark(this.#chunk, here - this.#chunkAt);
    if (mark !== undefined) this.#offset = this.#chunkAt + mark;
    else if (this.#chunkAt + this.#chunk.length > here + 3) this.#offset = this.#chunkAt + this.#chunk.length - 3;
    else if (!this.#readMore(durable)) this.#offset = (this.#segment as { end: number }).end;
    this.damagedBytes += this.#offset - here;
  }
}

/** How many readings a checkpoint says were before it. Read by hand: this thread does without the schemas, which weigh more than all of it. */
function recordsBefore(checkpoint: Buffer): number | undefined {
  const { records } = decodeJson(checkpoint) as { records?: unknown };
  return typeof records === "number" ? records : undefined;
}
