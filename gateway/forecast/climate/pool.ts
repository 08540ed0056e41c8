import { HORIZONS } from "./grid.ts";

/** Coefficients that the rooms of a site share, per horizon. */
export const POOL_SIZE = 14;
const PAIRS = (POOL_SIZE * (POOL_SIZE + 1)) / 2;
/** Sums of products, then sums with what came. */
const SUMS = PAIRS + POOL_SIZE;
/** What is taught is rounded to this fraction, so that sums are exact and do not depend on the order in which they were made. */
const GRAIN = 1_024;
/** What an hour leaves: half is forgotten after three and a half days of use. */
const KEEP_AN_HOUR = Math.exp(-1 / 120);
/** The ridge towards no coefficient at all. */
const RIDGE = 1;
/** Errors beyond so many usual ones count as that many. */
const CLIP = 2;
const FIRST_SCALE = 0.2;
const STEPS_PER_HOUR = 12;
const VERSION = 1;

interface Remembered {
  version: number;
  hour: number | null;
  numbers: string;
}

/**
 * What the rooms of a site have in common: one linear rule per horizon for how temperature moves. Every room teaches it; what
 * was taught takes effect at the next full hour, so that all rooms use the same, whatever the order in which they report.
 */
export class ClimatePool {
  /** Grows whenever the coefficients change. */
  revision = 0;
  readonly #numbers = new Float64Array(HORIZONS * (2 * SUMS + POOL_SIZE + 4));
  /** In effect, and waiting for the next hour. */
  readonly #sums = this.#numbers.subarray(0, HORIZONS * SUMS);
  readonly #fresh = this.#numbers.subarray(HORIZONS * SUMS, HORIZONS * 2 * SUMS);
  readonly #theta = this.#numbers.subarray(HORIZONS * 2 * SUMS, HORIZONS * (2 * SUMS + POOL_SIZE));
  /** Per horizon: usual error, waiting sum of errors, waiting count, examples in effect. */
  readonly #scales = this.#numbers.subarray(HORIZONS * (2 * SUMS + POOL_SIZE));
  #hour = Number.NaN;

  constructor() {
    for (let h = 0; h < HORIZONS; h++) this.#scales[4 * h] = FIRST_SCALE;
  }

  static from(json: unknown): ClimatePool {
    const pool = new ClimatePool();
    const kept = json as Remembered | null | undefined;
    if (typeof kept !== "object" || kept === null || kept.version !== VERSION || typeof kept.numbers !== "string")
      return pool;
    const bytes = Buffer.from(kept.numbers, "base64");
    if (bytes.length !== pool.#numbers.byteLength) return pool;
    new Uint8Array(pool.#numbers.buffer).set(bytes);
    if (typeof kept.hour === "number") pool.#hour = kept.hour;
    pool.revision = 1;
    return pool;
  }

  toJSON(): unknown {
    const hour = Number.isNaN(this.#hour) ? null : this.#hour;
    const numbers = Buffer.from(this.#numbers.buffer).toString("base64");
    return { version: VERSION, hour, numbers } satisfies Remembered;
  }

  /** How many examples, as far as they are not forgotten, the coefficients rest on. */
  get examples(): number {
    let most = 0;
    for (let h = 0; h < HORIZONS; h++) most = Math.max(most, this.#scales[4 * h + 3] as number);
    return most;
  }

  /** The coefficients of all horizons, one after the other. */
  get theta(): ArrayLike<number> {
    return this.#theta;
  }

  /** Lets the clock run to a step of the grid: at a full hour what was taught takes effect. */
  reach(step: number): void {
    const hour = Math.floor(step / STEPS_PER_HOUR);
    if (hour <= this.#hour) return;
    const isFirst = Number.isNaN(this.#hour);
    this.#hour = hour;
    if (!isFirst) this.#settle();
  }

  /** Notes that `y` came at a horizon where `x` was seen. */
  teach(horizon: number, x: ArrayLike<number>, y: number): void {
    const first = horizon * POOL_SIZE;
    let predicted = 0;
    for (let i = 0; i < POOL_SIZE; i++) predicted += (this.#theta[first + i] as number) * (x[i] as number);
    const error = y - predicted;
    if (!Number.isFinite(error)) return;
    const scale = this.#scales[4 * horizon] as number;
    const most = CLIP * scale;
    const clipped = predicted + Math.max(-most, Math.min(most, error));
    this.#scales[4 * horizon + 1] =
      (this.#scales[4 * horizon + 1] as number) + grained(Math.min(Math.abs(error), 3 * scale + 0.05));
    this.#scales[4 * horizon + 2] = (this.#scales[4 * horizon + 2] as number) + 1;
    for (let i = 0; i < POOL_SIZE; i++) rounded[i] = grained(x[i] as number);
    this.#add(horizon * SUMS, grained(clipped));
  }

  #add(first: number, y: number): void {
    const fresh = this.#fresh;
    let at = first;
    for (let i = 0; i < POOL_SIZE; i++) {
      const xi = rounded[i] as number;
      for (let j = i; j < POOL_SIZE; j++, at++) fresh[at] = (fresh[at] as number) + xi * (rounded[j] as number);
    }
    for (let i = 0; i < POOL_SIZE; i++, at++) fresh[at] = (fresh[at] as number) + (rounded[i] as number) * y;
  }

  #settle(): void {
    let isAny = false;
    for (let h = 0; h < HORIZONS; h++) {
      const count = this.#scales[4 * h + 2] as number;
      if (count === 0) continue;
      isAny = true;
      const mean = ((this.#scales[4 * h + 1] as number) / count) * 1.25;
      const scale = this.#scales[4 * h] as number;
      this.#scales[4 * h] = scale + Math.min(0.3, count / (count + 200)) * (mean - scale);
      this.#scales[4 * h + 1] = 0;
      this.#scales[4 * h + 2] = 0;
      this.#scales[4 * h + 3] = (this.#scales[4 * h + 3] as number) * KEEP_AN_HOUR + count;
    }
    if (!isAny) return;
    for (let at = 0; at < this.#sums.length; at++) {
      this.#sums[at] = (this.#sums[at] as number) * KEEP_AN_HOUR + (this.#fresh[at] as number);
    }
    this.#fresh.fill(0);
    for (let h = 0; h < HORIZONS; h++)
      solve(this.#sums.subarray(h * SUMS, (h + 1) * SUMS), this.#theta.subarray(h * POOL_SIZE, (h + 1) * POOL_SIZE));
    this.revision += 1;
  }
}

const grained = (amount: number): number => Math.round(amount * GRAIN) / GRAIN;

const rounded = new Float64Array(POOL_SIZE);
const triangle = new Float64Array(POOL_SIZE * POOL_SIZE);

/** Ridge regression from its sums, by Cholesky; leaves the coefficients as they are when the sums are of no use. */
function solve(sums: Float64Array, theta: Float64Array): void {
  const n = POOL_SIZE;
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = i; j < n; j++, at++) triangle[j * n + i] = (sums[at] as number) + (i === j ? RIDGE : 0);
  }
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = triangle[i * n + j] as number;
      for (let k = 0; k < j; k++) rest -= (triangle[i * n + k] as number) * (triangle[j * n + k] as number);
      if (i > j) triangle[i * n + j] = rest / (triangle[j * n + j] as number);
      else if (rest > 0) triangle[i * n + j] = Math.sqrt(rest);
      else return;
    }
  }
  const found = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let rest = sums[PAIRS + i] as number;
    for (let k = 0; k < i; k++) rest -= (triangle[i * n + k] as number) * (found[k] as number);
    found[i] = rest / (triangle[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let rest = found[i] as number;
    for (let k = i + 1; k < n; k++) rest -= (triangle[k * n + i] as number) * (found[k] as number);
    found[i] = rest / (triangle[i * n + i] as number);
  }
  if (found.every(Number.isFinite)) theta.set(found);
}
