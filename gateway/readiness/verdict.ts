import type { Outcome } from "#contract/messages/common.ts";
import { type Instant, instant } from "#contract/units.ts";
import { nextFreshnessStep } from "../rooms/freshness.ts";
import type { Slot } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Check, Part, Requirement, Scene } from "./check.ts";
import { OCCUPANCY_DWELL, OCCUPANCY_KEY, observeOccupancy } from "./occupancy.ts";
import { badness, decideScore, type Score } from "./score.ts";
import { decideSettled, type Settled, settlesAt } from "./settle.ts";
import { wordsOf } from "./words.ts";

/** A part with what it has settled on. */
export interface SettledPart {
  part: Part;
  outcome: Outcome;
  quality: number;
  freshness: number;
  code: string;
  since: Instant;
}

/** One check of a verdict: settled, aged and weighed. The part that rules is told; the others wait behind it. */
export interface Row extends SettledPart {
  check: Check["id"];
  weight: number;
  hard: boolean;
  /** Every part that is not ready, the ruling one first. */
  faults: readonly SettledPart[];
}

export interface RowsVerdict extends Score {
  rows: readonly Row[];
}

export interface JudgeOptions {
  room: RoomState;
  /** What the room's parts have settled on so far; carried on in place. */
  settled: Map<string, Settled>;
  outageOf?: (device: string) => string | undefined;
}

/** Judges one room at one moment, for any number of visits: what several of them require is looked at once. */
export class Judge {
  readonly scene: Scene;
  /** The earliest moment at which the clock alone may change something. */
  nextAt: Instant | undefined;
  /** Whether anything settled or began to change: worth remembering. */
  hasShifted = false;
  readonly #settled: Map<string, Settled>;
  readonly #now: Instant;
  readonly #rows = new Map<Requirement, Row>();
  readonly #used = new Set<string>([OCCUPANCY_KEY]);

  constructor({ room, settled, outageOf = () => undefined }: JudgeOptions, now: Instant) {
    this.#settled = settled;
    this.#now = now;
    const found = observeOccupancy(room, now);
    this.scene = {
      room,
      now,
      words: wordsOf(room.card?.zone ?? "UTC"),
      settled: (key) => settled.get(key)?.outcome,
      people: found?.seen,
      occupied: this.#occupied(found),
      outageOf,
      wakeAt: (at) => this.wakeAt(at),
    };
  }

  verdict(requirements: readonly Requirement[]): RowsVerdict {
    const rows = requirements.map((requirement) => this.#row(requirement));
    return { ...decideScore(rows), rows };
  }

  wakeAt(at: Instant): void {
    if (at > this.#now && (this.nextAt === undefined || at < this.nextAt)) this.nextAt = at;
  }

  /** Forgets what nothing asks for any more (visits that are over, limits that changed). */
  prune(): void {
    if (this.#settled.size <= this.#used.size) return;
    for (const key of this.#settled.keys()) if (!this.#used.has(key)) this.#settled.delete(key);
  }

  /** Whether something holds, with what was decided last in mind; remembered like every settled part. */
  latch(key: string, decide: (was: boolean) => boolean): boolean {
    const before = this.#settled.get(key);
    const holds = decide(before?.outcome === "degraded");
    this.#standing(key, before, { outcome: holds ? "degraded" : "ready", code: "" });
    return holds;
  }

  #row(requirement: Requirement): Row {
    let row = this.#rows.get(requirement);
    if (row === undefined) {
      const parts = requirement.look(this.scene).map((part) => this.#settle(part));
      row = asRow(requirement, parts);
      this.#rows.set(requirement, row);
    }
    return row;
  }

  /** Dwell, then age. What is not known keeps what it had settled on: a known fault never ages into unknown. */
  #settle(part: Part): SettledPart {
    const before = this.#settled.get(part.key);
    this.#used.add(part.key);
    const slot = part.seen?.slot;
    if (slot?.value !== undefined) this.#wakeWhenAged(slot);
    const freshness = part.seen === undefined ? 1 : part.seen.freshness;
    if (part.outcome === "unknown" || (freshness === 0 && part.outcome !== "not_ready")) {
      if (before?.outcome === "not_ready") return { ...plain(part, before), quality: 0, freshness: 0 };
      const since = part.seen?.since ?? this.#now;
      return {
        part,
        outcome: "unknown",
        code: part.code === "OK" ? "STALE" : part.code,
        since,
        quality: 0,
        freshness: 0,
      };
    }
    if (part.dwell === undefined || slot === undefined) {
      return { ...plain(part, this.#standing(part.key, before, part)), freshness };
    }
    // What is seen of a device that does not answer was seen when it stopped answering.
    const at = instant(Math.max(slot.at, part.seen?.kind === "known" ? 0 : (part.seen?.since ?? 0)));
    const seen = { outcome: part.outcome, code: part.code, at, interval: slot.interval, dwell: part.dwell };
    const settled = this.#keep(part.key, before, decideSettled(before, seen, this.#now));
    const due = settlesAt(settled, part.dwell);
    if (due !== undefined) this.wakeAt(due);
    return { ...plain(part, settled), freshness };
  }

  /** What a card or a calendar says counts at once, and since it said so. */
  #standing(key: string, before: Settled | undefined, { outcome, code }: { outcome: Outcome; code: string }): Settled {
    this.#used.add(key);
    if (before?.outcome === outcome && before.code === code) return before;
    const since = before?.outcome === outcome ? before.since : this.#now;
    return this.#keep(key, before, { outcome, code, since, at: this.#now, pending: undefined });
  }

  #keep(key: string, before: Settled | undefined, after: Settled): Settled {
    this.#settled.set(key, after);
    if (before?.outcome !== after.outcome || before.pending?.since !== after.pending?.since) this.hasShifted = true;
    return after;
  }

  #wakeWhenAged({ at, interval }: Slot): void {
    const due = nextFreshnessStep(at, interval, this.#now);
    if (due !== undefined) this.wakeAt(due);
  }

  #occupied(found: ReturnType<typeof observeOccupancy>): boolean | undefined {
    const slot = found?.seen.slot;
    if (found === undefined || found.seen.kind !== "known" || slot === undefined) return undefined;
    this.#wakeWhenAged(slot);
    const outcome = found.isOccupied ? "not_ready" : "ready";
    const seen = { outcome, code: "", at: slot.at, interval: slot.interval, dwell: OCCUPANCY_DWELL } as const;
    const before = this.#settled.get(OCCUPANCY_KEY);
    const settled = this.#keep(OCCUPANCY_KEY, before, decideSettled(before, seen, this.#now));
    const due = settlesAt(settled, OCCUPANCY_DWELL);
    if (due !== undefined) this.wakeAt(due);
    return settled.outcome === "not_ready";
  }
}

function plain(part: Part, { outcome, code, since }: Settled): SettledPart {
  const isSame = outcome === part.outcome;
  return {
    part,
    outcome,
    since,
    freshness: 0,
    code: isSame ? part.code : code,
    quality: fitting(outcome, part.quality),
  };
}

/** The quality that fits what is settled, so that a value on its way does not count before it has settled. */
function fitting(outcome: Outcome, quality: number): number {
  if (outcome === "ready") return 1;
  if (outcome === "not_ready") return 0;
  return Math.min(0.99, Math.max(0.01, quality));
}

function asRow(requirement: Requirement, parts: readonly SettledPart[]): Row {
  const [only] = parts;
  if (only === undefined) throw new TypeError(`${requirement.key} found nothing`);
  const ruling = parts.length === 1 ? only : parts.reduce(worsePart);
  const blocks = requirement.blocksWhenNotReady === true && ruling.outcome === "not_ready";
  let { quality, freshness } = only;
  for (const part of parts) {
    quality = Math.min(quality, part.quality);
    freshness = Math.min(freshness, part.freshness);
  }
  return {
    check: requirement.check.id,
    weight: requirement.weight,
    hard: requirement.hard || blocks,
    outcome: ruling.outcome,
    quality,
    freshness,
    code: ruling.code,
    since: ruling.since,
    part: ruling.part,
    faults: parts.filter((part) => part.outcome !== "ready").toSorted(worstFirst),
  };
}

const worsePart = (a: SettledPart, b: SettledPart): SettledPart => (badness[b.outcome] > badness[a.outcome] ? b : a);
const worstFirst = (a: SettledPart, b: SettledPart): number => badness[b.outcome] - badness[a.outcome];
