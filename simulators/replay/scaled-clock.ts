import type { Clock } from "#contract/clock.ts";
import { instant, type Instant, millis } from "#contract/units.ts";

/** A clock that shows recorded time, running `speed` times as fast as `base` from `start` on: a replay that can be watched. */
export function startScaledClock(base: Clock, start: Instant, speed: number): Clock {
  const begun = base.now();
  return {
    now: () => instant(start + (base.now() - begun) * speed),
    after: (delay, task) => base.after(millis(delay / speed), task),
    every: (period, task) => base.every(millis(period / speed), task),
  };
}
