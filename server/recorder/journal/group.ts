import { HEADER_BYTES, readingBytes, writeReading } from "./record.ts";

const FIRST_BYTES = 256 * 1024;
/** A buffer that one burst has blown up beyond this is given back. */
const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * Records that become durable together. While one group is on its way to the disk, the next one fills; everybody who
 * waits for a group shares one promise.
 */
export class Group<Mark> {
  length = 0;
  readings = 0;
  marks: Mark[] = [];
  done: Promise<void>;
  resolve!: () => void;
  reject!: (error: Error) => void;
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);

  constructor() {
    this.done = this.#promise();
  }

  addReading(topic: string, payload: Uint8Array): void {
    this.#makeRoom(readingBytes(topic, payload));
    this.length = writeReading(this.#bytes, this.length, topic, payload);
    this.readings += 1;
  }

  addRecord(record: Buffer): void {
    this.#makeRoom(record.length);
    record.copy(this.#bytes, this.length);
    this.length += record.length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  get isEmpty(): boolean {
    return this.length < HEADER_BYTES;
  }

  /** Empty again, for other records. */
  renew(): void {
    this.length = 0;
    this.readings = 0;
    this.marks = [];
    this.done = this.#promise();
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  #promise(): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever appended may not look at it; the failure is reported by the journal itself.
    promise.catch(() => {});
    return promise;
  }

  #makeRoom(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.length + more));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
