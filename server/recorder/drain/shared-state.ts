import { type Instant, instant, type Millis } from "#contract/units.ts";

/** What recorder and drain thread share without a message: up to where the journal is durable, and the recorder's time. */
export class SharedState {
  readonly buffer: SharedArrayBuffer;
  readonly #signal: Int32Array;
  readonly #values: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(24)) {
    this.buffer = buffer;
    this.#signal = new Int32Array(buffer, 0, 1);
    this.#values = new Float64Array(buffer, 8, 2);
  }

  /** The recorder's side: costs well under a microsecond, so that it can follow every commit. */
  publish(durable: number, now: Instant): void {
    this.#values[0] = durable;
    this.#values[1] = now;
    Atomics.add(this.#signal, 0, 1);
    Atomics.notify(this.#signal, 0);
  }

  get durable(): number {
    Atomics.load(this.#signal, 0);
    return this.#values[0] as number;
  }

  get now(): Instant {
    Atomics.load(this.#signal, 0);
    return instant(this.#values[1] as number);
  }

  /** The drain's side: resolves when something was published since `durable` was last read, or after the wait. */
  async moved(seenDurable: number, wait: Millis): Promise<void> {
    const signal = Atomics.load(this.#signal, 0);
    if (this.#values[0] !== seenDurable) return;
    const waiting = Atomics.waitAsync(this.#signal, 0, signal, wait);
    if (waiting.async) await waiting.value;
  }
}
