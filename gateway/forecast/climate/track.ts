import type { Instant } from "#contract/units.ts";
import { GAP_STEPS, GRID_MS } from "./grid.ts";
import { Intake, type IntakeOptions } from "./intake.ts";
import type { Shelf } from "./shelf.ts";
import { shareOf } from "./trend.ts";

export interface TrackOptions extends IntakeOptions {
  /** Values are kept in grains above a floor. */
  scale: Scale;
  /** How many steps are kept. */
  ring: number;
}

export interface Scale {
  floor: number;
  grain: number;
}

/** What a new step means for the past: it begins after a gap, or so many steps without a value were bridged before it. */
export interface Moved {
  isAfterGap: boolean;
  bridged: number;
}

/** A step that ended longer ago says nothing of now: a gap, and the steps that a slow sensor's next word closes. */
const FRESH_MS = (GAP_STEPS + 2) * GRID_MS;
const TREND_SHARE = shareOf(20);
const ONE = { step: 0, run: 1, missing: 2, value: 3, trend: 4, points: 5, size: 6 } as const;

/**
 * One measured quantity of a room on the grid: its last day, its value, its trend, and for how long it has been seen without a
 * gap. A step or two without a value are bridged with the last one; three end the run.
 */
export class Track {
  readonly #intake: Intake;
  readonly #scale: Scale;
  readonly #ring: Uint16Array;
  readonly #ones: Float64Array;

  constructor(shelf: Shelf, options: TrackOptions) {
    this.#intake = new Intake(shelf, options);
    this.#scale = options.scale;
    this.#ring = shelf.words(options.ring);
    this.#ones = shelf.doubles(ONE.size);
    this.#ones[ONE.step] = Number.NaN;
    this.#ones[ONE.value] = Number.NaN;
  }

  /** Takes a sample; tells when it has closed a step with a value. */
  take(sample: number, at: Instant): Moved | undefined {
    const closed = this.#intake.take(sample, at);
    if (closed === undefined) return undefined;
    const { step, mean } = closed;
    const missed = this.#one(ONE.missing) + step - this.step - 1;
    const isGap = !(missed + (Number.isNaN(mean) ? 1 : 0) < GAP_STEPS) || this.run === 0;
    if (isGap) this.#breakOff(step);
    else for (let bridged = this.step + 1; bridged < step; bridged++) this.#put(bridged, this.value);
    if (Number.isNaN(mean)) {
      if (!isGap) this.#put(step, this.value);
      this.#ones[ONE.missing] = isGap ? 0 : missed + 1;
      return undefined;
    }
    this.#move(step, mean, isGap ? 0 : missed);
    return { isAfterGap: isGap, bridged: isGap ? 0 : missed };
  }

  /** The last step that is over, counted from 1970. */
  get step(): number {
    return this.#one(ONE.step);
  }
  /** How many steps there are since the last gap. */
  get run(): number {
    return this.#one(ONE.run);
  }
  /** The last step's mean. */
  get value(): number {
    return this.#one(ONE.value);
  }
  /** How it moves, per step: the mean of the last 20 minutes. */
  get trend(): number {
    return this.#one(ONE.trend);
  }
  /** Steps with a value so far. */
  get points(): number {
    return this.#one(ONE.points);
  }

  /** Whether the last step still says something of now. */
  isFresh(now: Instant): boolean {
    return this.run > 0 && now - (this.step + 1) * GRID_MS <= FRESH_MS;
  }

  /** The value so many steps ago; of the steps since the last gap the first, when that is later. */
  ago(steps: number): number {
    return this.at(this.step - Math.min(steps, this.run - 1));
  }

  /** The value at a step that is kept; NaN where there was none. */
  at(step: number): number {
    const { length } = this.#ring;
    const grains = this.#ring[(((step | 0) % length) + length) % length] as number;
    return grains === 0 ? Number.NaN : grains * this.#scale.grain + this.#scale.floor;
  }

  #one(place: number): number {
    return this.#ones[place] as number;
  }

  #move(step: number, mean: number, bridged: number): void {
    const { floor, grain } = this.#scale;
    const value = Math.max(1, Math.min(65_535, Math.round((mean - floor) / grain))) * grain + floor;
    const isFirst = this.run === 0;
    const change = isFirst ? 0 : (value - this.value) / (1 + bridged);
    this.#ones[ONE.trend] = isFirst ? 0 : change + (1 - TREND_SHARE) ** (1 + bridged) * (this.trend - change);
    this.#ones[ONE.value] = value;
    this.#ones[ONE.missing] = 0;
    this.#ones[ONE.points] = this.points + 1;
    this.#put(step, value);
  }

  #put(step: number, value: number): void {
    this.#ring[(step | 0) % this.#ring.length] = Math.round((value - this.#scale.floor) / this.#scale.grain);
    this.#ones[ONE.step] = step;
    this.#ones[ONE.run] = this.run + 1;
  }

  /** Nothing that was before connects with what comes. */
  #breakOff(step: number): void {
    const { length } = this.#ring;
    const from = step - this.step < length ? this.step : step - length;
    for (let at = from + 1; at <= step; at++) this.#ring[(at | 0) % length] = 0;
    this.#ones[ONE.step] = step;
    this.#ones[ONE.run] = 0;
    this.#ones[ONE.trend] = 0;
    this.#ones[ONE.missing] = 0;
  }
}
