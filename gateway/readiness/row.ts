import type { Outcome } from "#contract/messages/common.ts";
import type { CheckResult } from "#contract/messages/readiness.ts";
import type { Instant } from "#contract/units.ts";
import type { Check, Part, Requirement } from "./check.ts";
import { badness } from "./score.ts";
import type { Settled } from "./settle.ts";
import type { Words } from "./words.ts";

/** A part with what it has settled on. */
export interface SettledPart {
  part: Part;
  outcome: Outcome;
  quality: number;
  freshness: number;
  code: string;
  since: Instant;
}

/**
 * One check of a verdict: settled, aged and weighed. The part that rules is told; the others wait behind it. A room has one
 * row per requirement, which is brought up to date in place.
 */
export interface Row extends SettledPart {
  check: Check["id"];
  weight: number;
  hard: boolean;
  /** Every part that is not ready, the ruling one first. */
  faults: readonly SettledPart[];
  /** Left here by who told it last; it goes when the row goes. */
  told?: ToldRow | undefined;
}

/** A row in words, and how long they fit it. */
export interface ToldRow {
  /** Whether the row has not been looked at since. */
  isCurrent: boolean;
  since: Instant;
  /** Of the value that it rests on. */
  seenAt: Instant | undefined;
  words: Words;
  /** When time alone makes the sentence another. */
  changesAt: number;
  said: CheckResult;
  /** The last word on the room that spoke of it. */
  turn: number;
}

const NO_FAULTS: readonly SettledPart[] = [];

/** A part in the state that has settled, `freshness` old. */
export function settledPart(part: Part, { outcome, code, since }: Settled, freshness: number): SettledPart {
  const isSame = outcome === part.outcome;
  return {
    part,
    outcome,
    since,
    freshness,
    code: isSame ? part.code : code,
    quality: fitting(outcome, part.quality),
  };
}

/** A part of which nothing is known. */
export const unknownPart = (part: Part, since: Instant): SettledPart => ({
  part,
  outcome: "unknown",
  code: part.code === "OK" ? "STALE" : part.code,
  since,
  quality: 0,
  freshness: 0,
});

/** The quality that fits what is settled, so that a value on its way does not count before it has settled. */
function fitting(outcome: Outcome, quality: number): number {
  if (outcome === "ready") return 1;
  if (outcome === "not_ready") return 0;
  return Math.min(0.99, Math.max(0.01, quality));
}

export function rowOf(requirement: Requirement, parts: readonly SettledPart[]): Row {
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
    part: ruling.part,
    outcome: ruling.outcome,
    quality,
    freshness,
    code: ruling.code,
    since: ruling.since,
    check: requirement.check.id,
    weight: requirement.weight,
    hard: requirement.hard || blocks,
    faults: ruling.outcome === "ready" ? NO_FAULTS : faultsOf(parts),
    told: undefined,
  };
}

const faultsOf = (parts: readonly SettledPart[]): SettledPart[] =>
  parts.filter((part) => part.outcome !== "ready").toSorted(worstFirst);

const worsePart = (a: SettledPart, b: SettledPart): SettledPart => (badness[b.outcome] > badness[a.outcome] ? b : a);
const worstFirst = (a: SettledPart, b: SettledPart): number => badness[b.outcome] - badness[a.outcome];

/** Brings a row up to date. Returns whether anything but the value that it rests on is another. */
export function updateRow(row: Row, now: Row): boolean {
  const isSame =
    row.outcome === now.outcome &&
    row.code === now.code &&
    row.since === now.since &&
    row.quality === now.quality &&
    row.freshness === now.freshness &&
    row.hard === now.hard &&
    row.part.key === now.part.key &&
    row.part.cause === now.part.cause &&
    row.part.outcome === now.part.outcome;
  row.part = now.part;
  row.faults = now.faults;
  if (row.told !== undefined) row.told.isCurrent = false;
  if (isSame) return false;
  row.outcome = now.outcome;
  row.quality = now.quality;
  row.freshness = now.freshness;
  row.code = now.code;
  row.since = now.since;
  row.hard = now.hard;
  return true;
}
