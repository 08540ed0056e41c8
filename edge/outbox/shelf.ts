import { type Instant, instant } from "#contract/units.ts";
import type { ReadingMark } from "./record.ts";
import type { Worth } from "./worth.ts";

/** One run of the agent, as the outbox knows it. */
export interface Boot {
  id: string;
  /** Runs are sent in this order. */
  ordinal: number;
  /** Which start of the machine it ran in; unknown where its files do not say. */
  machine: string | undefined;
  /** Everything up to here is durably stored elsewhere. */
  confirmed: number;
  /** The highest number given. */
  last: number;
}

/** A place in the order of sending. */
export interface Position {
  ordinal: number;
  seq: number;
}

/** A segment file by its figures; its readings stay on disk. */
export interface Shelf {
  name: string;
  boot: Boot;
  first: number;
  last: number;
  /** Numbers inside that are not there: damage, or readings that were confirmed before they were written. */
  missing: readonly { from: number; to: number }[];
  /** Up to here the file is known to be good. */
  bytes: number;
  newest: Instant;
  /** Readings of no more worth than this have been taken out. */
  thinned?: Worth;
}

const NAME = /^(\d{8})-(\d{14})\.segment$/;
export const nameOf = (ordinal: number, first: number): string =>
  `${String(ordinal).padStart(8, "0")}-${String(first).padStart(14, "0")}.segment`;
export function parseName(name: string): { ordinal: number; first: number } | undefined {
  const parts = NAME.exec(name);
  return parts === null ? undefined : { ordinal: Number(parts[1]), first: Number(parts[2]) };
}

/** The figures of a file whose readings are at hand; `undefined` when it holds none beyond `after`. */
export function shelfOf(name: string, boot: Boot, bytes: number, readings: readonly ReadingMark[]): Shelf | undefined {
  const missing: { from: number; to: number }[] = [];
  let first: number | undefined;
  let last = 0;
  let newest = -Infinity;
  for (const { seq, at } of readings) {
    if (seq <= last) continue;
    if (first !== undefined && seq > last + 1) missing.push({ from: last + 1, to: seq - 1 });
    first ??= seq;
    last = seq;
    newest = Math.max(newest, at);
  }
  return first === undefined ? undefined : { name, boot, first, last, missing, bytes, newest: instant(newest) };
}

/** The first number in a shelf above `seq` that is there; `undefined` when there is none. */
export function nextIn(shelf: Shelf, seq: number): number | undefined {
  if (seq >= shelf.last) return undefined;
  const next = Math.max(shelf.first, seq + 1);
  const hole = shelf.missing.find(({ from, to }) => from <= next && next <= to);
  return hole === undefined ? next : hole.to + 1;
}

/** How many readings of a shelf are above `seq`. */
export function countAbove(shelf: Shelf, seq: number): number {
  const from = Math.max(shelf.first, seq + 1);
  if (from > shelf.last) return 0;
  const holes = shelf.missing.reduce((sum, hole) => sum + Math.max(0, hole.to - Math.max(hole.from, from) + 1), 0);
  return shelf.last - from + 1 - holes;
}
