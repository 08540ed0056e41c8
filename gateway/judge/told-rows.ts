import type { Outcome } from "#contract/messages/common.ts";
import type { CheckResult } from "#contract/messages/readiness.ts";
import { type Instant, instant, rfc3339 } from "#contract/units.ts";
import { badness } from "../readiness/score.ts";
import type { Row } from "../readiness/verdict.ts";
import { type Words, wordsOf } from "../readiness/words.ts";

/** A row in words, and the state in which they fit it. */
interface Kept extends Pick<Row, "part" | "outcome" | "code" | "since" | "freshness" | "hard"> {
  /** Of the value that it rests on. */
  seenAt: Instant | undefined;
  /** When time alone makes the sentence another. */
  changesAt: number;
  told: CheckResult;
  /** The last word on the room that spoke of it. */
  turn: number;
}

/**
 * Puts the rows of one room into words. Most of a room is as it was when it was told last, and only its evidence is newer: then
 * the same words do. What several visits ask is told once.
 */
export class ToldRows {
  readonly #kept = new Map<Row, Kept>();
  #words = wordsOf("UTC");
  #now = instant(0);
  #turn = 0;
  #told = 0;
  readonly #isForgetful: boolean;

  /** `isForgetful`: puts every row into words every time. For tests: it must make no difference. */
  constructor({ isForgetful = false } = {}) {
    this.#isForgetful = isForgetful;
  }

  /** A new word on the room begins. Rows that the last one did not speak of are of visits that are over. */
  begin(words: Words, now: Instant): void {
    if (this.#told < this.#kept.size)
      for (const [row, { turn }] of this.#kept) if (turn !== this.#turn) this.#kept.delete(row);
    if (words !== this.#words || this.#isForgetful) this.#kept.clear();
    this.#words = words;
    this.#now = now;
    this.#turn += 1;
    this.#told = 0;
  }

  /** A row with the points that one verdict loses by it. */
  tell(row: Row, lost: number): CheckResult {
    const { told } = this.#upToDate(row, lost);
    return told.lost === lost ? told : { ...told, lost };
  }

  /** What is said of a row. */
  sentence(row: Row): string {
    return this.#upToDate(row, 0).told.sentence;
  }

  #upToDate(row: Row, lost: number): Kept {
    let kept = this.#kept.get(row);
    if (kept?.turn === this.#turn) return kept;
    this.#told += 1;
    if (kept === undefined || !this.#stillFits(kept, row)) {
      kept = this.#newly(row, lost);
      this.#kept.set(row, kept);
      return kept;
    }
    kept.turn = this.#turn;
    const slot = row.part.seen?.slot;
    if (slot !== undefined && kept.seenAt !== undefined && slot.at !== kept.seenAt) {
      kept.seenAt = slot.at;
      kept.told = { ...kept.told, evidence_at: rfc3339(slot.at) };
    }
    return kept;
  }

  #stillFits(kept: Kept, row: Row): boolean {
    const { part } = row;
    return (
      kept.part === part &&
      kept.outcome === row.outcome &&
      kept.code === row.code &&
      kept.since === row.since &&
      kept.freshness === row.freshness &&
      kept.hard === row.hard &&
      this.#now < kept.changesAt &&
      // Of what is not known the last report is told.
      (part.outcome !== "unknown" || part.seen?.slot?.at === kept.seenAt)
    );
  }

  #newly(row: Row, lost: number): Kept {
    const { part, outcome, code, since, freshness, hard } = row;
    const slot = part.seen?.slot;
    this.#words.listen();
    const seenAt = slot?.value === undefined ? undefined : slot.at;
    const told: CheckResult = {
      check: row.check,
      outcome,
      hard,
      code,
      sentence: rowSentence(row, this.#words, this.#now),
      since: rfc3339(since),
      lost,
      freshness: Math.round(freshness * 100) / 100,
      evidence_at: seenAt === undefined ? undefined : rfc3339(seenAt),
      device: part.device,
      metric: part.metric,
      value: part.value,
      limit: part.limit,
    };
    const { changesAt } = this.#words;
    return { part, outcome, code, since, freshness, hard, seenAt, changesAt, told, turn: this.#turn };
  }
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
    : `${said} It had been ${spoken(row.outcome)}${words.since(row.since, now)}, and counts as ${spoken(part.outcome)} once this has lasted.`;
}

const spoken = (outcome: Outcome): string => (outcome === "not_ready" ? "not ready" : outcome);
