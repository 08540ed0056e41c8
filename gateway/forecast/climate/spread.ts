import { HORIZONS, HORIZONS_MIN } from "./grid.ts";
import type { LocalTime } from "./local-time.ts";
import type { Shelf } from "./shelf.ts";

/** Working hours of working days, hour by hour; then nights, and weekends. */
const FIRST_HOUR = 6;
const WORK_HOURS = 15;
const NIGHT = WORK_HOURS;
const WEEKEND = WORK_HOURS + 1;
const PLACES = WORK_HOURS + 2;
/** Of nine intervals in ten that should hold what comes, one must not. */
const MISSES = 0.1;
/** z of a normal that holds nine tenths. */
const Z90 = 1.645;
/** How fast the usual error of an hour follows. */
const ERROR_SHARE = 0.04;
/** How fast the interval is widened and narrowed, in logarithms per example. */
const PACE = 0.02;
/** How many usual errors nine tenths of the errors stay within, at first. */
const FIRST_REACH = 2.3;
const REACH = [1.2, 6] as const;

/**
 * How wrong forecasts are: the usual error by horizon and time of day, and how many of it nine tenths of all errors stay within,
 * which is corrected with every forecast that comes due (adaptive conformal inference). So intervals hold what they promise,
 * whatever the distribution.
 */
export class Spread {
  readonly #errors: Float16Array;
  readonly #reach: Float32Array;
  readonly #least: number;

  /** `first` is the standard error by horizon before anything is learned; `least` what no sensor betters. */
  constructor(shelf: Shelf, options: { first: (horizonMin: number) => number; least: number }) {
    this.#errors = shelf.halves(HORIZONS * PLACES);
    this.#reach = shelf.singles(HORIZONS * 2).fill(FIRST_REACH);
    this.#least = options.least;
    for (const [h, min] of HORIZONS_MIN.entries()) {
      this.#errors.fill((options.first(min) * Z90) / FIRST_REACH, h * PLACES, (h + 1) * PLACES);
    }
  }

  /** Standard error at a horizon, as of a normal that holds nine tenths as often. */
  sigma(horizon: number, target: LocalTime): number {
    return Math.max(this.#least, (this.#reachOf(horizon, target) * this.#errorAt(horizon, target)) / Z90);
  }

  /** Learns that a forecast for a time was wrong by so much. */
  learn(horizon: number, target: LocalTime, miss: number): void {
    const at = horizon * PLACES + placeOf(target);
    const usual = this.#errors[at] as number;
    const size = Math.abs(miss);
    const isMissed = size > this.sigma(horizon, target) * Z90;
    const place = horizon * 2 + kindOf(target);
    const reach = this.#reach[place] as number;
    const moved = reach * Math.exp(PACE * ((isMissed ? 1 : 0) - MISSES));
    this.#reach[place] = Math.max(REACH[0], Math.min(REACH[1], moved));
    this.#errors[at] = usual + ERROR_SHARE * (Math.min(size, 6 * usual) - usual);
  }

  #reachOf(horizon: number, target: LocalTime): number {
    return this.#reach[horizon * 2 + kindOf(target)] as number;
  }

  #errorAt(horizon: number, target: LocalTime): number {
    return this.#errors[horizon * PLACES + placeOf(target)] as number;
  }
}

function placeOf({ hour, isWeekend }: LocalTime): number {
  if (isWeekend) return WEEKEND;
  const work = Math.floor(hour) - FIRST_HOUR;
  return work >= 0 && work < WORK_HOURS ? work : NIGHT;
}

const kindOf = (target: LocalTime): number => (placeOf(target) < WORK_HOURS ? 0 : 1);
