import type { Shelf } from "./shelf.ts";

export const OUTDOOR_PPM = 420;
/** Where no room's sensor can have its outdoor air. */
const FLOOR_RANGE = [350, 600] as const;
/**
 * A decay tells the air changes from so far above outdoor air on: over so many steps, or over as many as it takes to come down to there (a
 * well-aired room is down sooner: to leave it out would leave only the slow ones), two at least; and below which excess logarithms are noise.
 */
const LEAST_EXCESS_PPM = 130;
const STEPS = 6;
const LEAST_STEPS = 2;
const LEAST_LEFT_PPM = 40;
/** In place of the step in which a decay began: the room was empty, and there was none. */
const EMPTY = Number.POSITIVE_INFINITY;
const RATE_RANGE = [0.1, 8] as const;
/** Of any room's rate before a decay was seen, 1/h, and how uncertain that is. */
const FIRST = { mean: 1.2, variance: 1 } as const;
/** Standard error of a reading, ppm; how far a room's rate strays from one decay to the next; how far off (in standard errors) one may count. */
const READING_PPM = 20;
const STRAYS = { share: 0.08, least: 0.03 } as const;
const MOST_OFF = 2.5;
const ONE = { rate: 0, from: 1, ppm: 2, floor: 3, variance: 4, stalled: 5, size: 6 } as const;

/**
 * Whether the room is hardly aired today (its fan stands still): log odds at rest (1 %), what a step leaves of the evidence, how much one decay says at most, how
 * far it is piled up and from which watched steps on a decay that is under way counts.
 */
const STALLED = { rest: -4.6, keep: 0.99, most: 6, height: 9, fromSteps: 3 } as const;

/** Air changes per hour where the fan stands still. */
export const hardly = (perHour: number): number => Math.max(RATE_RANGE[0], 0.15 * perHour);

/** How an empty room airs: its air changes per hour, and what its sensor reads of outdoor air. */
export class AirChanges {
  readonly #ones: Float32Array;

  constructor(shelf: Shelf) {
    this.#ones = shelf.singles(ONE.size);
    this.#ones[ONE.rate] = Number.NaN;
    this.#ones[ONE.from] = Number.NaN;
    this.#ones[ONE.floor] = OUTDOOR_PPM;
    this.#ones[ONE.variance] = FIRST.variance;
  }

  /** Air changes per hour; `undefined` until a decay was seen. */
  get perHour(): number | undefined {
    const rate = this.#ones[ONE.rate] as number;
    return Number.isNaN(rate) ? undefined : rate;
  }

  /** P(the room is hardly aired today), for a decay that is under way and for what else speaks for it (log likelihood). */
  stalled(step: number, ppm: number, more = 0): number {
    const odds = STALLED.rest + (this.#ones[ONE.stalled] as number) + this.#evidence(step, ppm) + more;
    return 1 / (1 + Math.exp(-odds));
  }

  /** Standard error of the air changes, 1/h. */
  get sd(): number {
    return Math.sqrt(this.#ones[ONE.variance] as number);
  }

  /** What the sensor reads when the room is aired out: followed down fast, up slowly. */
  get floorPpm(): number {
    return this.#ones[ONE.floor] as number;
  }

  /** Takes a step's value. People, and a rise, end a decay. */
  take(step: number, ppm: number, isEmpty: boolean): void {
    this.#learnFloor(ppm);
    this.#ones[ONE.stalled] = (this.#ones[ONE.stalled] as number) * STALLED.keep;
    const from = this.#ones[ONE.from] as number;
    const first = this.#ones[ONE.ppm] as number;
    const isHigh = ppm - OUTDOOR_PPM >= LEAST_EXCESS_PPM;
    const steps = step - from;
    if (!isEmpty || Number.isNaN(from)) {
      // Who has just left breathed in this step yet.
      this.#begin(isEmpty ? EMPTY : Number.NaN, ppm);
      return;
    }
    if (from === EMPTY || ppm > first + READING_PPM || steps > 2 * STEPS) {
      this.#begin(isHigh ? step : EMPTY, ppm);
      return;
    }
    if (steps < (isHigh ? STEPS : LEAST_STEPS)) return;
    const told = (this.#ones[ONE.stalled] as number) + this.#evidence(step, ppm);
    this.#ones[ONE.stalled] = Math.max(0, Math.min(STALLED.height, told));
    const hours = steps / 12;
    const [before, after] = [first - OUTDOOR_PPM, Math.max(LEAST_LEFT_PPM, ppm - OUTDOOR_PPM)];
    if (STALLED.rest + told < 0)
      this.#learnRate(Math.log(before / after) / hours, (READING_PPM * Math.hypot(1 / before, 1 / after)) / hours);
    this.#begin(isHigh ? step : EMPTY, ppm);
  }

  /** A gap ends a decay. */
  breakOff(): void {
    this.#ones[ONE.from] = Number.NaN;
  }

  #begin(step: number, ppm: number): void {
    this.#ones[ONE.from] = step;
    this.#ones[ONE.ppm] = ppm;
  }

  /** How much likelier the decay that is under way is where the fan stands still, as a logarithm. */
  #evidence(step: number, ppm: number): number {
    const usual = this.perHour;
    const before = (this.#ones[ONE.ppm] as number) - OUTDOOR_PPM;
    const steps = step - (this.#ones[ONE.from] as number);
    if (usual === undefined || !(steps >= STALLED.fromSteps)) return 0;
    const hours = steps / 12;
    const off = (perHour: number, sd: number): number => {
      const left = before * Math.exp(-perHour * hours);
      return (ppm - OUTDOOR_PPM - left) / Math.hypot(2 * READING_PPM, left * hours * sd);
    };
    const [asUsual, still] = [off(usual, Math.max(this.sd, 0.15 * usual)), off(hardly(usual), 0.15)];
    return Math.max(-STALLED.most, Math.min(STALLED.most, (asUsual ** 2 - still ** 2) / 2));
  }

  /** A decay counts by how well it could be measured: one from far above outdoor air tells more than one close to it. */
  #learnRate(rate: number, error: number): void {
    const known = this.#ones[ONE.rate] as number;
    const mean = Number.isNaN(known) ? FIRST.mean : known;
    const prior = (this.#ones[ONE.variance] as number) + Math.max(STRAYS.least, STRAYS.share * mean) ** 2;
    const most = MOST_OFF * Math.sqrt(prior + error ** 2);
    const share = prior / (prior + error ** 2);
    const next = mean + share * Math.max(-most, Math.min(most, rate - mean));
    this.#ones[ONE.rate] = Math.max(RATE_RANGE[0], Math.min(RATE_RANGE[1], next));
    this.#ones[ONE.variance] = (1 - share) * prior;
  }

  #learnFloor(ppm: number): void {
    const floor = this.#ones[ONE.floor] as number;
    const moved = floor + (ppm < floor ? 0.02 : 0.0002) * (ppm - floor);
    this.#ones[ONE.floor] = Math.max(FLOOR_RANGE[0], Math.min(FLOOR_RANGE[1], moved));
  }
}
