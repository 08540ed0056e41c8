import { type Instant, later, minutes } from "#contract/units.ts";

export type Priority = 1 | 2 | 3;

/** By the time that is left, not by severity: 1 past act-by or less than 10 min to it, 2 less than 60 min, 3 later. */
export function priorityOf(actBy: Instant, now: Instant): Priority {
  if (actBy < later(now, minutes(10))) return 1;
  return actBy < later(now, minutes(60)) ? 2 : 3;
}

/** When the priority rises by time alone. */
export function nextPriorityAt(actBy: Instant, now: Instant): Instant | undefined {
  for (const before of [minutes(60), minutes(10)]) {
    const rises = (actBy - before + 1) as Instant;
    if (rises > now) return rises;
  }
  return undefined;
}
