import type { Shelf } from "./shelf.ts";

export const OUTDOOR_PPM = 420;
/** Where no room's sensor can have its outdoor air. */
const FLOOR_RANGE = [350, 600] as const;
/** A decay must begin so far above outdoor air, and be watched so long, to tell the air changes. */
const LEAST_EXCESS_PPM = 130;
const LEAST_STEPS = 6;
const RATE_RANGE = [0.1, 8] as const;
/** What the newest decay counts. */
const SHARE = 0.2;
const ONE = { rate: 0, from: 1, ppm: 2, floor: 3, size: 4 } as const;

/** How an empty room airs: its air changes per hour, and what its sensor reads of outdoor air. */
export class AirChanges {
  readonly #ones: Float64Array;

  constructor(shelf: Shelf) {
    this.#ones = shelf.doubles(ONE.size);
    this.#ones[ONE.rate] = Number.NaN;
    this.#ones[ONE.from] = Number.NaN;
    this.#ones[ONE.floor] = OUTDOOR_PPM;
  }

  /** Air changes per hour; `undefined` until a decay was seen. */
  get perHour(): number | undefined {
    const rate = this.#ones[ONE.rate] as number;
    return Number.isNaN(rate) ? undefined : rate;
  }

  /** What the sensor reads when the room is aired out: followed down fast, up slowly. */
  get floorPpm(): number {
    return this.#ones[ONE.floor] as number;
  }

  /** Takes a step's value. People, and a rise, end a decay. */
  take(step: number, ppm: number, isEmpty: boolean): void {
    this.#learnFloor(ppm);
    const from = this.#ones[ONE.from] as number;
    const first = this.#ones[ONE.ppm] as number;
    const isHigh = ppm - OUTDOOR_PPM >= LEAST_EXCESS_PPM;
    if (Number.isNaN(from) || !isEmpty || !isHigh || ppm > first || step - from > 2 * LEAST_STEPS) {
      this.#begin(isEmpty && isHigh ? step : Number.NaN, ppm);
      return;
    }
    if (step - from < LEAST_STEPS) return;
    const rate = (Math.log((first - OUTDOOR_PPM) / (ppm - OUTDOOR_PPM)) * 12) / (step - from);
    if (rate > RATE_RANGE[0] && rate < RATE_RANGE[1]) {
      const known = this.#ones[ONE.rate] as number;
      this.#ones[ONE.rate] = Number.isNaN(known) ? rate : known + SHARE * (rate - known);
    }
    this.#begin(step, ppm);
  }

  /** A gap ends a decay. */
  breakOff(): void {
    this.#ones[ONE.from] = Number.NaN;
  }

  #begin(step: number, ppm: number): void {
    this.#ones[ONE.from] = step;
    this.#ones[ONE.ppm] = ppm;
  }

  #learnFloor(ppm: number): void {
    const floor = this.#ones[ONE.floor] as number;
    const moved = floor + (ppm < floor ? 0.02 : 0.0002) * (ppm - floor);
    this.#ones[ONE.floor] = Math.max(FLOOR_RANGE[0], Math.min(FLOOR_RANGE[1], moved));
  }
}
