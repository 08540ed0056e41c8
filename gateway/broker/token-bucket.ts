import { type Instant, type Millis, millis } from "#contract/units.ts";

/** Allows a steady rate and a burst; tells how long to wait instead of saying no. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: Instant;

  constructor(perSecond: number, burst: number, now: Instant) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes `cost`, going into debt when there is not enough: the wait until the debt is paid. */
  take(cost: number, now: Instant): Millis {
    // A clock that is set back costs nobody anything.
    const passed = Math.max(0, now - this.#at);
    this.#at = now;
    this.#tokens = Math.min(this.#burst, this.#tokens + (passed * this.#perSecond) / 1000) - cost;
    return this.wait;
  }

  get wait(): Millis {
    return millis(this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * 1000) / this.#perSecond));
  }
}
