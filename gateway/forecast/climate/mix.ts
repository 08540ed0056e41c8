import { MOST_FEATURES, Rls, type RlsOptions } from "./rls.ts";
import type { Shelf } from "./shelf.ts";

export interface MixOptions {
  experts: number;
  /** The first so many are corrected together. */
  stacked: number;
  /** The error that an expert begins with, and the one below which two experts count as equally good. */
  unit: { first: number; least: number };
  /** How many examples an expert's error reaches back. */
  memory: number;
  /** How far the stacked correction is followed: 0 not, 1 wholly. */
  trust: number;
  /** The most that the correction is taught by one example. */
  mostError: number;
}

/** Examples after which the correction has forgotten, and how far it may stray from none. */
const NO_CLIP = 1e9;
const STACK = { memory: 2_000, prior: 0.1 };
const stacks = new WeakMap<MixOptions, RlsOptions>();

/** How the correction learns: one object for the mixes of all rooms, so that it is at hand whichever room learns. */
function stackOf(options: MixOptions): RlsOptions {
  let stack = stacks.get(options);
  if (stack === undefined) {
    stack = { size: options.stacked, ...STACK, clip: NO_CLIP, firstScale: options.unit.first };
    stacks.set(options, stack);
  }
  return stack;
}

/** Scratch: how the experts that are corrected together differ. Nothing outlives a call. */
const views = new Float64Array(MOST_FEATURES);

/**
 * Experts who earn their weight: each counts by the inverse fourth power of its recent error, and a small regression on how they
 * differ from that mean corrects what they get wrong together. An expert that says nothing (NaN) is left out.
 */
export class Mix {
  readonly #options: MixOptions;
  readonly #numbers: Float32Array;
  /** Where the experts' errors begin. */
  readonly #errors: number;
  readonly #stack: Rls;

  constructor(shelf: Shelf, options: MixOptions) {
    this.#options = options;
    const { experts, unit } = options;
    this.#numbers = shelf.all;
    this.#errors = shelf.place(experts);
    this.#numbers.fill(unit.first, this.#errors, this.#errors + experts);
    this.#stack = new Rls(shelf, stackOf(options));
  }

  /** What the experts together say. The first expert is persistence: it always says 0. */
  combine(said: ArrayLike<number>): number {
    const mean = this.#look(said);
    return mean + this.#options.trust * this.#stack.predict(views);
  }

  /** Learns what came where the experts said so. */
  learn(said: ArrayLike<number>, came: number): void {
    const mean = this.#look(said);
    const { experts, mostError, memory } = this.#options;
    const open = came - mean;
    const corrected = this.#stack.predict(views);
    const error = open - corrected;
    this.#stack.correct(views, open - error + Math.max(-mostError, Math.min(mostError, error)) - corrected);
    const numbers = this.#numbers;
    for (let i = 0, at = this.#errors; i < experts; i++, at++) {
      const word = said[i] as number;
      if (Number.isNaN(word)) continue;
      const known = numbers[at] as number;
      numbers[at] = known + (Math.abs(came - word) - known) / memory;
    }
  }

  /**
   * The weighted mean, and how each differs from it (in `views`); in persistence's place, which always says 0, the mean itself. An
   * expert weighs as the inverse fourth power of its error.
   */
  #look(said: ArrayLike<number>): number {
    const { experts, stacked, unit } = this.#options;
    const { first, least } = unit;
    const numbers = this.#numbers;
    const errors = this.#errors;
    let sum = 0;
    let total = 0;
    for (let i = 0; i < experts; i++) {
      const word = said[i] as number;
      if (Number.isNaN(word)) continue;
      const ratio = first / ((numbers[errors + i] as number) + least);
      const square = ratio * ratio;
      const weight = square * square;
      sum += weight * word;
      total += weight;
    }
    const mean = total === 0 ? 0 : sum / total;
    views[0] = mean;
    for (let i = 1; i < stacked; i++) {
      const word = said[i] as number;
      views[i] = Number.isNaN(word) ? 0 : word - mean;
    }
    return mean;
  }
}
