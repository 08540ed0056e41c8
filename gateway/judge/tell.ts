import type {
  Cause,
  CheckForecast,
  CheckResult,
  DemoReadiness,
  Evidence,
  RoomReadiness,
  SensorFinding,
  Verdict,
} from "#contract/messages/readiness.ts";
import { type Instant } from "#contract/units.ts";
import type { CauseForecast, CheckOutlook } from "../forecast/forecast.ts";
import { badness } from "../readiness/score.ts";
import type { Row, RowsVerdict } from "../readiness/verdict.ts";
import { toMinute, type Words, wordsOf } from "../readiness/words.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { JudgedRoom } from "./judge-room.ts";
import type { JudgedVisit } from "./judge-visit.ts";
import { stamp } from "./stamp.ts";

/** Puts a judged room into the words that go over the wire. */
export function tellRoom(judged: JudgedRoom, room: RoomState): RoomReadiness {
  const words = wordsOf(judged.card.zone);
  toldRows.clear();
  return {
    at: stamp(judged.at),
    now: tellVerdict(judged.now, words, judged.at),
    demos: judged.visits.map((visit) => tellDemo(visit, words, judged.at)),
    evidence: tellEvidence(room, judged.at),
    findings: [...judged.findings] as SensorFinding[],
  };
}

function tellVerdict(verdict: RowsVerdict, words: Words, now: Instant): Verdict {
  const { outcome, score, score_hi, confidence, rows, lost } = verdict;
  const checks = rows.map((row, i) => tellRow(row, lost[i] ?? 0, { words, now }));
  return { outcome, score, score_hi, confidence, sentence: worstSentence(rows, checks), checks };
}

/** What several visits ask is told once: the rows told so far, without the points that each verdict loses by them. */
const toldRows = new Map<Row, CheckResult>();

function tellRow(row: Row, lost: number, about: { words: Words; now: Instant }): CheckResult {
  let told = toldRows.get(row);
  if (told === undefined) {
    told = newlyTold(row, lost, about);
    toldRows.set(row, told);
  }
  return told.lost === lost ? told : { ...told, lost };
}

function newlyTold(row: Row, lost: number, { words, now }: { words: Words; now: Instant }): CheckResult {
  const { part } = row;
  const slot = part.seen?.slot;
  return {
    check: row.check,
    outcome: row.outcome,
    hard: row.hard,
    code: row.code,
    sentence: rowSentence(row, words, now),
    since: stamp(row.since),
    lost,
    freshness: Math.round(row.freshness * 100) / 100,
    ...(slot?.value !== undefined && { evidence_at: stamp(slot.at) }),
    ...(part.device !== undefined && { device: part.device }),
    ...(part.metric !== undefined && { metric: part.metric }),
    ...(part.value !== undefined && { value: part.value }),
    ...(part.limit !== undefined && { limit: part.limit }),
  };
}

/** The part's own sentence, and how it differs from what has settled. */
function rowSentence(row: Row, words: Words, now: Instant): string {
  const { part } = row;
  const said = part.say(row.since);
  if (part.outcome === row.outcome) return said;
  if (part.outcome === "unknown") return `${said} It was not ready when last heard of.`;
  const isWorse = badness[part.outcome] > badness[row.outcome];
  return isWorse
    ? `${said} Not yet for long enough to count.`
    : `${said} It was ${row.outcome === "not_ready" ? "not ready" : row.outcome}${words.since(row.since, now)} and is being watched.`;
}

function worstSentence(rows: readonly Row[], checks: readonly CheckResult[]): string {
  let worst: CheckResult | undefined;
  for (const [i, check] of checks.entries()) {
    if (rows[i]?.outcome === "ready") continue;
    if (worst === undefined || weight(check) > weight(worst)) worst = check;
  }
  if (worst !== undefined) return worst.sentence;
  return rows.length === 0 ? "Nothing is asked of this room." : "Everything needed is ready.";
}

const weight = (check: CheckResult): number => (check.hard ? 1_000 : 0) + badness[check.outcome] * 200 + check.lost;

function tellDemo(judged: JudgedVisit, words: Words, now: Instant): DemoReadiness {
  const { visit, forecast, status } = judged;
  const { demo } = visit;
  const verdict = tellVerdict(judged.verdict, words, now);
  return {
    demo: demo.id,
    start: demo.start,
    arrival: demo.arrival,
    end: demo.end,
    status,
    sentence: demoSentence(judged, verdict, { words, now }),
    verdict,
    p_ready: percent(forecast.p),
    basis: forecast.basis,
    ...(forecast.deadline !== undefined && { deadline: stamp(toMinute(forecast.deadline)) }),
    ...(forecast.actBy !== undefined && { act_by: stamp(toMinute(forecast.actBy)) }),
    causes: forecast.causes.map((cause) => tellCause(cause, words, now)),
    forecasts: forecast.checks.map(tellCheck),
  };
}

function demoSentence(judged: JudgedVisit, verdict: Verdict, { words, now }: { words: Words; now: Instant }): string {
  const { forecast, status, visit } = judged;
  const { arrival } = visit;
  const first = forecast.causes[0];
  if (now >= arrival || status === "maintenance" || first === undefined) return verdict.sentence;
  const told = causeSentence(first, words, now);
  if (status === "at_risk" && forecast.actBy !== undefined) {
    const isPast = now > forecast.actBy;
    return `${told} Act ${isPast ? "now: it was due" : "by"} ${words.time(toMinute(forecast.actBy), now)}.`;
  }
  if (status === "too_late") return `${told} Too late to mend before ${words.time(arrival, now)}: move the visit.`;
  return status === "ready" ? verdict.sentence : told;
}

function tellCheck({ check, p, mean, sigma, unit }: CheckOutlook): CheckForecast {
  return {
    check,
    p_ready: thousandth(p),
    ...(mean !== undefined && { mean: hundredth(mean) }),
    ...(sigma !== undefined && { sigma: hundredth(sigma) }),
    ...(unit !== undefined && { unit }),
  };
}

const hundredth = (n: number): number => Math.round(n * 100) / 100;
const thousandth = (p: number): number => Math.round(p * 1_000) / 1_000;

function tellCause(cause: CauseForecast, words: Words, now: Instant): Cause {
  return {
    cause: cause.cause,
    checks: cause.checks,
    sentence: causeSentence(cause, words, now),
    p_ready: percent(cause.p),
    p_mended: percent(cause.pMended),
    waiting: { costs: thousandth(cause.waiting.costs), teaches: thousandth(cause.waiting.teaches) },
    act_by: stamp(toMinute(cause.actBy)),
    steps: cause.steps.map((step) => ({
      remedy: step.remedy,
      label: step.label,
      p50_min: step.p50Min,
      p90_min: step.p90Min,
      act_by: stamp(toMinute(step.actBy)),
    })),
  };
}

function causeSentence(cause: CauseForecast, words: Words, now: Instant): string {
  const said = rowSentence(cause.row, words, now);
  return cause.expects === undefined ? said : `${said.replace(/\.$/, "")}; ${cause.expects()}.`;
}

function tellEvidence(room: RoomState, now: Instant): Evidence[] {
  const evidence: Evidence[] = [];
  for (const device of room.ranked) {
    for (const slot of device.slots.values()) {
      const seen = room.observe(device, slot.metric, now);
      evidence.push({
        device: slot.device,
        metric: slot.metric,
        kind: seen.kind,
        ...(slot.value !== undefined && { value: slot.value, at: stamp(slot.at) }),
        since: stamp(seen.since),
        interval_s: slot.interval / 1000,
      });
    }
  }
  return evidence;
}

const percent = (p: number): number => Math.round(p * 100) / 100;
