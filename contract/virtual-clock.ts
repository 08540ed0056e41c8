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
  /** When each timer of the heap is due, in its order: a heap of thousands is walked without looking at the timers themselves. */
  #dues: number[] = [];
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
    this.#dues = this.#heap.map(({ due }) => due);
    this.#cancelled = 0;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    const dues = this.#dues;
    const { due } = timer;
    let i = heap.push(timer) - 1;
    dues.push(due);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      // Of two that are due at once the one that was set first stays above: this one was set last.
      if ((dues[parent] as number) <= due) break;
      this.#put(i, parent);
      i = parent;
    }
    heap[i] = timer;
    dues[i] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const dues = this.#dues;
    const last = heap.pop();
    const due = dues.pop();
    if (last === undefined || due === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#isBefore(child + 1, child)) child += 1;
      const next = dues[child] as number;
      if (next > due || (next === due && (heap[child] as Timer).order > last.order)) break;
      this.#put(i, child);
      i = child;
    }
    heap[i] = last;
    dues[i] = due;
  }

  #put(to: number, from: number): void {
    this.#heap[to] = this.#heap[from] as Timer;
    this.#dues[to] = this.#dues[from] as number;
  }

  #isBefore(a: number, b: number): boolean {
    const dueA = this.#dues[a] as number;
    const dueB = this.#dues[b] as number;
    return dueA < dueB || (dueA === dueB && (this.#heap[a] as Timer).order < (this.#heap[b] as Timer).order);
  }
}
