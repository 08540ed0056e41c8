import type { Outcome } from "#contract/messages/common.ts";
import { type Instant, instant } from "#contract/units.ts";
import { nextFreshnessStep } from "../rooms/freshness.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Ask, Check, Part, Requirement, Scene } from "./check.ts";
import { OCCUPANCY_DWELL, OCCUPANCY_KEY, observeOccupancy } from "./occupancy.ts";
import { badness, decideScore, type Score } from "./score.ts";
import { decideSettled, type Settled, settlesAt } from "./settle.ts";
import { wordsOf } from "./words.ts";

/** One check of a verdict: settled, aged and weighed. */
export interface Row {
  check: Check["id"];
  weight: number;
  hard: boolean;
  outcome: Outcome;
  quality: number;
  freshness: number;
  code: string;
  since: Instant;
  /** The part that rules. */
  part: Part;
  /** Every part that is not ready, the ruling one first. */
  faults: readonly SettledPart[];
}

/** A part with what it has settled on. */
export interface SettledPart {
  part: Part;
  outcome: Outcome;
  quality: number;
  freshness: number;
  code: string;
  since: Instant;
}

export interface RowsVerdict extends Score {
  rows: readonly Row[];
}

/** Judges one room at one moment, for any number of asks: what several of them require is looked at once. */
export class Judge {
  readonly scene: Scene;
  /** The earliest moment at which the clock alone may change something. */
  nextAt: Instant | undefined;
  /** Whether anything settled or began to change: worth remembering. */
  hasShifted = false;
  readonly #room: RoomState;
  readonly #checks: readonly Check[];
  readonly #settled: Map<string, Settled>;
  readonly #now: Instant;
  readonly #rows = new Map<string, Row>();

  constructor(room: RoomState, checks: readonly Check[], settled: Map<string, Settled>, now: Instant) {
    this.#room = room;
    this.#checks = checks;
    this.#settled = settled;
    this.#now = now;
    this.scene = {
      room,
      now,
      words: wordsOf(room.card?.zone ?? "UTC"),
      settled: (key) => settled.get(key)?.outcome,
      occupied: this.#occupied(),
      wakeAt: (at) => this.wakeAt(at),
    };
  }

  verdict(ask: Ask): RowsVerdict {
    const rows: Row[] = [];
    for (const check of this.#checks) {
      const requirement = check.require(ask, this.#room, this.#now);
      if (requirement !== undefined) rows.push(this.#row(requirement));
    }
    return { ...decideScore(rows), rows };
  }

  wakeAt(at: Instant): void {
    if (at > this.#now && (this.nextAt === undefined || at < this.nextAt)) this.nextAt = at;
  }

  #row(requirement: Requirement): Row {
    const key = `${requirement.key}|${requirement.hard ? "hard" : "soft"}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = asRow(
        requirement,
        requirement.look(this.scene).map((part) => this.#settle(part)),
      );
      this.#rows.set(key, row);
    }
    return row;
  }

  /** Dwell, then age. What is not known keeps what it had settled on: a known fault never ages into unknown. */
  #settle(part: Part): SettledPart {
    const before = this.#settled.get(part.key);
    const slot = part.seen?.slot;
    if (slot?.value !== undefined) this.#wakeWhenAged(slot);
    if (part.outcome === "unknown") {
      if (before?.outcome !== "not_ready") return plain(part, part.seen?.since ?? instant(0));
      return { part, outcome: "not_ready", quality: 0, freshness: 0, code: before.code, since: before.since };
    }
    const freshness = part.seen === undefined ? 1 : part.seen.freshness;
    if (part.dwell === undefined || slot === undefined) {
      const since = before?.outcome === part.outcome ? before.since : this.#now;
      const { outcome, code } = part;
      this.#keep(part.key, before, { outcome, code, since, at: this.#now, pending: undefined });
      return { ...plain(part, since), freshness };
    }
    const seen = { outcome: part.outcome, code: part.code, at: slot.at, interval: slot.interval, dwell: part.dwell };
    const settled = this.#keep(part.key, before, decideSettled(before, seen, this.#now));
    const due = settlesAt(settled, part.dwell);
    if (due !== undefined) this.wakeAt(due);
    const { outcome, since } = settled;
    const isSame = outcome === part.outcome;
    return {
      part,
      outcome,
      since,
      freshness,
      code: isSame ? part.code : settled.code,
      quality: settledQuality(outcome, part.quality),
    };
  }

  #keep(key: string, before: Settled | undefined, after: Settled): Settled {
    this.#settled.set(key, after);
    if (before?.outcome !== after.outcome || before.pending?.since !== after.pending?.since) this.hasShifted = true;
    return after;
  }

  #wakeWhenAged(slot: { at: Instant; interval: Parameters<typeof nextFreshnessStep>[1] }): void {
    const due = nextFreshnessStep(slot.at, slot.interval, this.#now);
    if (due !== undefined) this.wakeAt(due);
  }

  #occupied(): boolean | undefined {
    const found = observeOccupancy(this.#room, this.#now);
    const slot = found?.seen.slot;
    if (found === undefined || found.seen.kind !== "known" || slot === undefined) return undefined;
    const outcome = found.isOccupied ? "not_ready" : "ready";
    const seen = { outcome, code: "", at: slot.at, interval: slot.interval, dwell: OCCUPANCY_DWELL } as const;
    const before = this.#settled.get(OCCUPANCY_KEY);
    const settled = this.#keep(OCCUPANCY_KEY, before, decideSettled(before, seen, this.#now));
    const due = settlesAt(settled, OCCUPANCY_DWELL);
    if (due !== undefined) this.wakeAt(due);
    return settled.outcome === "not_ready";
  }
}

const plain = (part: Part, since: Instant): SettledPart => ({
  part,
  outcome: part.outcome,
  quality: part.quality,
  freshness: 0,
  code: part.code,
  since,
});

/** The quality that fits what is settled, so that a value on its way does not count before it has settled. */
function settledQuality(outcome: Outcome, quality: number): number {
  if (outcome === "ready") return 1;
  if (outcome === "not_ready") return 0;
  return Math.min(0.99, Math.max(0.01, quality));
}

function asRow(requirement: Requirement, parts: readonly SettledPart[]): Row {
  let ruling = parts[0] as SettledPart;
  let freshness = 1;
  let quality = 1;
  for (const part of parts) {
    if (badness[part.outcome] > badness[ruling.outcome]) ruling = part;
    freshness = Math.min(freshness, part.freshness);
    quality = Math.min(quality, part.quality);
  }
  return {
    check: requirement.check.id,
    weight: requirement.weight,
    hard: requirement.hard || (ruling.part.isHardWhenNotReady === true && ruling.outcome === "not_ready"),
    outcome: ruling.outcome,
    quality,
    freshness,
    code: ruling.code,
    since: ruling.since,
    part: ruling.part,
    faults: parts
      .filter((part) => part.outcome !== "ready")
      .toSorted((a, b) => badness[b.outcome] - badness[a.outcome]),
  };
}
