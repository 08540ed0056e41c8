import type {
  Cause,
  CheckForecast,
  CheckResult,
  DemoReadiness,
  RoomReadiness,
  SensorFinding,
  Verdict,
} from "#contract/messages/readiness.ts";
import { type Instant, rfc3339 } from "#contract/units.ts";
import type { CauseForecast, CheckOutlook } from "../forecast/forecast.ts";
import { badness } from "../readiness/score.ts";
import type { Row, RowsVerdict } from "../readiness/verdict.ts";
import { toMinute, type Words, wordsOf } from "../readiness/words.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { JudgedRoom } from "./judge-room.ts";
import type { JudgedVisit } from "./judge-visit.ts";
import { ToldEvidence } from "./told-evidence.ts";
import { ToldRows } from "./told-rows.ts";

/**
 * Puts one room, judgement after judgement, into the words that go over the wire. What is not told is `undefined`, which the wire
 * leaves out: objects of one shape are cheap to read for those who look at every one of them.
 */
export class RoomTeller {
  readonly #rows: ToldRows;
  readonly #evidence: ToldEvidence;

  /** See `ToldRows`. */
  constructor(options: { isForgetful?: boolean } = {}) {
    this.#rows = new ToldRows(options);
    this.#evidence = new ToldEvidence(options);
  }

  tell(judged: JudgedRoom, room: RoomState): RoomReadiness {
    const about: About = { words: wordsOf(judged.card.zone), now: judged.at, rows: this.#rows };
    this.#rows.begin(about.words, judged.at);
    return {
      at: rfc3339(judged.at),
      now: tellVerdict(judged.now, about),
      demos: judged.visits.map((visit) => tellDemo(visit, about)),
      evidence: this.#evidence.tell(room, judged.at),
      findings: [...judged.findings] as SensorFinding[],
    };
  }
}

/** By whom and when a room is told. */
interface About {
  words: Words;
  now: Instant;
  rows: ToldRows;
}

function tellVerdict({ outcome, score, score_hi, confidence, rows, lost }: RowsVerdict, about: About): Verdict {
  const checks = rows.map((row, i) => about.rows.tell(row, lost[i] ?? 0));
  return { outcome, score, score_hi, confidence, sentence: worstSentence(rows, checks), checks };
}

function worstSentence(rows: readonly Row[], checks: readonly CheckResult[]): string {
  let worst: CheckResult | undefined;
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i] as CheckResult;
    if (rows[i]?.outcome === "ready") continue;
    if (worst === undefined || weight(check) > weight(worst)) worst = check;
  }
  if (worst !== undefined) return worst.sentence;
  return rows.length === 0 ? "Nothing is asked of this room." : "Everything needed is ready.";
}

const weight = (check: CheckResult): number => (check.hard ? 1_000 : 0) + badness[check.outcome] * 200 + check.lost;

function tellDemo(judged: JudgedVisit, about: About): DemoReadiness {
  const { visit, forecast, status } = judged;
  const { demo } = visit;
  const verdict = tellVerdict(judged.verdict, about);
  return {
    demo: demo.id,
    start: demo.start,
    arrival: demo.arrival,
    end: demo.end,
    status,
    sentence: demoSentence(judged, verdict, about),
    verdict,
    p_ready: percent(forecast.p),
    basis: forecast.basis,
    deadline: forecast.deadline === undefined ? undefined : rfc3339(toMinute(forecast.deadline)),
    act_by: forecast.actBy === undefined ? undefined : rfc3339(toMinute(forecast.actBy)),
    causes: forecast.causes.map((cause) => tellCause(cause, about)),
    forecasts: forecast.checks.map(tellCheck),
  };
}

function demoSentence(judged: JudgedVisit, verdict: Verdict, about: About): string {
  const { words, now, rows } = about;
  const { forecast, status, visit } = judged;
  const { arrival } = visit;
  const first = forecast.causes[0];
  if (now >= arrival || status === "maintenance" || first === undefined) return verdict.sentence;
  const told = causeSentence(first, rows);
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
    mean: mean === undefined ? undefined : hundredth(mean),
    sigma: sigma === undefined ? undefined : hundredth(sigma),
    unit,
  };
}

const hundredth = (n: number): number => Math.round(n * 100) / 100;
const thousandth = (p: number): number => Math.round(p * 1_000) / 1_000;

function tellCause(cause: CauseForecast, { rows }: About): Cause {
  return {
    cause: cause.cause,
    checks: cause.checks,
    sentence: causeSentence(cause, rows),
    p_ready: percent(cause.p),
    p_mended: percent(cause.pMended),
    waiting: { costs: thousandth(cause.waiting.costs), teaches: thousandth(cause.waiting.teaches) },
    act_by: rfc3339(toMinute(cause.actBy)),
    steps: cause.steps.map((step) => ({
      remedy: step.remedy,
      label: step.label,
      p50_min: step.p50Min,
      p90_min: step.p90Min,
      act_by: rfc3339(toMinute(step.actBy)),
    })),
  };
}

function causeSentence(cause: CauseForecast, rows: ToldRows): string {
  const said = rows.sentence(cause.row);
  return cause.expects === undefined ? said : `${said.replace(/\.$/, "")}; ${cause.expects()}.`;
}

const percent = (p: number): number => Math.round(p * 100) / 100;
