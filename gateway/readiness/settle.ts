import type { Outcome } from "#contract/messages/common.ts";
import { type Instant, instant, type Millis } from "#contract/units.ts";
import { badness } from "./score.ts";

/** How long a change must last before it counts. */
export interface Dwell {
  /** To become worse, by the clock. */
  enter: Millis;
  /** To become better, by evidence: silence never betters anything. */
  leave: Millis;
}

/** What a check has settled on, and what may follow. Small and plain: it is remembered over a restart. */
export interface Settled {
  outcome: Outcome;
  code: string;
  since: Instant;
  pending: Pending | undefined;
  /** Nothing was known of it for a while: nothing speaks for the better any more. */
  hasLapsed?: boolean;
}

interface Pending {
  outcome: Outcome;
  code: string;
  since: Instant;
  isWorse: boolean;
}

export interface Seen {
  outcome: Outcome;
  code: string;
  /** When what is seen was measured. */
  at: Instant;
  dwell: Dwell;
}

/**
 * Takes what is seen now into what is settled. A change to worse counts once it has lasted `enter`; one to better once
 * reports over `leave` have said so. After a silence the worse counts at once, because nothing speaks for the better.
 * Seeing the same again at the same moment changes nothing; where nothing changes, `before` itself comes back.
 */
export function decideSettled(before: Settled | undefined, seen: Seen, now: Instant): Settled {
  const { outcome, code } = seen;
  if (before === undefined) return { outcome, code, since: seen.at, pending: undefined };
  const step = badness[outcome] - badness[before.outcome];
  if (step === 0) {
    const isSame = before.code === code && before.pending === undefined && before.hasLapsed !== true;
    return isSame ? before : { outcome, code, since: before.since, pending: undefined };
  }
  const isWorse = step > 0;
  if (isWorse && before.hasLapsed === true) return { outcome, code, since: seen.at, pending: undefined };
  const pending = follow(before.pending, seen, isWorse);
  const lasted = isWorse ? now - pending.since >= seen.dwell.enter : seen.at - pending.since >= seen.dwell.leave;
  if (!lasted) {
    if (pending === before.pending && before.hasLapsed !== true) return before;
    return { outcome: before.outcome, code: before.code, since: before.since, pending };
  }
  const settled = { outcome: pending.outcome, code: pending.code, since: pending.since, pending: undefined };
  return decideSettled(settled, seen, now);
}

/** Nothing is known of it now. */
export const lapsed = (settled: Settled): Settled =>
  settled.hasLapsed === true ? settled : { ...settled, hasLapsed: true };

/** While something changes, only as much of it counts as held throughout. */
function follow(pending: Pending | undefined, seen: Seen, isWorse: boolean): Pending {
  if (pending?.isWorse !== isWorse) return { outcome: seen.outcome, code: seen.code, since: seen.at, isWorse };
  const isNearer = badness[seen.outcome] < badness[pending.outcome] === isWorse;
  const isSame = seen.outcome === pending.outcome;
  if (isSame ? seen.code === pending.code : !isNearer) return pending;
  return { outcome: seen.outcome, code: seen.code, since: pending.since, isWorse };
}

/** When a pending change to worse comes to count by the clock alone. */
export const settlesAt = (settled: Settled, dwell: Dwell): Instant | undefined =>
  settled.pending?.isWorse === true ? instant(settled.pending.since + dwell.enter) : undefined;
