import type { Clock } from "#contract/clock.ts";
import type { Millis } from "#contract/units.ts";

interface Bucket {
  left: number;
  at: number;
}

/** What a limiter says of one attempt. */
export interface Allowance {
  ok: boolean;
  left: number;
  /** Until the next attempt may go through. */
  wait: Millis;
}

/**
 * A token bucket per key: `most` at once, refilled evenly over `per`. Holds at most `keys` of them; when there are more,
 * the ones untouched longest go, which are full again anyway or belong to a flood of addresses.
 */
export class Limiter {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #msEach: number;
  readonly #keys: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, limit: { most: number; per: Millis; keys?: number }) {
    this.#clock = clock;
    this.#most = limit.most;
    this.#msEach = limit.per / limit.most;
    this.#keys = limit.keys ?? 10_000;
  }

  /** Counts an attempt. */
  take(key: string): Allowance {
    const bucket = this.#bucket(key);
    const ok = bucket.left >= 1;
    if (ok) bucket.left -= 1;
    return { ok, left: Math.floor(bucket.left), wait: this.#wait(bucket) };
  }

  /** Looks without counting. */
  peek(key: string): Allowance {
    const bucket = this.#bucket(key);
    return { ok: bucket.left >= 1, left: Math.floor(bucket.left), wait: this.#wait(bucket) };
  }

  /** Forgets a key's attempts. */
  clear(key: string): void {
    this.#buckets.delete(key);
  }

  #wait(bucket: Bucket): Millis {
    return (bucket.left >= 1 ? 0 : Math.ceil((1 - bucket.left) * this.#msEach)) as Millis;
  }

  #bucket(key: string): Bucket {
    const now = this.#clock.now();
    const known = this.#buckets.get(key);
    const bucket: Bucket =
      known === undefined
        ? { left: this.#most, at: now }
        : { left: Math.min(this.#most, known.left + Math.max(0, now - known.at) / this.#msEach), at: now };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#keys) this.#buckets.delete(this.#buckets.keys().next().value as string);
    return bucket;
  }
}
