import { readdirSync } from "node:fs";
import { join } from "node:path";

/** A file of the journal. Offsets count bytes since the journal began; a segment is named by the offset it starts at. */
export interface Segment {
  base: number;
  file: string;
}

const NAME = /^(\d{16})\.journal$/;

const segmentName = (base: number): string => `${String(base).padStart(16, "0")}.journal`;
export const segmentAt = (folder: string, base: number): Segment => ({ base, file: join(folder, segmentName(base)) });

/** The segments of a folder, oldest first. */
export function listSegments(folder: string): Segment[] {
  const segments: Segment[] = [];
  for (const name of readdirSync(folder)) {
    const base = NAME.exec(name)?.[1];
    if (base !== undefined) segments.push(segmentAt(folder, Number(base)));
  }
  return segments.toSorted((a, b) => a.base - b.base);
}
