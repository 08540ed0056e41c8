import type { Cancel, Clock } from "#contract/clock.ts";
import { minutes } from "#contract/units.ts";

const EVERY = minutes(5);
/** Less garbage than this share of what lives is left alone. */
const WORTH_IT = 0.2;

interface TidyHeapOptions {
  clock: Clock;
  /** Bytes in use, garbage included. */
  used?: () => number;
  /** Collects garbage beside the program. Absent unless Node runs with `--expose-gc`: then nothing is done. */
  collect?: (() => Promise<void>) | undefined;
}

/**
 * Collects garbage now and then. V8 does so once the heap has grown to more than twice what lives, which a quiet building
 * takes hours to reach: all the time its memory would grow, and look like a leak.
 */
export function tidyHeap({ clock, used = heapUsed, collect = collectMajor() }: TidyHeapOptions): Cancel {
  if (collect === undefined) return () => {};
  let living = 0;
  return clock.every(EVERY, () => {
    if (used() < living * (1 + WORTH_IT)) return;
    void collect().then(() => (living = used()));
  });
}

const heapUsed = (): number => process.memoryUsage().heapUsed;

function collectMajor(): TidyHeapOptions["collect"] {
  const { gc } = globalThis;
  if (gc === undefined) return undefined;
  return async () => {
    await gc({ type: "major", execution: "async" });
  };
}
