import { type Instant, instant } from "#contract/units.ts";
import { agesFrom, nextFreshnessStep, staleFrom } from "../rooms/freshness.ts";
import type { Observed, Slot } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Part, Requirement, Scene } from "./check.ts";
import { isOccupancyMetric, OCCUPANCY_DWELL, OCCUPANCY_KEY, observeOccupancy } from "./occupancy.ts";
import { type Row, rowOf, type SettledPart, settledPart, unknownPart, updateRow } from "./row.ts";
import { decideScore, type Score } from "./score.ts";
import { decideSettled, lapsed, type Settled, settlesAt } from "./settle.ts";
import { wordsOf } from "./words.ts";

export type { Row, SettledPart } from "./row.ts";

export interface RowsVerdict extends Score {
  rows: readonly Row[];
}

export interface JudgeOptions {
  room: RoomState;
  /** What the room's parts have settled on so far; carried on in place. */
  settled: Map<string, Settled>;
  outageOf?: (device: string) => string | undefined;
}

/** A look at something, with what will make it worth another. */
interface Look {
  /** Slots whose word will age; they are fresh now. */
  ages: readonly Slot[];
  /** Not after the first of them ages: what is heard meanwhile puts it off. */
  agesAt: number;
  /** The first moment at which the clock alone changes it, ageing apart. */
  dueAt: number;
  /** Something is changing or ageing right now: it is looked at each time. */
  isMoving: boolean;
}

/** One requirement, answered. */
interface Answer extends Look {
  readonly requirement: Requirement;
  readonly row: Row;
  readonly keys: string[];
  isDirty: boolean;
  /** The turn in which anything about it was another, and the one in which that was more than a value. */
  seenIn: number;
  changedIn: number;
}

/** The verdict on one ask, kept up to date. */
export interface Asked {
  verdict: RowsVerdict;
  /** Grows when a row of it rests on another word than before. */
  revision: number;
}

interface KeptAsked extends Asked {
  readonly answers: readonly Answer[];
  readonly rows: readonly Row[];
  turn: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const NO_SLOTS: readonly Slot[] = [];
const newLook = (): Look => ({ ages: NO_SLOTS, agesAt: NEVER, dueAt: NEVER, isMoving: false });

/**
 * Judges one room, for any number of visits, moment after moment. What several of them require is looked at once, and looked
 * at again only when something that it rests on has changed or its own moment has come: the outcome is that of a look at
 * everything, which a property test holds.
 */
export class Judge {
  readonly scene: Scene;
  /** Whether anything settled or began to change since the last turn: worth remembering. */
  hasShifted = false;
  readonly #room: RoomState;
  readonly #settled: Map<string, Settled>;
  readonly #answers = new Map<Requirement, Answer>();
  readonly #readers = new Map<Slot, Answer[]>();
  readonly #latched = new Set<string>();
  readonly #moving: Answer[] = [];
  readonly #dirty: Answer[] = [];
  #now: Instant;
  #turn = 0;
  #seenIn = 0;
  /** What is being looked at. */
  #look: Look = newLook();
  readonly #people = newLook();
  /** Not after the first moment at which the clock alone may change anything. */
  #dueAt = NEVER;
  #mayPrune = false;

  constructor({ room, settled, outageOf = () => undefined }: JudgeOptions, now: Instant) {
    this.#room = room;
    this.#settled = settled;
    this.#now = now;
    this.scene = {
      room,
      now,
      words: wordsOf(room.card?.zone ?? "UTC"),
      settled: (key) => settled.get(key)?.outcome,
      people: undefined,
      occupied: undefined,
      occupiedSince: undefined,
      outageOf,
      wakeAt: (at) => {
        if (at > this.#now && at < this.#look.dueAt) this.#look.dueAt = at;
      },
    };
    this.begin(now);
  }

  /** Forgets all answers: whatever is asked from now on is looked at anew. */
  begin(now: Instant): void {
    this.#startTurn(now);
    this.scene.words = wordsOf(this.#room.card?.zone ?? "UTC");
    this.#answers.clear();
    this.#readers.clear();
    this.#latched.clear();
    this.#moving.length = this.#dirty.length = 0;
    this.#dueAt = NEVER;
    this.#mayPrune = true;
    this.#lookForPeople();
  }

  /** Brings all answers up to date. `changed`: the slots whose word is another than at the last turn. */
  turn(now: Instant, changed: Iterable<Slot>): void {
    this.#startTurn(now);
    const dirty = this.#dirty;
    let arePeopleAnother = this.#people.isMoving;
    for (const slot of changed) {
      if (isOccupancyMetric(slot.metric)) arePeopleAnother = true;
      const readers = this.#readers.get(slot);
      if (readers !== undefined) for (const answer of readers) mark(dirty, answer);
    }
    for (const answer of this.#moving) mark(dirty, answer);
    const isAnythingDue = now >= this.#dueAt;
    if (isAnythingDue) {
      for (const answer of this.#answers.values()) if (isDue(answer, now)) mark(dirty, answer);
      if (isDue(this.#people, now)) arePeopleAnother = true;
    }
    if (arePeopleAnother) {
      this.#lookForPeople();
      for (const answer of this.#answers.values()) if (answer.requirement.reads.people) mark(dirty, answer);
    }
    this.#moving.length = 0;
    for (const answer of dirty) this.#lookAgain(answer);
    dirty.length = 0;
    if (isAnythingDue) this.#dueAt = this.#soonest(now);
  }

  ask(requirements: readonly Requirement[]): Asked {
    const answers = requirements.map((requirement) => this.#answer(requirement));
    const rows = answers.map(({ row }) => row);
    const asked: KeptAsked = { answers, rows, revision: 0, turn: this.#turn, verdict: { ...decideScore(rows), rows } };
    return asked;
  }

  /** Brings what was asked earlier up to date with this turn. The same verdict stays where only values are others. */
  refresh(asked: Asked): void {
    const kept = asked as KeptAsked;
    if (this.#seenIn <= kept.turn) return;
    let seenIn = 0;
    let changedIn = 0;
    for (const answer of kept.answers) {
      if (answer.seenIn > seenIn) seenIn = answer.seenIn;
      if (answer.changedIn > changedIn) changedIn = answer.changedIn;
    }
    if (seenIn > kept.turn) kept.revision += 1;
    if (changedIn > kept.turn) kept.verdict = { ...decideScore(kept.rows), rows: kept.rows };
    kept.turn = this.#turn;
  }

  /** The verdict on one ask, of those who ask once. */
  verdict(requirements: readonly Requirement[]): RowsVerdict {
    return this.ask(requirements).verdict;
  }

  /** Whether something is settling or ageing right now: then any report may count, also one that says the same again. */
  get isMoving(): boolean {
    return this.#moving.length > 0 || this.#people.isMoving;
  }

  /** The first moment after now at which the clock alone may change an answer. */
  dueAt(now: Instant): number {
    if (this.#dueAt <= now) this.#dueAt = this.#soonest(now);
    return this.#dueAt;
  }

  /** Finds anew when each slot ages, which what was heard since has put off: `dueAt` is then exact again. */
  countAges(): void {
    this.#people.agesAt = agesAt(this.#people);
    for (const answer of this.#answers.values()) answer.agesAt = agesAt(answer);
    this.#dueAt = this.#soonest(this.#now);
  }

  /** Forgets what nothing asks for any more (visits that are over, limits that changed). */
  prune(): void {
    if (!this.#mayPrune) return;
    this.#mayPrune = false;
    const used = new Set(this.#latched).add(OCCUPANCY_KEY);
    for (const { keys } of this.#answers.values()) for (const key of keys) used.add(key);
    for (const key of this.#settled.keys()) if (!used.has(key)) this.#settled.delete(key);
  }

  /** Whether something holds, with what was decided last in mind; remembered like every settled part. */
  latch(key: string, decide: (was: boolean) => boolean): boolean {
    this.#latched.add(key);
    const before = this.#settled.get(key);
    const holds = decide(before?.outcome === "degraded");
    this.#standing(key, before, { outcome: holds ? "degraded" : "ready", code: "" });
    return holds;
  }

  #startTurn(now: Instant): void {
    this.#turn += 1;
    this.#now = now;
    this.scene.now = now;
    this.hasShifted = false;
  }

  #soonest(now: Instant): number {
    let soonest = dueOf(this.#people, now);
    for (const answer of this.#answers.values()) soonest = Math.min(soonest, dueOf(answer, now));
    return soonest;
  }

  #answer(requirement: Requirement): Answer {
    const known = this.#answers.get(requirement);
    if (known !== undefined) return known;
    const look = this.#begin(newLook());
    const keys: string[] = [];
    const row = rowOf(requirement, this.#parts(requirement, keys));
    const answer: Answer = {
      ages: look.ages,
      agesAt: look.agesAt,
      dueAt: look.dueAt,
      isMoving: look.isMoving,
      requirement,
      row,
      keys,
      isDirty: false,
      seenIn: this.#turn,
      changedIn: this.#turn,
    };
    this.#answers.set(requirement, answer);
    for (const slot of requirement.reads.slots) {
      const readers = this.#readers.get(slot);
      if (readers === undefined) this.#readers.set(slot, [answer]);
      else readers.push(answer);
    }
    this.#end(answer);
    return answer;
  }

  #lookAgain(answer: Answer): void {
    answer.isDirty = false;
    this.#begin(answer);
    const row = rowOf(answer.requirement, this.#parts(answer.requirement, answer.keys));
    answer.seenIn = this.#seenIn = this.#turn;
    if (updateRow(answer.row, row)) answer.changedIn = this.#turn;
    this.#end(answer);
  }

  /** Looks at what a requirement rests on. `keys` are those of its parts at the last look, and then at this one. */
  #parts(requirement: Requirement, keys: string[]): SettledPart[] {
    const parts = requirement.look(this.scene);
    if (keys.length > parts.length) {
      keys.length = parts.length;
      this.#mayPrune = true;
    }
    return parts.map((part, i) => {
      if (keys[i] !== part.key) {
        keys[i] = part.key;
        this.#mayPrune = true;
      }
      return this.#settle(part);
    });
  }

  /** What is found from now on is noted in this look. */
  #begin<L extends Look>(look: L): L {
    look.ages = NO_SLOTS;
    look.agesAt = look.dueAt = NEVER;
    look.isMoving = false;
    this.#look = look;
    return look;
  }

  #end(answer: Answer): void {
    if (answer.isMoving) this.#moving.push(answer);
    this.#dueAt = Math.min(this.#dueAt, answer.agesAt, answer.dueAt);
  }

  /** Dwell, then age. What is not known keeps what it had settled on: a known fault never ages into unknown. */
  #settle(part: Part): SettledPart {
    const before = this.#settled.get(part.key);
    const { seen } = part;
    if (seen !== undefined) this.#watchAge(seen);
    const freshness = seen === undefined ? 1 : seen.freshness;
    if (part.outcome === "unknown" || (freshness === 0 && part.outcome !== "not_ready")) {
      this.#lapse(part.key, before, seen?.slot);
      if (before?.outcome === "not_ready") return { ...settledPart(part, before, 0), quality: 0 };
      return unknownPart(part, seen?.since ?? this.#now);
    }
    if (part.dwell === undefined || seen?.slot === undefined)
      return settledPart(part, this.#standing(part.key, before, part), freshness);
    // What is seen of a device that does not answer was seen when it stopped answering.
    const at = instant(Math.max(seen.slot.at, seen.since));
    const found = { outcome: part.outcome, code: part.code, at, dwell: part.dwell };
    const settled = this.#keep(part.key, before, decideSettled(before, found, this.#now));
    this.#watchPending(settled, part.dwell);
    return settledPart(part, settled, freshness);
  }

  /** What a card or a calendar says counts at once, and since it said so. */
  #standing(
    key: string,
    before: Settled | undefined,
    { outcome, code, from = this.#now }: Pick<Part, "outcome" | "code" | "from">,
  ): Settled {
    if (before?.outcome === outcome && before.code === code && before.hasLapsed !== true) return before;
    const since = before?.outcome === outcome ? before.since : from;
    return this.#keep(key, before, { outcome, code, since, pending: undefined });
  }

  #keep(key: string, before: Settled | undefined, after: Settled): Settled {
    if (before === after) return after;
    this.#settled.set(key, after);
    if (before === undefined || isShift(before, after)) this.hasShifted = true;
    return after;
  }

  #watchPending(settled: Settled, dwell: NonNullable<Part["dwell"]>): void {
    if (settled.pending === undefined) return;
    this.#look.isMoving = true;
    const due = settlesAt(settled, dwell);
    if (due !== undefined) this.scene.wakeAt(due);
  }

  #watchAge({ slot, freshness, kind }: Observed): void {
    if (slot === undefined) return;
    const look = this.#look;
    const { at, interval, rejected } = slot;
    if (freshness === 1) {
      look.ages = look.ages.length === 0 ? [slot] : [...look.ages, slot];
      look.agesAt = Math.min(look.agesAt, agesFrom(at, interval));
    } else if (freshness > 0) {
      look.isMoving = true;
      const due = nextFreshnessStep(at, interval, this.#now);
      if (due !== undefined) this.scene.wakeAt(due);
    } else if (kind === "rejected" && rejected !== undefined) this.scene.wakeAt(staleFrom(rejected.at, interval));
    else this.scene.wakeAt(staleFrom(at, interval));
  }

  /** What is not known now, and was not known for so long that its last word says nothing any more. */
  #lapse(key: string, before: Settled | undefined, slot: Slot | undefined): void {
    if (before === undefined) return;
    const isGone = slot === undefined || this.#now >= staleFrom(slot.at, slot.interval);
    if (isGone) this.#keep(key, before, lapsed(before));
  }

  #lookForPeople(): void {
    this.#begin(this.#people);
    const found = observeOccupancy(this.#room, this.#now);
    this.scene.people = found?.seen;
    this.scene.occupied = this.#occupied(found);
    this.scene.occupiedSince = this.#settled.get(OCCUPANCY_KEY)?.since;
    this.#dueAt = Math.min(this.#dueAt, this.#people.agesAt, this.#people.dueAt);
  }

  #occupied(found: ReturnType<typeof observeOccupancy>): boolean | undefined {
    const slot = found?.seen.slot;
    const before = this.#settled.get(OCCUPANCY_KEY);
    if (found !== undefined) this.#watchAge(found.seen);
    if (found === undefined || found.seen.kind !== "known" || slot === undefined) {
      this.#lapse(OCCUPANCY_KEY, before, slot);
      return undefined;
    }
    const outcome = found.isOccupied ? "not_ready" : "ready";
    const seen = { outcome, code: "", at: slot.at, dwell: OCCUPANCY_DWELL } as const;
    const settled = this.#keep(OCCUPANCY_KEY, before, decideSettled(before, seen, this.#now));
    this.#watchPending(settled, OCCUPANCY_DWELL);
    return settled.outcome === "not_ready";
  }
}

const isShift = (before: Settled, after: Settled): boolean =>
  before.outcome !== after.outcome ||
  before.code !== after.code ||
  before.hasLapsed !== after.hasLapsed ||
  before.pending?.code !== after.pending?.code;

function mark(dirty: Answer[], answer: Answer): void {
  if (answer.isDirty) return;
  answer.isDirty = true;
  dirty.push(answer);
}

const isDue = (look: Look, now: Instant): boolean => look.dueAt <= now || (look.agesAt <= now && agesAt(look) <= now);

const dueOf = (look: Look, now: Instant): number => {
  if (look.agesAt <= now) look.agesAt = agesAt(look);
  return Math.min(look.agesAt, look.dueAt);
};

/** When the first of its slots ages, by what was heard last. */
function agesAt({ ages }: Look): number {
  let soonest = NEVER;
  for (const { at, interval } of ages) {
    soonest = Math.min(soonest, agesFrom(at, interval));
  }
  return soonest;
}
