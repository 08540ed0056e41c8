import type { Outcome } from "#contract/messages/common.ts";
import { freshness } from "../rooms/freshness.ts";
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
  /** The newest evidence that went in. */
  at: Instant;
  pending: Pending | undefined;
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
  interval: Millis;
  dwell: Dwell;
}

/**
 * Takes what is seen now into what is settled. A change to worse counts once it has lasted `enter`; one to better once
 * reports over `leave` have said so. After a silence the worse counts at once, because nothing speaks for the better.
 */
export function decideSettled(before: Settled | undefined, seen: Seen, now: Instant): Settled {
  if (before === undefined) {
    return { outcome: seen.outcome, code: seen.code, since: seen.at, at: seen.at, pending: undefined };
  }
  const at = instant(Math.max(before.at, seen.at));
  const step = badness[seen.outcome] - badness[before.outcome];
  if (step === 0) {
    return { outcome: before.outcome, code: seen.code, since: before.since, at, pending: undefined };
  }
  const isWorse = step > 0;
  const wasSilent = seen.at > before.at && freshness((seen.at - before.at) as Millis, seen.interval) === 0;
  if (isWorse && wasSilent) {
    return { outcome: seen.outcome, code: seen.code, since: seen.at, at, pending: undefined };
  }
  const pending = follow(before.pending, seen, isWorse);
  const lasted = isWorse ? now - pending.since >= seen.dwell.enter : seen.at - pending.since >= seen.dwell.leave;
  if (!lasted) return { ...before, at, pending };
  const rest = pending.outcome === seen.outcome ? undefined : follow(undefined, seen, isWorse);
  return { outcome: pending.outcome, code: pending.code, since: pending.since, at, pending: rest };
}

/** While something changes, only as much of it counts as held throughout. */
function follow(pending: Pending | undefined, seen: Seen, isWorse: boolean): Pending {
  if (pending?.isWorse !== isWorse) return { outcome: seen.outcome, code: seen.code, since: seen.at, isWorse };
  const isNearer = badness[seen.outcome] < badness[pending.outcome] === isWorse;
  if (!isNearer && seen.outcome !== pending.outcome) return pending;
  return { outcome: seen.outcome, code: seen.code, since: pending.since, isWorse };
}

/** When a pending change to worse comes to count by the clock alone. */
export const settlesAt = (settled: Settled, dwell: Dwell): Instant | undefined =>
  settled.pending?.isWorse === true ? instant(settled.pending.since + dwell.enter) : undefined;
