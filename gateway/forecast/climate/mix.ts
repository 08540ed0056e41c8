import { Rls } from "./rls.ts";
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

/**
 * Experts who earn their weight: each counts by the inverse fourth power of its recent error, and a small regression on how they
 * differ from that mean corrects what they get wrong together. An expert that says nothing (NaN) is left out.
 */
export class Mix {
  readonly #options: MixOptions;
  readonly #errors: Float32Array;
  readonly #stack: Rls;
  readonly #views: Float64Array;

  constructor(shelf: Shelf, options: MixOptions) {
    this.#options = options;
    this.#errors = shelf.singles(options.experts).fill(options.unit.first);
    const { stacked, unit } = options;
    this.#stack = new Rls(shelf, { size: stacked, ...STACK, clip: NO_CLIP, firstScale: unit.first });
    this.#views = new Float64Array(stacked);
  }

  /** What the experts together say. The first expert is persistence: it always says 0. */
  combine(said: ArrayLike<number>): number {
    const mean = this.#look(said);
    return mean + this.#options.trust * this.#stack.predict(this.#views);
  }

  /** Learns what came where the experts said so. */
  learn(said: ArrayLike<number>, came: number): void {
    const mean = this.#look(said);
    const { mostError, memory } = this.#options;
    const open = came - mean;
    const error = open - this.#stack.predict(this.#views);
    this.#stack.learn(this.#views, open - error + Math.max(-mostError, Math.min(mostError, error)));
    for (let i = 0; i < this.#options.experts; i++) {
      const word = said[i] as number;
      if (Number.isNaN(word)) continue;
      const known = this.#errors[i] as number;
      this.#errors[i] = known + (Math.abs(came - word) - known) / memory;
    }
  }

  #weight(said: ArrayLike<number>, expert: number): number {
    if (Number.isNaN(said[expert])) return 0;
    const { unit } = this.#options;
    const ratio = unit.first / ((this.#errors[expert] as number) + unit.least);
    const square = ratio * ratio;
    return square * square;
  }

  /** The weighted mean, and how each differs from it; in persistence's place, which always says 0, the mean itself. */
  #look(said: ArrayLike<number>): number {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < this.#options.experts; i++) {
      const weight = this.#weight(said, i);
      if (weight === 0) continue;
      sum += weight * (said[i] as number);
      total += weight;
    }
    const mean = total === 0 ? 0 : sum / total;
    this.#views[0] = mean;
    for (let i = 1; i < this.#options.stacked; i++) {
      const word = said[i] as number;
      this.#views[i] = Number.isNaN(word) ? 0 : word - mean;
    }
    return mean;
  }
}
