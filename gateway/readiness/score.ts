import type { Outcome } from "#contract/messages/common.ts";

/** What the score needs of a check. */
export interface Scored {
  /** Relative; the weights of one verdict are scaled to 100. */
  weight: number;
  hard: boolean;
  outcome: Outcome;
  /** 1 inside ready, falling through the degraded band, 0 beyond. */
  quality: number;
  /** 1 fresh … 0 gone. */
  freshness: number;
}

export interface Score {
  outcome: Outcome;
  /** 0…100 in tenths. */
  score: number;
  /** The score if everything unknown turned out ready. */
  score_hi: number;
  confidence: number;
  /** Points lost per check, in the order given; they add up to 100 − score. */
  lost: number[];
}

/** The highest score that a check in this state allows: a score never hides a blocker. */
const CAPS = {
  hard: { ready: 100, degraded: 89, unknown: 59, not_ready: 39 },
  soft: { ready: 100, degraded: 94, unknown: 89, not_ready: 89 },
} as const satisfies Record<string, Record<Outcome, number>>;
const CAP_AGEING = 99;

export const badness: Readonly<Record<Outcome, number>> = { ready: 0, degraded: 1, unknown: 2, not_ready: 3 };

/** The worse of two outcomes. */
export const worse = (a: Outcome, b: Outcome): Outcome => (badness[a] >= badness[b] ? a : b);

const capOf = (check: Scored): number => {
  const cap = CAPS[check.hard ? "hard" : "soft"][check.outcome];
  return check.outcome === "ready" && check.freshness < 1 ? CAP_AGEING : cap;
};

/** Points of 100 that a check costs by itself. */
function baseLoss(check: Scored, share: number): number {
  if (check.outcome === "unknown" || check.outcome === "not_ready") return share;
  return share * (1 - check.quality * check.freshness);
}

/**
 * The score of a set of checks. Pure; the order of the checks is irrelevant. What a cap takes beyond the checks' own
 * losses is charged to the capping checks by weight.
 */
export function decideScore(checks: readonly Scored[]): Score {
  let total = 0;
  for (const check of checks) total += check.weight;
  if (total === 0) return { outcome: "ready", score: 100, score_hi: 100, confidence: 1, lost: checks.map(() => 0) };
  let sum = 0;
  let sumKnown = 0;
  let cap = 100;
  let capKnown = 100;
  let confidence = 0;
  const lost: number[] = [];
  for (const check of checks) {
    const share = (100 * check.weight) / total;
    const loss = baseLoss(check, share);
    const limit = capOf(check);
    lost.push(loss);
    sum += loss;
    cap = Math.min(cap, limit);
    if (check.outcome !== "unknown") {
      sumKnown += loss;
      capKnown = Math.min(capKnown, limit);
    }
    confidence += (share * check.freshness) / 100;
  }
  const exact = Math.max(0, Math.min(100 - sum, cap));
  chargeCap(checks, lost, { surplus: 100 - exact - sum, cap });
  const score = tenths(exact);
  return {
    outcome: decideOutcome(checks),
    score,
    score_hi: Math.max(score, tenths(Math.max(0, Math.min(100 - sumKnown, capKnown)))),
    confidence: Math.min(1, Math.round(confidence * 1000) / 1000),
    lost: inTenths(lost, Math.round((100 - score) * 10)),
  };
}

/** NOT_READY rules over UNKNOWN over DEGRADED over READY; only hard checks block. */
function decideOutcome(checks: readonly Scored[]): Outcome {
  let outcome: Outcome = "ready";
  for (const check of checks) {
    const counts = check.outcome === "ready" || check.hard ? check.outcome : "degraded";
    outcome = worse(outcome, counts);
  }
  return outcome;
}

function chargeCap(
  checks: readonly Scored[],
  lost: number[],
  { surplus, cap }: { surplus: number; cap: number },
): void {
  if (surplus <= 0) return;
  let weight = 0;
  for (const check of checks) if (capOf(check) === cap) weight += check.weight;
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i] as Scored;
    if (capOf(check) === cap) lost[i] = (lost[i] ?? 0) + (surplus * check.weight) / weight;
  }
}

const tenths = (n: number): number => Math.round(n * 10) / 10;

/** Rounds losses to tenths so that they still add up exactly: the largest remainders take what is left. */
function inTenths(lost: readonly number[], units: number): number[] {
  if (units === 0) return lost.map(() => 0);
  const told: number[] = [];
  const remainders: number[] = [];
  let left = units;
  for (const loss of lost) {
    const whole = Math.floor(loss * 10 + 1e-9);
    told.push(whole);
    remainders.push(loss > 0 ? loss * 10 - whole : NOTHING_LEFT);
    left -= whole;
  }
  for (; left > 0; left--) {
    const most = largest(remainders);
    if (most === undefined) break;
    told[most] = (told[most] as number) + 1;
    remainders[most] = NOTHING_LEFT;
  }
  for (let i = 0; i < told.length; i++) told[i] = (told[i] as number) / 10;
  return told;
}

const NOTHING_LEFT = Number.NEGATIVE_INFINITY;

/** Where the largest is, the first of several. */
function largest(of: readonly number[]): number | undefined {
  let at: number | undefined;
  let most = NOTHING_LEFT;
  for (let i = 0; i < of.length; i++) {
    const each = of[i] as number;
    if (each <= most) continue;
    most = each;
    at = i;
  }
  return at;
}
