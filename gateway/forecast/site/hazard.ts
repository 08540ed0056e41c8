import type { Ledger } from "./ledger.ts";

/** The edges of the stretches over which a rate counts as even, ascending, in minutes. The last stretch has no end. */
export type Axis = readonly number[];

/** Spells of faults and outages: fine where most of them end, coarse where few are left. */
export const SPELL_AXIS: Axis = [
  0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300, 360, 480, 720, 1_440,
];

/** What a rate is taken for before anything was seen: worth `weight` spells that pass through every stretch. */
export interface Prior {
  /** P(longer than this many minutes), falling. */
  lasts: (minute: number) => number;
  weight: number;
}

/** Ledger size for an axis: how many ended, and minutes under watch, per stretch. */
export const hazardSize = (axis: Axis): number => 2 * axis.length;

/** One spell as it was watched: from which age on, up to which age, and whether it ended by itself then. */
export interface Spell {
  entered: number;
  left: number;
  ended: boolean;
}

/** Notes a spell. One that somebody ended counts for as long as nobody had. */
export function noteSpell(ledger: Ledger, axis: Axis, { entered, left, ended }: Spell): void {
  const start = Math.max(entered, axis[0] ?? 0);
  const last = Math.max(left, axis[0] ?? 0);
  if (last < start) return;
  for (const [i, edge] of axis.entries()) {
    const from = Math.max(start, edge);
    const to = Math.min(last, axis[i + 1] ?? Number.POSITIVE_INFINITY);
    if (to > from) ledger.add(2 * i + 1, Math.min(to - from, 10_000));
  }
  if (ended) ledger.add(2 * stretchOf(axis, last));
}

/** The stretch that a minute lies in. */
function stretchOf(axis: Axis, minute: number): number {
  let low = 0;
  let high = axis.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((axis[middle] ?? 0) <= minute) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * How long things last: an even rate of ending per stretch of age, as watched (Kaplan–Meier's estimate, with the time of
 * those that were ended early or seen late counted as far as it was watched), drawn towards a prior where little was seen.
 */
export class Hazard {
  readonly #axis: Axis;
  /** Rate per minute of each stretch. */
  readonly #rates: number[] = [];
  /** Sum of the rates from the first edge up to each edge. */
  readonly #sums: number[] = [];
  /** Mean minutes lasted up to each edge, counted from the first. */
  readonly #means: number[] = [];

  constructor(axis: Axis, counts: ArrayLike<number> | undefined, prior: Prior) {
    this.#axis = axis;
    let sum = 0;
    let mean = 0;
    for (const [i, edge] of axis.entries()) {
      const rate = rateOf(axis, i, counts, prior);
      this.#rates.push(rate);
      this.#sums.push(sum);
      this.#means.push(mean);
      const width = (axis[i + 1] ?? edge) - edge;
      mean += Math.exp(-sum) * lastedOver(rate, width);
      sum += rate * width;
    }
  }

  /** P(ends by `to` | it has lasted until `from`). */
  ends(from: number, to: number): number {
    return to <= from ? 0 : -Math.expm1(this.#sum(from) - this.#sum(to));
  }

  /** P(lasts beyond `to` | it has lasted until `from`). */
  lasts(from: number, to: number): number {
    return to <= from ? 1 : Math.exp(this.#sum(from) - this.#sum(to));
  }

  /** Mean minutes that a new one lasts of the first `to`. */
  meanUntil(to: number): number {
    const i = stretchOf(this.#axis, to);
    const width = to - (this.#axis[i] ?? 0);
    return (this.#means[i] ?? 0) + Math.exp(-(this.#sums[i] ?? 0)) * lastedOver(this.#rates[i] ?? 0, width);
  }

  #sum(minute: number): number {
    const at = Math.max(minute, this.#axis[0] ?? 0);
    const i = stretchOf(this.#axis, at);
    return (this.#sums[i] ?? 0) + (this.#rates[i] ?? 0) * (at - (this.#axis[i] ?? 0));
  }
}

const lastedOver = (rate: number, width: number): number => (rate < 1e-9 ? width : -Math.expm1(-rate * width) / rate);

/** Ended over watched, with the prior's spells among them. */
function rateOf(axis: Axis, i: number, counts: ArrayLike<number> | undefined, { lasts, weight }: Prior): number {
  const isLast = i === axis.length - 1;
  const from = axis[isLast ? i - 1 : i] ?? 0;
  const width = (axis[isLast ? i : i + 1] ?? 0) - from;
  const [before, after] = [Math.max(1e-9, lasts(from)), Math.max(1e-12, lasts(from + width))];
  const expected = Math.max(0, Math.log(before / after) / width);
  const ended = counts?.[2 * i] ?? 0;
  const watched = counts?.[2 * i + 1] ?? 0;
  return (ended + weight * expected * width) / (watched + weight * width);
}
