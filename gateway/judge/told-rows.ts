import type { Outcome } from "#contract/messages/common.ts";
import type { CheckResult } from "#contract/messages/readiness.ts";
import { type Instant, instant, rfc3339 } from "#contract/units.ts";
import { badness } from "../readiness/score.ts";
import type { Row, ToldRow } from "../readiness/row.ts";
import { type Words, wordsOf } from "../readiness/words.ts";

/**
 * Puts the rows of one room into words. Most of a room is as it was when it was told last, and only its evidence is newer: then
 * the same words do. What several visits ask is told once.
 */
export class ToldRows {
  #words = wordsOf("UTC");
  #now = instant(0);
  #turn = 0;
  readonly #isForgetful: boolean;

  /** `isForgetful`: puts every row into words every time. For tests: it must make no difference. */
  constructor({ isForgetful = false } = {}) {
    this.#isForgetful = isForgetful;
  }

  /** A new word on the room begins. */
  begin(words: Words, now: Instant): void {
    this.#words = words;
    this.#now = now;
    this.#turn += 1;
  }

  /** A row with the points that one verdict loses by it. */
  tell(row: Row, lost: number): CheckResult {
    const said = this.#upToDate(row, lost);
    return said.lost === lost ? said : { ...said, lost };
  }

  /** What is said of a row. */
  sentence(row: Row): string {
    return this.#upToDate(row, 0).sentence;
  }

  #upToDate(row: Row, lost: number): CheckResult {
    const { told } = row;
    if (told?.turn === this.#turn) return told.said;
    if (told === undefined || this.#isForgetful || !this.#stillFits(told, row)) {
      row.told = this.#newly(row, lost);
      return row.told.said;
    }
    told.turn = this.#turn;
    const slot = row.part.seen?.slot;
    if (slot !== undefined && told.seenAt !== undefined && slot.at !== told.seenAt) {
      told.seenAt = slot.at;
      // What was said stays as it was said: others keep it.
      told.said = { ...told.said, evidence_at: rfc3339(slot.at) };
    }
    return told.said;
  }

  #stillFits(told: ToldRow, { part }: Row): boolean {
    return (
      told.isCurrent &&
      told.words === this.#words &&
      this.#now < told.changesAt &&
      // Of what is not known the last report is told.
      (part.outcome !== "unknown" || part.seen?.slot?.at === told.seenAt)
    );
  }

  #newly(row: Row, lost: number): ToldRow {
    const { part, outcome, code, since, freshness, hard, told: before } = row;
    const slot = part.seen?.slot;
    const words = this.#words;
    words.listen();
    const seenAt = slot?.value === undefined ? undefined : slot.at;
    const said: CheckResult = {
      check: row.check,
      outcome,
      hard,
      code,
      sentence: rowSentence(row, words, this.#now),
      since: before?.since === since ? before.said.since : rfc3339(since),
      lost,
      freshness: Math.round(freshness * 100) / 100,
      evidence_at: seenAt === undefined ? undefined : rfc3339(seenAt),
      device: part.device,
      metric: part.metric,
      value: part.value,
      limit: part.limit,
    };
    const { changesAt } = words;
    return { isCurrent: true, since, seenAt, words, changesAt, said, turn: this.#turn };
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
