/** Amounts are kept to this fraction, so that sums do not depend on the order in which they were made. */
const GRAIN = 1_024;

/**
 * A row of counts in two layers. What is added waits in the upper layer and takes effect only when the ledger is settled:
 * so everything that happens within one hour counts together, whatever its order.
 */
export class Ledger {
  readonly counts: Float64Array;
  readonly #fresh: Float64Array;
  #hasFresh = false;

  constructor(size: number) {
    this.counts = new Float64Array(size);
    this.#fresh = new Float64Array(size);
  }

  /** Notes an amount; what is no finite number is left out. */
  add(at: number, amount = 1): void {
    if (!Number.isFinite(amount) || at < 0 || at >= this.#fresh.length) return;
    this.#fresh[at] = (this.#fresh[at] ?? 0) + Math.round(amount * GRAIN) / GRAIN;
    this.#hasFresh = true;
  }

  /** Lets what waits take effect. Returns whether anything did. */
  settle(): boolean {
    if (!this.#hasFresh) return false;
    for (let i = 0; i < this.counts.length; i++) this.counts[i] = (this.counts[i] ?? 0) + (this.#fresh[i] ?? 0);
    this.#fresh.fill(0);
    this.#hasFresh = false;
    return true;
  }

  /** Lets the past fade, so that a site that changes is learned anew. */
  fade(keep: number): void {
    for (let i = 0; i < this.counts.length; i++) {
      this.counts[i] = Math.round((this.counts[i] ?? 0) * keep * GRAIN) / GRAIN;
    }
  }

  toJSON(): number[][] {
    return this.#hasFresh ? [[...this.counts], [...this.#fresh]] : [[...this.counts]];
  }

  /** Puts back what was remembered; of another size or shape it is left out. */
  restore(json: unknown): void {
    if (!Array.isArray(json)) return;
    const [counts, fresh] = json as unknown[];
    if (!isRow(counts, this.counts.length)) return;
    this.counts.set(counts);
    if (!isRow(fresh, this.counts.length)) return;
    this.#fresh.set(fresh);
    this.#hasFresh = true;
  }
}

const isRow = (row: unknown, size: number): row is number[] =>
  Array.isArray(row) && row.length === size && row.every((each) => Number.isFinite(each));
