import { AHEAD, HORIZONS, HORIZONS_MIN } from "./grid.ts";
import type { LocalTime } from "./local-time.ts";
import type { Shelf } from "./shelf.ts";

/** Working hours of working days, hour by hour; then nights, and weekends. */
const FIRST_HOUR = 6;
const WORK_HOURS = 15;
const NIGHT = WORK_HOURS;
const WEEKEND = WORK_HOURS + 1;
const PLACES = WORK_HOURS + 2;
/** Whether the air will rest, move, or move much: whoever forecasts says which. */
const MOODS = 3;
/** z of a normal that holds nine tenths. */
const Z90 = 1.645;
/**
 * How fast the usual error of an hour follows; at first as if the prior were worth so many examples for each step of the
 * horizon, since forecasts that overlap miss together.
 */
const ERROR_SHARE = 0.01;
const PRIOR_EXAMPLES = 3;
/** How fast it is learned how much larger errors are in a mood. */
const MOOD_SHARE = 0.005;
const MOOD_RANGE = [0.3, 4] as const;
/**
 * How fast the interval is widened and narrowed, in logarithms per example: the slower the farther ahead, since forecasts that
 * overlap miss together.
 */
const PACES = AHEAD.map((ahead) => 0.08 / Math.sqrt(ahead));
/** How many usual errors nine tenths of the errors stay within, at first. */
const FIRST_REACH = 2.3;
const REACH = [1.2, 6] as const;

/** When and in what mood a forecast is made. */
export interface Circumstance {
  horizon: number;
  /** The local time that is forecast. */
  target: LocalTime;
  mood: number;
}

/**
 * How wrong forecasts are: the usual error by horizon, time of day and mood, and how many of it nine tenths of all errors stay
 * within, which is corrected with every forecast that comes due (adaptive conformal inference). So intervals hold what they
 * promise, whatever the distribution.
 */
export class Spread {
  readonly #errors: Float16Array;
  readonly #moods: Float16Array;
  readonly #reach: Float32Array;
  /** Examples by place, as far as they still count. */
  readonly #seen: Uint8Array;
  readonly #least: number;
  readonly #misses: number;

  /**
   * `first` is the standard error by horizon before anything is learned, `moods` how much larger it is then in each mood, `least`
   * what no sensor betters, `misses` the share of what comes that is let lie outside the interval of nine tenths.
   */
  constructor(
    shelf: Shelf,
    options: {
      first: (horizonMin: number) => number;
      moods: readonly [number, number, number];
      least: number;
      misses: number;
    },
  ) {
    this.#errors = shelf.halves(HORIZONS * PLACES);
    this.#moods = shelf.halves(HORIZONS * MOODS);
    this.#reach = shelf.singles(HORIZONS * 2).fill(FIRST_REACH);
    this.#seen = shelf.bytes(HORIZONS * PLACES);
    this.#least = options.least;
    this.#misses = options.misses;
    for (const [h, min] of HORIZONS_MIN.entries()) {
      this.#moods.set(options.moods, h * MOODS);
      this.#errors.fill((options.first(min) * Z90) / FIRST_REACH, h * PLACES, (h + 1) * PLACES);
    }
  }

  /** Standard error, as of a normal that holds nine tenths as often. */
  sigma({ horizon, target, mood }: Circumstance): number {
    const place = placeOf(target);
    const usual = (this.#errors[horizon * PLACES + place] as number) * (this.#moods[horizon * MOODS + mood] as number);
    const reach = this.#reach[horizon * 2 + (place < WORK_HOURS ? 0 : 1)] as number;
    return Math.max(this.#least, (reach * usual) / Z90);
  }

  /** Learns that a forecast was wrong by so much. */
  learn(circumstance: Circumstance, miss: number): void {
    const { horizon, target, mood } = circumstance;
    const place = placeOf(target);
    const at = horizon * PLACES + place;
    const inMood = horizon * MOODS + mood;
    const size = Math.abs(miss);
    const isMissed = size > this.sigma(circumstance) * Z90;
    const kind = horizon * 2 + (place < WORK_HOURS ? 0 : 1);
    const reach =
      (this.#reach[kind] as number) * Math.exp((PACES[horizon] as number) * ((isMissed ? 1 : 0) - this.#misses));
    this.#reach[kind] = Math.max(REACH[0], Math.min(REACH[1], reach));
    const usual = this.#errors[at] as number;
    const factor = this.#moods[inMood] as number;
    const seen = this.#seen[at] as number;
    if (seen < 255) this.#seen[at] = seen + 1;
    const share = Math.max(ERROR_SHARE, 1 / (PRIOR_EXAMPLES * (AHEAD[horizon] as number) + seen));
    this.#errors[at] = usual + share * (Math.min(size / factor, 6 * usual) - usual);
    const ratio = factor + MOOD_SHARE * (Math.min(6, size / Math.max(usual, this.#least / 4)) - factor);
    this.#moods[inMood] = Math.max(MOOD_RANGE[0], Math.min(MOOD_RANGE[1], ratio));
  }
}

function placeOf({ hour, isWeekend }: LocalTime): number {
  if (isWeekend) return WEEKEND;
  const work = Math.floor(hour) - FIRST_HOUR;
  return work >= 0 && work < WORK_HOURS ? work : NIGHT;
}
