import type { Cancel, Clock } from "#contract/clock.ts";
import { type Millis, seconds } from "#contract/units.ts";

const FIRST = seconds(1);
const EVERY = seconds(5);

/** Does something soon after it is due, and not more often than every few seconds. */
export class Throttle {
  readonly #clock: Clock;
  readonly #task: () => Promise<void>;
  #cancel: Cancel | undefined;
  #isRested = true;

  constructor(clock: Clock, task: () => Promise<void>) {
    this.#clock = clock;
    this.#task = task;
  }

  due(): void {
    this.#arm(this.#isRested ? FIRST : EVERY);
  }

  stop(): void {
    this.#cancel?.();
  }

  #arm(delay: Millis): void {
    this.#cancel ??= this.#clock.after(delay, () => {
      this.#cancel = undefined;
      this.#isRested = false;
      this.#clock.after(EVERY, () => (this.#isRested = true));
      void this.#task();
    });
  }
}
