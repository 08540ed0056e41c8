import { type Instant, instant } from "#contract/units.ts";
import { type Around, nothingAround } from "./around.ts";
import type { Curve } from "./curve.ts";
import { GRID_MS, stepOf } from "./grid.ts";

/** A Monday, 06:00 in UTC, and its step of the grid. */
export const START = Date.UTC(2026, 10, 23, 6);
export const FIRST = stepOf(instant(START));

interface Learner {
  take(value: number, at: Instant, around: Around): boolean;
  curve(): Curve;
}

/** For tests: a room of which one quantity is heard once in each step of five minutes. */
export class HeardRoom<L extends Learner> {
  readonly learner: L;
  around: Around;
  #step = 0;

  constructor(learner: L, around: Partial<Around> = {}) {
    this.learner = learner;
    this.around = { ...nothingAround, ...around };
  }

  get now(): Instant {
    return instant(START + this.#step * GRID_MS);
  }

  /** Each of these is the mean of a step that is over. */
  hears(...values: number[]): this {
    for (const value of values) {
      this.learner.take(value, this.now, this.around);
      this.#step += 1;
    }
    const last = values.at(-1);
    if (last !== undefined) this.learner.take(last, this.now, this.around);
    return this;
  }

  waits(steps: number): this {
    this.#step += steps;
    return this;
  }

  get means(): number[] {
    return Array.from(this.learner.curve().means);
  }
  get sigmas(): number[] {
    return Array.from(this.learner.curve().sigmas);
  }
}
