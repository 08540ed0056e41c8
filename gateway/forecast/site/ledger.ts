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
    for (const i of this.counts.keys()) this.counts[i] = (this.counts[i] ?? 0) + (this.#fresh[i] ?? 0);
    this.#fresh.fill(0);
    this.#hasFresh = false;
    return true;
  }

  /** Lets the past fade, so that a site that changes is learned anew. */
  fade(keep: number): void {
    for (const [i, count] of this.counts.entries()) this.counts[i] = Math.round(count * keep * GRAIN) / GRAIN;
  }

  toJSON(): Kept {
    const { length } = this.counts;
    return this.#hasFresh ? [length, pairsOf(this.counts), pairsOf(this.#fresh)] : [length, pairsOf(this.counts)];
  }

  /** What was remembered; `undefined` when it cannot be read. */
  static from(json: unknown): Ledger | undefined {
    if (!Array.isArray(json)) return undefined;
    const [size, counts, fresh] = json as unknown[];
    if (!Number.isInteger(size) || (size as number) < 1 || (size as number) > MOST_SIZE) return undefined;
    const ledger = new Ledger(size as number);
    if (!fill(ledger.counts, counts) || (fresh !== undefined && !fill(ledger.#fresh, fresh))) return undefined;
    ledger.#hasFresh = fresh !== undefined;
    return ledger;
  }
}

/** Size, then places and amounts of what is not nothing, in effect and waiting. */
type Kept = [number, number[], number[]?];
const MOST_SIZE = 1_024;

function pairsOf(row: Float64Array): number[] {
  const pairs: number[] = [];
  for (const [i, amount] of row.entries()) if (amount !== 0) pairs.push(i, amount);
  return pairs;
}

function fill(row: Float64Array, pairs: unknown): boolean {
  if (!Array.isArray(pairs)) return false;
  for (let i = 0; i < pairs.length; i += 2) {
    const [at, amount] = [pairs[i], pairs[i + 1]] as [unknown, unknown];
    if (!Number.isInteger(at) || !Number.isFinite(amount)) return false;
    row[at as number] = amount as number;
  }
  return true;
}
