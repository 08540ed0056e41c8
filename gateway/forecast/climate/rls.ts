import type { Shelf } from "./shelf.ts";

/** How a regression learns. */
export interface RlsOptions {
  /** How many features. */
  size: number;
  /** How many quantities are explained by the same features; 1 unless given. They share the covariance. */
  targets?: 1 | 2;
  /** After so many examples the weight of one has fallen to 1/e. */
  memory: number;
  /** How far from its start a coefficient may be expected: the variance of the ridge around it. */
  prior: number;
  /** Errors beyond so many usual ones count as that many (Huber). */
  clip: number;
  /** The usual error before anything is learned, in the unit of what is explained. */
  firstScale: number;
}

/** No coefficient's variance grows beyond so many times the prior's. */
const MOST_VARIANCE = 12;
/** How fast the usual error follows. */
const SCALE_SHARE = 0.01;
/** Of the first usual error: however well all went, a change is not taken for an outlier for ever. */
const LEAST_SCALE = 0.2;
/** Mean absolute error → standard deviation of a normal. */
const TO_SIGMA = 1.25;
/** The most features of any regression here: what all of them use as scratch is of this size. */
export const MOST_FEATURES = 32;
/** Scratch for the gain; nothing outlives a call. */
const gain = new Float64Array(MOST_FEATURES);

/**
 * Recursive least squares with forgetting, clipped errors and single precision: y ≈ θ·x. Features may be a longer row; the
 * first `size` of them are used.
 */
export class Rls {
  readonly #size: number;
  readonly #targets: number;
  readonly #options: RlsOptions;
  readonly #keep: number;
  readonly #numbers: Float32Array;
  /** Where the coefficients begin, target after target. */
  readonly #theta: number;
  /** Where the upper triangle of the covariance begins, row by row. */
  readonly #p: number;
  /** Where the usual absolute error per target is, as a standard deviation. */
  readonly #scale: number;

  constructor(shelf: Shelf, options: RlsOptions) {
    const { size, targets = 1, firstScale } = options;
    if (size > MOST_FEATURES) throw new RangeError(`${size} features; ${MOST_FEATURES} at most`);
    this.#options = options;
    this.#size = size;
    this.#targets = targets;
    this.#keep = Math.exp(-1 / options.memory);
    const pairs = (size * (size + 1)) / 2;
    this.#numbers = shelf.all;
    this.#theta = shelf.place(size * targets + pairs + targets);
    this.#p = this.#theta + size * targets;
    this.#scale = this.#p + pairs;
    this.#numbers.fill(firstScale, this.#scale, this.#scale + targets);
    this.#resetCovariance();
  }

  predict(x: ArrayLike<number>, target = 0): number {
    const theta = this.#numbers;
    const n = this.#size;
    const first = this.#theta + target * n;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (theta[first + i] as number) * (x[i] as number);
    return sum;
  }

  /** Learns that `came`, and of a second target `also`, came where `x` was seen. */
  learn(x: ArrayLike<number>, came: number, also = 0): void {
    this.correct(x, came - this.predict(x), this.#targets === 1 ? 0 : also - this.predict(x, 1));
  }

  /** Learns that it was wrong by so much, and about a second target by `also`, where `x` was seen. */
  correct(x: ArrayLike<number>, error: number, also = 0): void {
    const along = this.#gain(x);
    if (!(along >= 0 && along < Number.POSITIVE_INFINITY)) {
      this.#resetCovariance();
      return;
    }
    const total = this.#keep + along;
    if (Number.isFinite(error)) this.#move(0, this.#clipped(error, 0) / total);
    if (this.#targets > 1 && Number.isFinite(also)) this.#move(1, this.#clipped(also, 1) / total);
    this.#narrow(total);
  }

  /** Works out how far each coefficient moves per error; returns the variance that the features add. */
  #gain(x: ArrayLike<number>): number {
    const n = this.#size;
    const p = this.#numbers;
    for (let i = 0; i < n; i++) gain[i] = 0;
    for (let i = 0, at = this.#p; i < n; i++) {
      const xi = x[i] as number;
      let sum = (p[at++] as number) * xi;
      for (let j = i + 1; j < n; j++) {
        const pij = p[at++] as number;
        sum += pij * (x[j] as number);
        gain[j] = (gain[j] as number) + pij * xi;
      }
      gain[i] = (gain[i] as number) + sum;
    }
    let along = 0;
    for (let i = 0; i < n; i++) along += (x[i] as number) * (gain[i] as number);
    return along;
  }

  #move(target: number, step: number): void {
    const theta = this.#numbers;
    const n = this.#size;
    const first = this.#theta + target * n;
    for (let i = 0; i < n; i++) theta[first + i] = (theta[first + i] as number) + (gain[i] as number) * step;
  }

  /** The covariance after an example. */
  #narrow(total: number): void {
    const n = this.#size;
    const p = this.#numbers;
    const keep = this.#keep;
    const most = MOST_VARIANCE * this.#options.prior;
    let isWide = false;
    for (let i = 0, at = this.#p; i < n; i++) {
      const gi = gain[i] as number;
      const share = gi / total;
      const own = ((p[at] as number) - share * gi) / keep;
      p[at++] = own;
      if (own > most) isWide = true;
      for (let j = i + 1; j < n; j++, at++) p[at] = ((p[at] as number) - share * (gain[j] as number)) / keep;
    }
    if (isWide) this.#bound(most);
  }

  /** Holds each variance, row and column with it, so that a feature that never moves does not explode, and the others stay as they are. */
  #bound(most: number): void {
    const n = this.#size;
    const p = this.#numbers;
    for (let i = 0, at = this.#p; i < n; at += n - i, i++) gain[i] = Math.min(1, Math.sqrt(most / (p[at] as number)));
    for (let i = 0, at = this.#p; i < n; i++)
      for (let j = i; j < n; j++, at++) p[at] = (p[at] as number) * (gain[i] as number) * (gain[j] as number);
  }

  #clipped(error: number, target: number): number {
    const { clip, firstScale } = this.#options;
    const at = this.#scale + target;
    const scale = this.#numbers[at] as number;
    const most = clip * Math.max(scale, firstScale * LEAST_SCALE);
    const size = Math.min(Math.abs(error), 3 * scale + firstScale / 4);
    this.#numbers[at] = scale + SCALE_SHARE * (size * TO_SIGMA - scale);
    return Math.max(-most, Math.min(most, error));
  }

  #resetCovariance(): void {
    this.#numbers.fill(0, this.#p, this.#scale);
    for (let i = 0, at = this.#p; i < this.#size; at += this.#size - i, i++) this.#numbers[at] = this.#options.prior;
  }
}
