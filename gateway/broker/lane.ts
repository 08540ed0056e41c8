import type { Cancel, Clock } from "#contract/clock.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** One message on its way in. */
export interface Step {
  /** Starts what must be done before the acknowledgement; nothing to wait for is `undefined`. */
  begin: () => Promise<void> | undefined;
  /** Called in the order of arrival, once `begin` is through. */
  finish: (error: Error | undefined) => void;
  cost: number;
}

interface Entry {
  step: Step;
  isThrough: boolean;
  error: Error | undefined;
}

/**
 * The messages of one client: begun as they come (so that many share one commit), finished and acknowledged in order
 * (MQTT 3.1.1 [MQTT-4.6.0-2]). Above its rate a client waits: unfinished messages keep Aedes from reading its socket, so
 * that it is slowed and loses nothing.
 */
export class Lane {
  readonly #bucket: TokenBucket;
  readonly #clock: Clock;
  readonly #onSlowed: () => void;
  #open: Entry[] = [];
  #first = 0;
  #held: Step[] = [];
  #cancel: Cancel | undefined;
  #isClosed = false;

  constructor(bucket: TokenBucket, clock: Clock, onSlowed: () => void) {
    this.#bucket = bucket;
    this.#clock = clock;
    this.#onSlowed = onSlowed;
  }

  push(step: Step): void {
    if (this.#held.length > 0) {
      this.#held.push(step);
      return;
    }
    const wait = this.#bucket.take(step.cost, this.#clock.now());
    if (wait === 0) return this.#begin(step);
    this.#onSlowed();
    this.#held.push(step);
    this.#cancel = this.#clock.after(wait, () => this.#release());
  }

  /** For a last will, which comes when the client is gone: after what has begun, whatever the rate. */
  pushLast(step: Step): void {
    this.close();
    this.#begin(step);
  }

  /** Makes the client wait for something that is not a message. */
  charge(cost: number): void {
    this.#bucket.take(cost, this.#clock.now());
  }

  /** What has not begun is forgotten (it was not acknowledged); what has begun is finished. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#held = [];
  }

  #release(): void {
    if (this.#isClosed) return;
    this.#cancel = undefined;
    const held = this.#held;
    let i = 0;
    // The first has been paid for by the wait.
    for (let wait = 0; i < held.length && wait === 0; i++) {
      this.#begin(held[i] as Step);
      const next = held[i + 1];
      if (next !== undefined) wait = this.#bucket.take(next.cost, this.#clock.now());
    }
    this.#held = held.slice(i);
    if (this.#held.length > 0) this.#cancel = this.#clock.after(this.#bucket.wait, () => this.#release());
  }

  #begin(step: Step): void {
    let began: Promise<void> | undefined;
    let error: Error | undefined;
    try {
      began = step.begin();
    } catch (thrown) {
      error = asError(thrown);
    }
    if (began === undefined && this.#first === this.#open.length) return step.finish(error);
    const entry: Entry = { step, isThrough: began === undefined, error };
    this.#open.push(entry);
    began?.then(
      () => this.#through(entry, undefined),
      (thrown: unknown) => this.#through(entry, asError(thrown)),
    );
  }

  #through(entry: Entry, error: Error | undefined): void {
    entry.isThrough = true;
    entry.error = error;
    for (let next = this.#open[this.#first]; next?.isThrough === true; next = this.#open[this.#first]) {
      this.#first += 1;
      next.step.finish(next.error);
    }
    if (this.#first < this.#open.length && this.#first < 1_024) return;
    this.#open = this.#open.slice(this.#first);
    this.#first = 0;
  }
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
