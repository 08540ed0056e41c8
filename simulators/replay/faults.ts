import { readFile } from "node:fs/promises";
import { GreenroomError } from "#contract/errors.ts";
import type { Instant } from "#contract/units.ts";
import { localTimeReader } from "../recorded/local-time.ts";

/** A known fault of a recording: what a replay should find. */
export interface KnownFault {
  room: string;
  /** The recording's own name of the quantity; `*` for the whole room. */
  field: string;
  kind: string;
  from: Instant;
  to: Instant;
}

/** Reads a `faults.tsv` (room, field, kind, from_utc, to_utc, …); a row with one end only is of that instant. `undefined` when there is no such file. */
export async function readFaults(path: string): Promise<KnownFault[] | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const readTime = localTimeReader("UTC");
  const faults: KnownFault[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const [room = "", field = "", kind = "", from = "", to = ""] = line.replace(/\r$/, "").split("\t");
    if (i === 0 || room === "") continue;
    const fromAt = readTime(from === "" ? to : from);
    const toAt = readTime(to === "" ? from : to);
    if (fromAt === undefined || toAt === undefined)
      throw new GreenroomError("INPUT_INVALID", `${path}, line ${String(i + 1)}: no readable time`);
    faults.push({ room: room.toLowerCase(), field, kind, from: fromAt, to: toAt });
  }
  return faults;
}
