import { type Millis, millis, seconds } from "./units.ts";

/** How long a lost link waits: at most `first` before the first try, twice as long before each further one, up to `ceiling`. */
export interface Reconnect {
  first: Millis;
  ceiling: Millis;
}

/** The ceiling is short, because whoever waits for a link cannot warn anybody meanwhile; the jitter keeps a crowd apart. */
export const RECONNECT: Reconnect = { first: millis(250), ceiling: seconds(10) };
/** A sign-in that was refused is tried again at this distance: a key can be put right on the other side. */
const REFUSED_RETRY = seconds(60);

/**
 * The wait before the next try, with full jitter: any `share` (0 to 1) of what the failures so far allow, so that a
 * thousand agents that lost one broker come back spread over the whole time. Refused sign-ins keep half of theirs.
 */
export function waitBefore(
  { failures, isRefused, share }: { failures: number; isRefused: boolean; share: number },
  { first, ceiling }: Reconnect = RECONNECT,
): Millis {
  if (isRefused) return millis(Math.max(ceiling, REFUSED_RETRY) * (0.5 + share / 2));
  return millis(share * Math.min(ceiling, first * 2 ** (Math.max(1, failures) - 1)));
}
