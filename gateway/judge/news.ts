import type { SensorFinding } from "#contract/messages/readiness.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import type { Instant } from "#contract/units.ts";
import type { Row, RowsVerdict } from "../readiness/verdict.ts";
import { staleFrom } from "../rooms/freshness.ts";
import type { Observed, Slot } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { JudgedRoom } from "./judge-room.ts";
import type { JudgedVisit } from "./judge-visit.ts";

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

/** The gist of a verdict or a visit. */
interface Gist {
  words: unknown[];
  figures: unknown[];
}
const newGist = (): Gist => ({ words: [], figures: [] });

/**
 * Every comparison fills this one, up to its counts: a room keeps only the gist of what was told, not the judgement. Its lists
 * are never emptied, for to grow again costs more than the comparison.
 */
const fresh = { ...newGist(), wordsTaken: 0, figuresTaken: 0 };

/** What was told of one slot. */
interface ToldSlot {
  kind: Observed["kind"];
  value: unknown;
}

/** Something told, and the judgement that it was last compared with: the same object needs no second comparison. */
interface Told<T> {
  like: T | undefined;
  gist: Gist;
}
const newTold = <T>(): Told<T> => ({ like: undefined, gist: newGist() });

/** A visit that was told. Its forecast is another with each value, its verdict, which is most of it, is not. */
interface ToldVisit {
  visit: Told<JudgedVisit>;
  verdict: Told<RowsVerdict>;
}

/** Compares each judgement of a room with the last one that was told. What is the same object as then is not compared. */
export class News {
  #card: RoomCard | undefined;
  #findings: readonly SensorFinding[] | undefined;
  readonly #now = newTold<RowsVerdict>();
  readonly #visits: ToldVisit[] = [];
  readonly #slots = new Map<Slot, ToldSlot>();
  /** Slots whose word is, or may be, another than the one that was told. */
  readonly #unsaid = new Set<Slot>();
  #heard = -1;
  #shape = -1;
  /** Not after the first moment at which a slot's word becomes one of another kind by the clock alone. */
  #kindsAt = Number.NEGATIVE_INFINITY;
  readonly #isForgetful: boolean;

  /** `isForgetful`: compares everything every time. For tests: it must make no difference. */
  constructor({ isForgetful = false } = {}) {
    this.#isForgetful = isForgetful;
  }

  grade(judged: JudgedRoom, room: RoomState): Grade {
    if (this.#isForgetful) this.#forget(room);
    const slots = this.#gradeSlots(room, judged.at);
    if (slots === "words" || this.#card !== judged.card || this.#findings !== judged.findings) return "words";
    const verdict = compare(this.#now, judged.now, takeVerdict);
    if (verdict === "words" || this.#visits.length !== judged.visits.length) return "words";
    let hasFigures = slots === "figures" || verdict === "figures";
    for (const [i, visit] of judged.visits.entries()) {
      const told = this.#visits[i] as ToldVisit;
      const forecast = compare(told.visit, visit, takeForecast);
      const itsVerdict = compare(told.verdict, visit.verdict, takeVerdict);
      if (forecast === "words" || itsVerdict === "words") return "words";
      hasFigures ||= forecast === "figures" || itsVerdict === "figures";
    }
    if (hasFigures) return "figures";
    return room.heard === this.#heard ? "nothing" : "evidence";
  }

  /** This judgement is told now. */
  told(judged: JudgedRoom, room: RoomState): void {
    this.#card = judged.card;
    this.#findings = judged.findings;
    this.#heard = room.heard;
    keep(this.#now, judged.now, takeVerdict);
    this.#visits.length = Math.min(this.#visits.length, judged.visits.length);
    for (const [i, visit] of judged.visits.entries()) {
      const told = (this.#visits[i] ??= { visit: newTold(), verdict: newTold() });
      keep(told.visit, visit, takeForecast);
      keep(told.verdict, visit.verdict, takeVerdict);
    }
    for (const slot of this.#unsaid) {
      const told = this.#slots.get(slot);
      const kind = room.kindOf(slot, judged.at);
      const value = rounded(slot.metric, slot.value);
      if (told === undefined) this.#slots.set(slot, { kind, value });
      else {
        told.kind = kind;
        told.value = value;
      }
    }
    this.#unsaid.clear();
  }

  #forget(room: RoomState): void {
    this.#now.like = undefined;
    for (const { visit, verdict } of this.#visits) visit.like = verdict.like = undefined;
    for (const slot of room.slots) this.#unsaid.add(slot);
  }

  #gradeSlots(room: RoomState, now: Instant): Grade {
    for (const slot of room.changed) {
      this.#unsaid.add(slot);
      this.#watchKind(slot, now);
    }
    if (now >= this.#kindsAt || room.shape !== this.#shape) this.#lookAtKinds(room, now);
    let grade: Grade = "nothing";
    for (const slot of this.#unsaid) {
      const told = this.#slots.get(slot);
      if (told === undefined || told.kind !== room.kindOf(slot, now)) return "words";
      if (told.value !== rounded(slot.metric, slot.value)) grade = "figures";
    }
    return grade;
  }

  #lookAtKinds(room: RoomState, now: Instant): void {
    this.#shape = room.shape;
    this.#kindsAt = Number.POSITIVE_INFINITY;
    for (const slot of room.slots) {
      if (this.#slots.get(slot)?.kind !== room.kindOf(slot, now)) this.#unsaid.add(slot);
      this.#watchKind(slot, now);
    }
  }

  #watchKind({ at, rejected, interval }: Slot, now: Instant): void {
    this.#lookBy(staleFrom(at, interval), now);
    if (rejected !== undefined) this.#lookBy(staleFrom(rejected.at, interval), now);
  }

  #lookBy(due: Instant, now: Instant): void {
    if (due > now && due < this.#kindsAt) this.#kindsAt = due;
  }
}

/** How new something is beside what was told of it. */
function compare<T>(told: Told<T>, now: T, take: (now: T) => void): Grade {
  if (told.like === now) return "nothing";
  fill(now, take);
  if (isOther(told.gist.words, fresh.words, fresh.wordsTaken)) return "words";
  if (isOther(told.gist.figures, fresh.figures, fresh.figuresTaken)) return "figures";
  told.like = now;
  return "nothing";
}

function keep<T>(told: Told<T>, now: T, take: (now: T) => void): void {
  if (told.like === now) return;
  told.like = now;
  fill(now, take);
  copy(fresh.words, told.gist.words, fresh.wordsTaken);
  copy(fresh.figures, told.gist.figures, fresh.figuresTaken);
}

function fill<T>(now: T, take: (now: T) => void): void {
  fresh.wordsTaken = fresh.figuresTaken = 0;
  take(now);
}

function word(each: unknown): void {
  fresh.words[fresh.wordsTaken++] = each;
}

function figure(each: number): void {
  fresh.figures[fresh.figuresTaken++] = each;
}

function copy(from: readonly unknown[], to: unknown[], taken: number): void {
  if (to.length > taken) to.length = taken;
  for (let i = 0; i < taken; i++) to[i] = from[i];
}

function isOther(told: readonly unknown[], now: readonly unknown[], taken: number): boolean {
  if (told.length !== taken) return true;
  for (let i = 0; i < taken; i++) if (told[i] !== now[i]) return true;
  return false;
}

function takeForecast({ visit, forecast, status }: JudgedVisit): void {
  word(visit.demo);
  word(status);
  figure(percent(forecast.p));
  for (const { cause, isUnknown, p, actBy } of forecast.causes) {
    word(cause);
    word(isUnknown);
    figure(percent(p));
    figure(minute(actBy));
  }
}

function takeVerdict(verdict: RowsVerdict): void {
  const { lost, rows } = verdict;
  word(verdict.outcome);
  figure(verdict.score);
  for (let i = 0; i < lost.length; i++) figure(lost[i] as number);
  for (let i = 0; i < rows.length; i++) {
    const { outcome, code, since, part } = rows[i] as Row;
    word(outcome);
    word(code);
    word(since);
    word(part.key);
    word(part.cause);
    word(part.outcome);
  }
}

function rounded(metric: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value / (RESOLUTION[metric] ?? 1)) : value;
}

const percent = (p: number): number => Math.round(p * 100);
const minute = (at: Instant): number => Math.floor(at / 60_000);
