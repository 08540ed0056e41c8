/** Out-of-order numbers that are remembered; beyond it the highest are forgotten, and come again with the sender's next try. */
const MOST_RANGES = 1_024;

/**
 * The sequence numbers of one boot of one agent that have been taken: all up to `upTo`, and ranges above a hole. Adding
 * is idempotent and order does not matter.
 */
export class SequenceSet {
  upTo: number;
  /** `[first, last, first, last …]`, ascending, with at least one number missing before each. */
  #ranges: number[];

  constructor(upTo = 0, ranges: readonly number[] = []) {
    this.upTo = upTo;
    this.#ranges = [...ranges];
  }

  has(seq: number): boolean {
    if (seq <= this.upTo) return true;
    if (this.#ranges.length === 0) return false;
    const i = this.#rangeAfter(seq) - 2;
    return i >= 0 && seq <= (this.#ranges[i + 1] as number);
  }

  add(seq: number): void {
    if (seq === this.upTo + 1) {
      this.upTo = seq;
      if (this.#ranges.length > 0) this.#join();
      return;
    }
    if (this.has(seq)) return;
    const next = this.#rangeAfter(seq);
    const ranges = this.#ranges;
    const joinsBefore = next >= 2 && ranges[next - 1] === seq - 1;
    const joinsAfter = ranges[next] === seq + 1;
    if (joinsBefore && joinsAfter) ranges.splice(next - 1, 2);
    else if (joinsBefore) ranges[next - 1] = seq;
    else if (joinsAfter) ranges[next] = seq;
    else ranges.splice(next, 0, seq, seq);
    if (ranges.length > 2 * MOST_RANGES) ranges.length = 2 * MOST_RANGES;
  }

  /** Everything before `seq` has either come or never will. */
  giveUpBefore(seq: number): void {
    if (seq - 1 <= this.upTo) return;
    this.upTo = seq - 1;
    this.#join();
  }

  toJSON(): { upTo: number; ranges: number[] } {
    return { upTo: this.upTo, ranges: [...this.#ranges] };
  }

  /** Takes in the ranges that `upTo` has reached. */
  #join(): void {
    let taken = 0;
    const ranges = this.#ranges;
    while (taken < ranges.length && (ranges[taken] as number) <= this.upTo + 1) {
      this.upTo = Math.max(this.upTo, ranges[taken + 1] as number);
      taken += 2;
    }
    if (taken > 0) ranges.splice(0, taken);
  }

  /** Index of the first range that starts behind `seq`. */
  #rangeAfter(seq: number): number {
    let low = 0;
    let high = this.#ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[2 * middle] as number) > seq) high = middle;
      else low = middle + 1;
    }
    return 2 * low;
  }
}
