import type { Instant } from "#contract/units.ts";
import { GRID_MS, stepOf } from "./grid.ts";
import type { Shelf } from "./shelf.ts";

export interface IntakeOptions {
  /** What the room's air can be; anything else is the sensor's affair. */
  range: readonly [number, number];
  /** Samples of one step that lie farther from their median are left out. */
  together: number;
  /** A step's mean that lies farther from the last half hour is held back until half an hour agrees with it. */
  jump: number;
}

/** A step of the grid that is over: its mean, or NaN when there was nothing to believe. */
export interface Closed {
  step: number;
  mean: number;
}

/** One sample per half minute is enough; the earliest counts. */
const PLACES = 10;
const PLACE_MS = GRID_MS / PLACES;
const RECENT = 6;
const ENOUGH = 3;

/**
 * Gathers samples into means of five minutes, and looks back only: a spike, a value no room can have and a jump that does
 * not last are left out. Within a step neither order nor repetition matters.
 */
export class Intake {
  readonly #options: IntakeOptions;
  /** The step that is being filled; NaN before the first sample. */
  readonly #open: Float64Array;
  readonly #values: Float32Array;
  readonly #offsets: Float32Array;
  /** Means of the last steps, doubted ones too, and when they were. */
  readonly #recent: Float32Array;
  readonly #recentAt: Float64Array;

  constructor(shelf: Shelf, options: IntakeOptions) {
    this.#options = options;
    this.#open = shelf.doubles(1).fill(Number.NaN);
    this.#recentAt = shelf.doubles(RECENT).fill(Number.NaN);
    this.#recent = shelf.singles(RECENT).fill(Number.NaN);
    this.#values = shelf.singles(PLACES).fill(Number.NaN);
    this.#offsets = shelf.singles(PLACES);
  }

  /** Takes a sample. Returns the step that was being filled when the sample begins another; older samples are left out. */
  take(value: number, at: Instant): Closed | undefined {
    const [low, high] = this.#options.range;
    if (!(value >= low && value <= high)) return undefined;
    const step = stepOf(at);
    const open = this.#open[0] as number;
    if (step < open) return undefined;
    const closed = step > open ? { step: open, mean: this.#close(open) } : undefined;
    this.#open[0] = step;
    this.#put(value, at - step * GRID_MS);
    return closed;
  }

  #put(value: number, offset: number): void {
    const place = Math.floor(offset / PLACE_MS);
    const before = this.#values[place] as number;
    const beforeAt = this.#offsets[place] as number;
    if (!Number.isNaN(before) && (beforeAt < offset || (beforeAt === offset && before <= value))) return;
    this.#values[place] = value;
    this.#offsets[place] = offset;
  }

  #close(step: number): number {
    const samples: number[] = [];
    for (const value of this.#values) if (!Number.isNaN(value)) samples.push(value);
    this.#values.fill(Number.NaN);
    const recent = this.#recentOf(step);
    const mean = this.#meanOf(samples, recent.at(-1));
    if (Number.isNaN(mean)) return mean;
    this.#recent.copyWithin(0, 1);
    this.#recentAt.copyWithin(0, 1);
    this.#recent[RECENT - 1] = mean;
    this.#recentAt[RECENT - 1] = step;
    return recent.length >= ENOUGH && Math.abs(mean - median(recent)) > this.#options.jump ? Number.NaN : mean;
  }

  #meanOf(samples: number[], last: number | undefined): number {
    const single = samples[0];
    if (single === undefined) return Number.NaN;
    if (samples.length === 1) return single;
    // Of two that differ, the one that fits what came before is believed.
    const middle = median(samples.length === 2 && last !== undefined ? [...samples, last] : samples);
    let sum = 0;
    let count = 0;
    for (const sample of samples) {
      if (Math.abs(sample - middle) > this.#options.together) continue;
      sum += sample;
      count += 1;
    }
    return count === 0 ? Number.NaN : sum / count;
  }

  #recentOf(step: number): number[] {
    const found: number[] = [];
    for (let i = 0; i < RECENT; i++) {
      if ((this.#recentAt[i] as number) >= step - RECENT) found.push(this.#recent[i] as number);
    }
    return found;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] as number)) / 2;
}
