import type { Cancel, Clock } from "./clock.ts";
import { type Instant, instant, later, type Millis } from "./units.ts";

interface Timer {
  due: Instant;
  order: number;
  /** Nothing once it is cancelled. */
  task: (() => void) | undefined;
}

/** Cancelled timers stay until their time, unless there are this many of them and they are the most. */
const CANCELLED_AT_LEAST = 1_024;

/**
 * Time that moves only when told to. Timers fire in order of their due time, ties in the order they were set, and each
 * sees `now()` at its own due time. Used by tests, replay and evaluation.
 */
export class VirtualClock implements Clock {
  #now: Instant;
  #heap: Timer[] = [];
  #order = 0;
  #cancelled = 0;

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  after(delay: Millis, task: () => void): Cancel {
    const timer: Timer = { due: instant(this.#now + Math.max(0, delay)), order: this.#order++, task };
    this.#push(timer);
    return () => {
      if (timer.task === undefined) return;
      timer.task = undefined;
      this.#cancelled += 1;
      if (this.#cancelled >= CANCELLED_AT_LEAST && this.#cancelled * 2 > this.#heap.length) this.#sweep();
    };
  }

  every(period: Millis, task: () => void): Cancel {
    if (!(period > 0)) throw new RangeError("a period must be positive");
    let cancelled = false;
    let cancel: Cancel = () => {};
    const arm = (): void => {
      cancel = this.after(period, () => {
        task();
        if (!cancelled) arm();
      });
    };
    arm();
    return () => {
      cancelled = true;
      cancel();
    };
  }

  /** When the next timer is due, if there is one. */
  get nextDue(): Instant | undefined {
    return this.#heap[0]?.due;
  }

  /** Moves to `to`, firing every timer due on the way. Time never runs backwards: an earlier `to` does nothing. */
  advanceTo(to: Instant): void {
    for (let next = this.#heap[0]; next !== undefined && next.due <= to; next = this.#heap[0]) {
      this.#pop();
      if (next.due > this.#now) this.#now = next.due;
      const { task } = next;
      if (task === undefined) this.#cancelled -= 1;
      else {
        next.task = undefined;
        task();
      }
    }
    if (to > this.#now) this.#now = to;
  }

  advance(by: Millis): void {
    this.advanceTo(later(this.#now, by));
  }

  /** As `advanceTo`, letting pending promises settle after each timer: for code that mixes timers and promises. */
  async advanceToSettled(to: Instant): Promise<void> {
    for (let next = this.nextDue; next !== undefined && next <= to; next = this.nextDue) {
      this.advanceTo(next);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.advanceTo(to);
    await new Promise((resolve) => setImmediate(resolve));
  }

  #sweep(): void {
    const timers = this.#heap.filter(({ task }) => task !== undefined);
    // Sorted, an array is a heap.
    this.#heap = timers.toSorted((a, b) => a.due - b.due || a.order - b.order);
    this.#cancelled = 0;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(timer, heap[parent] as Timer)) break;
      heap[i] = heap[parent] as Timer;
      i = parent;
    }
    heap[i] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[i] = heap[child] as Timer;
      i = child;
    }
    heap[i] = last;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
