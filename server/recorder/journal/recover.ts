import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { z } from "zod";
import type { Log } from "#contract/log.ts";
import { decodeJson, nextMark, readRecord, recordType } from "./record.ts";
import { listSegments, type Segment } from "./segment.ts";

/** What every segment begins with: everything that was known before it, so that older segments may go. */
export const Checkpoint = z.object({
  /** Which journal; a position of another one means nothing here. */
  journal: z.string(),
  /** Readings in the journal before this segment. */
  records: z.number(),
  /** What the owner of the journal remembers. */
  memory: z.unknown(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export interface Recovered {
  journal: string;
  segments: Segment[];
  /** Where the journal ends, and how many readings it has had. */
  end: number;
  records: number;
  /** The owner's memory as of the last whole checkpoint. */
  memory: unknown;
}

export interface RecoverOptions {
  folder: string;
  log: Log;
  /** Told of every record since the checkpoint that `memory` is of. */
  onRecord: (type: number, body: Buffer) => void;
  onMemory: (memory: unknown) => void;
}

/**
 * Finds out, at start, what the journal holds: goes back to the newest segment with a whole checkpoint, reads on from
 * there, and cuts off a torn tail. What is cut was never acknowledged.
 */
export function recoverJournal({ folder, log, onRecord, onMemory }: RecoverOptions): Recovered {
  mkdirSync(folder, { recursive: true });
  const segments = listSegments(folder);
  dropUnbegun(segments);
  const from = segments.findLastIndex((segment) => checkpointOf(segment) !== undefined);
  const checkpoint = from < 0 ? undefined : checkpointOf(segments[from] as Segment);
  const recovered: Recovered = {
    journal: checkpoint?.journal ?? randomUUID(),
    segments,
    end: 0,
    records: checkpoint?.records ?? 0,
    memory: checkpoint?.memory,
  };
  if (checkpoint !== undefined) onMemory(checkpoint.memory);
  for (let i = Math.max(0, from); i < segments.length; i++) {
    const segment = segments[i] as Segment;
    const limit = segments[i + 1]?.base;
    const bytes = readFileSync(segment.file).subarray(0, limit === undefined ? undefined : limit - segment.base);
    const { end, damaged } = scan(bytes, (type, body) => {
      if (type === recordType.reading) recovered.records += 1;
      onRecord(type, body);
    });
    if (damaged > 0)
      log.error({ file: segment.file, bytes: damaged }, "The journal is damaged; whole records around it are kept.");
    recovered.end = segment.base + (limit === undefined ? end : limit - segment.base);
    if (limit === undefined && end < bytes.length) {
      log.info({ file: segment.file, bytes: bytes.length - end }, "The journal's unfinished end was cut off.");
      truncateSync(segment.file, end);
    }
  }
  return recovered;
}

/** A newest segment without one whole record was being begun when the process died: nothing in it was acknowledged. */
function dropUnbegun(segments: Segment[]): void {
  const newest = segments.at(-1);
  if (newest === undefined || scan(readFileSync(newest.file), () => {}).end > 0) return;
  rmSync(newest.file);
  segments.pop();
}

function checkpointOf(segment: Segment): Checkpoint | undefined {
  const first = readRecord(readFileSync(segment.file), 0);
  if (first.kind !== "record" || first.type !== recordType.checkpoint) return undefined;
  return Checkpoint.safeParse(decodeJson(first.body)).data;
}

/** Goes through whole records, over damage between them. `end` is where the last one ends. */
function scan(bytes: Buffer, onRecord: (type: number, body: Buffer) => void): { end: number; damaged: number } {
  let end = 0;
  let damaged = 0;
  for (let at: number | undefined = 0; at !== undefined && at < bytes.length;) {
    const found = readRecord(bytes, at);
    if (found.kind === "record") {
      damaged += at - end;
      at = end = found.end;
      onRecord(found.type, found.body);
    } else at = nextMark(bytes, at);
  }
  return { end, damaged };
}
