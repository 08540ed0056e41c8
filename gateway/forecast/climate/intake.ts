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
    const samples = this.#gather();
    const recents = this.#gatherRecent(step);
    const mean = this.#meanOf(samples, recents);
    if (Number.isNaN(mean)) return mean;
    this.#recent.copyWithin(0, 1);
    this.#recentAt.copyWithin(0, 1);
    this.#recent[RECENT - 1] = mean;
    this.#recentAt[RECENT - 1] = step;
    return recents >= ENOUGH && Math.abs(mean - median(lately, recents)) > this.#options.jump ? Number.NaN : mean;
  }

  /** Puts the step's samples side by side, and makes room for the next step's. */
  #gather(): number {
    let count = 0;
    for (let i = 0; i < PLACES; i++) {
      const sample = this.#values[i] as number;
      if (Number.isNaN(sample)) continue;
      gathered[count++] = sample;
      this.#values[i] = Number.NaN;
    }
    return count;
  }

  #gatherRecent(step: number): number {
    let count = 0;
    for (let i = 0; i < RECENT; i++) {
      if ((this.#recentAt[i] as number) >= step - RECENT) lately[count++] = this.#recent[i] as number;
    }
    return count;
  }

  #meanOf(samples: number, recents: number): number {
    if (samples === 0) return Number.NaN;
    if (samples === 1) return gathered[0] as number;
    let voices = samples;
    // Of two that differ, the one that fits what came before is believed.
    if (samples === 2 && recents > 0) gathered[voices++] = lately[recents - 1] as number;
    const middle = median(gathered, voices);
    let sum = 0;
    let count = 0;
    for (let i = 0; i < samples; i++) {
      const sample = gathered[i] as number;
      if (Math.abs(sample - middle) > this.#options.together) continue;
      sum += sample;
      count += 1;
    }
    return count === 0 ? Number.NaN : sum / count;
  }
}

/** Scratch: nothing outlives a call. */
const gathered = new Float64Array(PLACES + 1);
const lately = new Float64Array(RECENT);
const sorted = new Float64Array(PLACES + 1);

/** The median of the first so many. */
function median(values: Float64Array, count: number): number {
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    let at = i;
    for (; at > 0 && (sorted[at - 1] as number) > value; at--) sorted[at] = sorted[at - 1] as number;
    sorted[at] = value;
  }
  const half = count >> 1;
  const upper = sorted[half] as number;
  return count % 2 === 1 ? upper : (upper + (sorted[half - 1] as number)) / 2;
}
