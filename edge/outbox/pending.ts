import { GreenroomError } from "#contract/errors.ts";
import type { StoredReading } from "./record.ts";

interface Item {
  reading: StoredReading;
  bytes: Buffer;
  kept: PromiseWithResolvers<void>;
}

/** Readings that are not on disk yet, in the order of their numbers. */
export class Pending {
  #items: Item[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  readingsAbove(seq: number): StoredReading[] {
    return this.#items.flatMap(({ reading }) => (reading.seq > seq ? [reading] : []));
  }

  firstAbove(seq: number): number | undefined {
    return this.#items.find(({ reading }) => reading.seq > seq)?.reading.seq;
  }

  /** Resolves once the reading is safe; rejects with STORE_FULL when it was given up. */
  add(reading: StoredReading, bytes: Buffer): Promise<void> {
    const kept = Promise.withResolvers<void>();
    // Whoever does not wait for it learns of a loss by the count of dropped readings.
    kept.promise.catch(() => {});
    this.#items.push({ reading, bytes, kept });
    this.#bytes += bytes.length;
    return kept.promise;
  }

  /** The first readings of at most so many bytes, but one at least. */
  batch(maxBytes: number): readonly { reading: StoredReading; bytes: Buffer }[] {
    let bytes = 0;
    const end = this.#items.findIndex((item) => (bytes += item.bytes.length) > maxBytes);
    return this.#items.slice(0, end === -1 ? undefined : Math.max(1, end));
  }

  /** Everything up to that number is on disk, or stored elsewhere. */
  safe(upTo: number): void {
    const left: Item[] = [];
    for (const item of this.#items) {
      if (item.reading.seq > upTo) left.push(item);
      else {
        this.#bytes -= item.bytes.length;
        item.kept.resolve();
      }
    }
    this.#items = left;
  }

  /** Says whether there was one. */
  giveUpOldest(why: string): boolean {
    const item = this.#items.shift();
    if (item === undefined) return false;
    this.#bytes -= item.bytes.length;
    item.kept.reject(new GreenroomError("STORE_FULL", why));
    return true;
  }
}
