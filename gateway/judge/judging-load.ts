import type { Clock } from "#contract/clock.ts";
import { type Instant, millis, type Millis, seconds } from "#contract/units.ts";

/** The share of the thread that judging may take when there is much else to do: taking readings in comes first. */
const SHARE = 0.08;
/** Over what the share is taken. */
const LOOK_EVERY = seconds(1);
/** At most this much more seldom than otherwise, so that a verdict never lags by more than a few seconds. */
const MOST = 4;

/**
 * How much of the time goes into judging, so that in a flood rooms are judged more seldom rather than readings taken in
 * more slowly. A judgement costs less than the clock can tell, but over hundreds the ticks that fall into them add up to
 * what they took. In virtual time nothing takes any, so nothing is stretched.
 */
export class JudgingLoad {
  readonly #clock: Clock;
  #since: Instant;
  #took = 0;
  #stretch = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** How much longer than otherwise to wait between two judgements of a room: 1 to `MOST`. */
  get stretch(): number {
    return this.#stretch;
  }

  /** Told of each judgement, with what it led to: when it began. */
  judged(began: Instant): void {
    const now = this.#clock.now();
    this.#took += Math.max(0, now - began);
    const passed = millis(now - this.#since);
    if (passed < LOOK_EVERY) return;
    this.#stretch = decideStretch(this.#stretch, millis(this.#took), passed);
    this.#since = now;
    this.#took = 0;
  }
}

/** What was taken at the present stretch would have been `stretch` times as much without it; half of the way there each time. */
export function decideStretch(stretch: number, took: Millis, passed: Millis): number {
  const wanted = (stretch * took) / passed / SHARE;
  return Math.min(MOST, Math.max(1, (stretch + wanted) / 2));
}
