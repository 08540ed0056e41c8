import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Disk } from "./disk.ts";
import { scanSegment } from "./record.ts";
import { type Boot, parseName, type Shelf, shelfOf } from "./shelf.ts";

export interface FoundSegments {
  shelves: Shelf[];
  lastOrdinal: number;
}

/** What earlier runs left. A torn end is normal after a crash; a file that says nothing is removed, one that cannot be read is left. */
export async function findSegments(disk: Disk, log: Log): Promise<FoundSegments> {
  const found: FoundSegments = { shelves: [], lastOrdinal: 0 };
  const boots = new Map<number, Boot>();
  for (const name of (await disk.list()).toSorted()) {
    const ordinal = parseName(name)?.ordinal;
    // What a crash left of a file that was to be put in another's place.
    if (name.endsWith(".draft")) await disk.remove(name).catch(() => {});
    if (ordinal === undefined) continue;
    found.lastOrdinal = Math.max(found.lastOrdinal, ordinal);
    const bytes = await disk.read(name).catch((error: unknown) => messageOf(error));
    if (typeof bytes === "string") {
      log.error({ file: name, why: bytes }, "a file of the outbox cannot be read");
      continue;
    }
    const { boot: id, machine, readings, damagedBytes } = scanSegment(bytes);
    if (damagedBytes > 0)
      log.warn({ file: name, bytes: damagedBytes }, "a file of the outbox has a torn end or damage");
    const boot = boots.get(ordinal) ?? (id === undefined ? undefined : { id, ordinal, machine, confirmed: 0, last: 0 });
    // A write that was reported as failed may have reached the disk: the same readings are then in two files.
    const fresh = boot === undefined ? [] : readings.filter(({ seq }) => seq > boot.last);
    const shelf = boot === undefined ? undefined : shelfOf(name, boot, bytes.length, fresh);
    if (boot === undefined || shelf === undefined) {
      await disk.remove(name).catch(() => {});
      continue;
    }
    boot.last = shelf.last;
    boots.set(ordinal, boot);
    found.shelves.push(shelf);
  }
  return found;
}
