import { normalCdf } from "./normal.ts";

/** One remedy of a chain: the logarithm of its minutes (median and spread), and how often it works. */
export interface Link {
  medianMin: number;
  spread: number;
  works: number;
}

/** Cells of a table of durations. */
const CELLS = 240;
/** z up to which a table reaches. */
const REACH = 2.6;

/**
 * How long it takes until a chain of remedies has mended the cause: each is tried when the one before has failed. Worked
 * out once per chain as tables over time, so that a forecast only looks up.
 */
export class ChainTimes {
  readonly #stepMin: number;
  /** Per link that the chain may begin with: P(mended within so many steps). */
  readonly #mended: Float64Array[] = [];

  constructor(links: readonly Link[]) {
    const reach = links.reduce((sum, { medianMin, spread }) => sum + medianMin * Math.exp(REACH * spread), 0);
    this.#stepMin = Math.max(0.25, reach / (CELLS - 1));
    let after: Float64Array | undefined;
    for (let i = links.length - 1; i >= 0; i--) {
      const link = links[i];
      if (link === undefined) continue;
      const own = this.#done(link);
      const from = new Float64Array(CELLS);
      for (let at = 0; at < CELLS; at++) from[at] = link.works * (own[at] ?? 0);
      if (after !== undefined) addLater(from, own, { share: 1 - link.works, after });
      this.#mended.unshift(from);
      after = from;
    }
  }

  /** P(mended within these minutes, beginning with link `first`). */
  mended(first: number, minutes: number): number {
    const table = this.#mended[first];
    if (table === undefined || minutes <= 0) return 0;
    const at = minutes / this.#stepMin;
    const low = Math.floor(at);
    if (low >= CELLS - 1) return table[CELLS - 1] ?? 0;
    const [a, b] = [table[low] ?? 0, table[low + 1] ?? 0];
    return a + (at - low) * (b - a);
  }

  /** The minutes within which the cause is mended with this probability, of the cases that the chain mends at all. */
  minutesFor(first: number, share: number): number {
    const table = this.#mended[first];
    if (table === undefined) return 0;
    const wanted = share * (table[CELLS - 1] ?? 0);
    let low = 0;
    let high = CELLS - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((table[middle] ?? 0) >= wanted) high = middle;
      else low = middle + 1;
    }
    if (low === 0) return 0;
    const [a, b] = [table[low - 1] ?? 0, table[low] ?? 0];
    return this.#stepMin * (low - 1 + (b > a ? (wanted - a) / (b - a) : 1));
  }

  /** P(done within so many steps) of one link by itself; all of it by the last. */
  #done({ medianMin, spread }: Link): Float64Array {
    const done = new Float64Array(CELLS);
    for (let at = 1; at < CELLS; at++) {
      const minutes = at * this.#stepMin;
      done[at] = medianMin <= 0 ? 1 : normalCdf(Math.log(minutes / medianMin) / Math.max(0.02, spread));
    }
    done[CELLS - 1] = 1;
    return done;
  }
}

/** Adds what is mended by the next links, which begin when this one has failed. */
function addLater(
  into: Float64Array,
  own: Float64Array,
  { share, after }: { share: number; after: Float64Array },
): void {
  for (let done = 1; done < CELLS; done++) {
    const weight = share * ((own[done] ?? 0) - (own[done - 1] ?? 0));
    if (weight < 1e-9) continue;
    for (let at = done; at < CELLS; at++) into[at] = (into[at] ?? 0) + weight * (after[at - done] ?? 0);
  }
}
