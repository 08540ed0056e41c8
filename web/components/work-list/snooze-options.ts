import { clockTime, startOfDay } from "../../words/time-words.ts";

export interface SnoozeOption {
  label: string;
  until: number;
}

const MINUTE_MS = 60_000;
/** A snooze ends before the act-by, so that it can never cost the visit. */
const GUARD_MS = 5 * MINUTE_MS;

/** Until when this can be put off: never past what its visit allows. */
export function snoozeOptions(now: number, actBy: number, hasVisit: boolean, zone: string): SnoozeOption[] {
  const latest = hasVisit ? actBy - GUARD_MS : Number.POSITIVE_INFINITY;
  const steps = [10, 30, 60].map((minutes) => ({
    label: minutes === 60 ? "1 hour" : `${minutes} min`,
    until: now + minutes * MINUTE_MS,
  }));
  const options = steps.filter((step) => step.until <= latest);
  if (hasVisit && latest > now + MINUTE_MS)
    options.push({ label: `Until ${clockTime(latest, zone)}, 5 min before act-by`, until: latest });
  if (!hasVisit) {
    const tomorrow = startOfDay(now + 24 * 60 * MINUTE_MS, zone) + 8 * 60 * MINUTE_MS;
    options.push({ label: "Until tomorrow 08:00", until: tomorrow });
  }
  return options;
}
