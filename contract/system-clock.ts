import { uptime } from "node:os";
import type { Clock } from "./clock.ts";
import { instant, type Millis, seconds } from "./units.ts";

/** `setTimeout` fires at once for delays that do not fit in 31 bits, so longer waits are taken in steps. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The system's time: the only place that reads it. Timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  after(delay, task) {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      const step = Math.min(Math.max(left, 0), LONGEST_TIMEOUT_MS);
      timer = setTimeout(() => (left > step ? wait(left - step) : task()), step);
      timer.unref();
    };
    wait(delay);
    return () => {
      // Node keeps a list for every length of time that was waited for; of timers that let the process end it keeps even
      // empty lists until their time is up. Many waits of an hour that are taken back would fill the memory.
      timer.ref();
      clearTimeout(timer);
    };
  },
  every(period, task) {
    const timer = setInterval(task, Math.min(Math.max(period, 1), LONGEST_TIMEOUT_MS));
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** What has passed since the machine was started, asleep or awake; setting its clock does not move it. To the second at least. */
export const systemUptime = (): Millis => seconds(uptime());
