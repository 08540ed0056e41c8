import type { Cancel, Clock } from "#contract/clock.ts";
import { type Instant, instant, type Millis, millis } from "#contract/units.ts";

/** The clock of a machine that is set now and then; its timers and its uptime go on as they would. */
export class JumpingClock implements Clock {
  readonly #truth: Clock;
  readonly #start: Instant;
  #off = 0;

  constructor(truth: Clock) {
    this.#truth = truth;
    this.#start = truth.now();
  }

  readonly uptime = (): Millis => millis(this.#truth.now() - this.#start);

  jump(byMs: number): void {
    this.#off += byMs;
  }

  now(): Instant {
    return instant(this.#truth.now() + this.#off);
  }

  after(delay: Millis, task: () => void): Cancel {
    return this.#truth.after(delay, task);
  }

  every(period: Millis, task: () => void): Cancel {
    return this.#truth.every(period, task);
  }
}
