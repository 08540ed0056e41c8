import type { Instant } from "#contract/units.ts";
import type { RowsVerdict } from "../readiness/verdict.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { JudgedRoom } from "./judge-room.ts";

/**
 * How new a judgement is. `words`: an outcome, a reason, a status, a cause: told at once. `figures`: a value, a score, a
 * probability: soon. `evidence`: newer reports of the same: now and then.
 */
export type Grade = "words" | "figures" | "evidence" | "nothing";

/** How finely a value is told: finer changes are nobody's news. What is not named is told to the unit. */
const RESOLUTION: Readonly<Record<string, number>> = {
  temperature_c: 0.1,
  setpoint_c: 0.1,
  co2_ppm: 5,
  voc_ppb: 10,
  light_lux: 10,
  latency_ms: 20,
  power_w: 10,
  energy_kwh: 0.1,
  battery_v: 0.1,
};

/** The gist of a judgement, grade by grade. */
interface Gist {
  words: unknown[];
  figures: unknown[];
  evidence: unknown[];
}
const empty = (): Gist => ({ words: [], figures: [], evidence: [] });

/** Every comparison fills this one: a room keeps only the gist of what was told, not the judgement. */
const fresh = empty();

/** Compares each judgement of a room with the last one that was told. */
export class News {
  readonly #told = empty();

  grade(judged: JudgedRoom, room: RoomState): Grade {
    summarise(judged, room);
    if (isOther(this.#told.words, fresh.words)) return "words";
    if (isOther(this.#told.figures, fresh.figures)) return "figures";
    return isOther(this.#told.evidence, fresh.evidence) ? "evidence" : "nothing";
  }

  /** This judgement is told now. */
  told(judged: JudgedRoom, room: RoomState): void {
    summarise(judged, room);
    for (const grade of ["words", "figures", "evidence"] as const) {
      const [kept, now] = [this.#told[grade], fresh[grade]];
      kept.length = now.length;
      for (let i = 0; i < now.length; i++) kept[i] = now[i];
    }
  }
}

function isOther(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return true;
  return false;
}

function summarise(judged: JudgedRoom, room: RoomState): void {
  const { words, figures, evidence } = fresh;
  words.length = figures.length = evidence.length = 0;
  words.push(judged.card, judged.findings);
  takeVerdict(judged.now);
  for (const { visit, verdict, forecast, status } of judged.visits) {
    words.push(visit.demo, status);
    takeVerdict(verdict);
    figures.push(percent(forecast.p));
    for (const { cause, isUnknown, p, actBy } of forecast.causes) {
      words.push(cause, isUnknown);
      figures.push(percent(p), minute(actBy));
    }
  }
  for (const slot of room.slots) {
    words.push(room.kindOf(slot, judged.at));
    figures.push(rounded(slot.metric, slot.value));
    evidence.push(slot.at);
  }
}

function takeVerdict(verdict: RowsVerdict): void {
  const { words, figures } = fresh;
  words.push(verdict.outcome);
  figures.push(verdict.score);
  for (const lost of verdict.lost) figures.push(lost);
  for (const { outcome, code, since, part } of verdict.rows) {
    words.push(outcome, code, since, part.key, part.cause, part.outcome);
  }
}

function rounded(metric: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value / (RESOLUTION[metric] ?? 1)) : value;
}

const percent = (p: number): number => Math.round(p * 100);
const minute = (at: Instant): number => Math.floor(at / 60_000);
