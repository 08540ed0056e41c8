import type { Instant, Millis } from "./units.ts";

/** Takes back a timer; safe to call twice and after it has fired. */
export type Cancel = () => void;

/**
 * The only source of time. Code takes a clock; one file reads the system's (`system-clock.ts`), and tests, replay and
 * evaluation hand in a `VirtualClock`, so that a month of building life runs through the real code in seconds.
 */
export interface Clock {
  now(): Instant;
  /** Runs `task` once, `delay` from now (at once when `delay` is not positive, but never before `after` returns). */
  after(delay: Millis, task: () => void): Cancel;
  /** Runs `task` every `period`, first one period from now. */
  every(period: Millis, task: () => void): Cancel;
}

/** Resolves `delay` from now on that clock. */
export const sleep = (clock: Clock, delay: Millis): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delay, resolve);
  });
