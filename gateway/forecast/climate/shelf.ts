/** Room for one learner's numbers, bytes. */
const MOST_BYTES = 12_288;

/**
 * Keeps all numbers of a learner in one block of memory, each kind at its own precision, so that what is remembered is the
 * memory itself: a learner that was restored goes on exactly as one that was not.
 */
export class Shelf {
  readonly #block = new ArrayBuffer(MOST_BYTES);
  /** The whole block in single precision: what keeps many short rows has a place in it rather than a view of its own each. */
  readonly all = new Float32Array(this.#block);
  #used = 0;

  doubles(count: number): Float64Array {
    return new Float64Array(this.#block, this.#reserve(count, 8), count);
  }

  /** Where so many singles begin in `all`. */
  place(count: number): number {
    return this.#reserve(count, 4) / 4;
  }

  singles(count: number): Float32Array {
    return new Float32Array(this.#block, this.#reserve(count, 4), count);
  }

  /** Eleven bits each: for what was forecast and waits to be compared, not for what is summed up. */
  halves(count: number): Float16Array {
    return new Float16Array(this.#block, this.#reserve(count, 2), count);
  }

  words(count: number): Uint16Array {
    return new Uint16Array(this.#block, this.#reserve(count, 2), count);
  }

  bytes(count: number): Uint8Array {
    return new Uint8Array(this.#block, this.#reserve(count, 1), count);
  }

  /** The bytes in use, as base64. */
  pack(): string {
    return Buffer.from(this.#block, 0, this.#used).toString("base64");
  }

  /** Puts packed bytes back; those of another size are refused. */
  unpack(packed: string): boolean {
    const bytes = Buffer.from(packed, "base64");
    if (bytes.length !== this.#used) return false;
    new Uint8Array(this.#block).set(bytes);
    return true;
  }

  #reserve(count: number, width: number): number {
    const at = Math.ceil(this.#used / width) * width;
    this.#used = at + count * width;
    if (this.#used > MOST_BYTES) throw new RangeError("a learner's numbers do not fit their block");
    return at;
  }
}
