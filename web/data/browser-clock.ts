import type { Clock } from "#contract/clock.ts";
import type { Instant } from "#contract/units.ts";

/** The browser's time and timers; the only file of the application that reads them. */
export const browserClock: Clock = {
  now: () => Date.now() as Instant,
  after(delay, task) {
    const timer = setTimeout(task, Math.max(delay, 0));
    return () => clearTimeout(timer);
  },
  every(period, task) {
    const timer = setInterval(task, Math.max(period, 1));
    return () => clearInterval(timer);
  },
};
