import { closeSync, openSync, readSync } from "node:fs";

const BYTES = 6;

/** One start of an agent: its number among those of this data folder, and what tells it from one of another folder. */
export const newBootId = (ordinal: number): string => `${ordinal}-${random().toString("hex")}`;

/** From the kernel where it hands them out as a file: node:crypto would bring four megabytes for six bytes. */
function random(): Buffer {
  const bytes = Buffer.alloc(BYTES);
  let file: number | undefined;
  try {
    file = openSync("/dev/urandom", "r");
    if (readSync(file, bytes) === BYTES) return bytes;
  } catch {
    // Windows has no such file.
  } finally {
    if (file !== undefined) closeSync(file);
  }
  return process.getBuiltinModule("node:crypto").randomBytes(BYTES);
}
