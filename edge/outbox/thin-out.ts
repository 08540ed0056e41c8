import type { StoredReading } from "./record.ts";
import { countAbove, type Shelf, shelfOf } from "./shelf.ts";
import { WORTH, type Worth, worthMoreThan } from "./worth.ts";

/** The outbox as its thinning sees it. Shelves come and go while files are read and written. */
export interface Thinnable {
  readonly shelves: readonly Shelf[];
  /** Its file is still being written to: it stays as it is. */
  isGrowing(shelf: Shelf): boolean;
  /** Whether enough has gone, or there is nothing more to be done. */
  isDone(): boolean;
  read(shelf: Shelf): Promise<readonly StoredReading[]>;
  /** Writes a shelf's file anew with these readings; its bytes. */
  rewrite(shelf: Shelf, readings: readonly StoredReading[]): Promise<number>;
  remove(name: string): void;
  drop(shelf: Shelf): void;
  /** So many readings were given up. */
  count(readings: number): void;
}

const STEPS = [WORTH.repeat, WORTH.moment, WORTH.air] as const;

/** Takes readings out until enough has gone: what is worth least, oldest files first. */
export async function thinOut(box: Thinnable): Promise<void> {
  for (const least of STEPS)
    for (const shelf of box.shelves) {
      if (box.isDone()) return;
      const isThin = box.isGrowing(shelf) || (shelf.thinned ?? -1) >= least;
      if (!isThin && box.shelves.includes(shelf)) await thinShelf(box, shelf, least);
    }
}

async function thinShelf(box: Thinnable, shelf: Shelf, least: Worth): Promise<void> {
  const { boot } = shelf;
  const readings = (await box.read(shelf)).filter(({ seq }) => seq > boot.confirmed);
  if (!box.shelves.includes(shelf)) return;
  const kept = worthMoreThan(least, readings);
  shelf.thinned = least;
  if (kept.length === readings.length) return;
  const bytes = await box.rewrite(shelf, kept);
  // Confirmed or given up meanwhile: then it was to be gone.
  if (!box.shelves.includes(shelf)) return box.remove(shelf.name);
  const before = countAbove(shelf, boot.confirmed);
  const found = shelfOf(shelf.name, boot, bytes, kept);
  if (found === undefined) return box.drop(shelf);
  Object.assign(shelf, found);
  box.count(before - countAbove(shelf, boot.confirmed));
}
