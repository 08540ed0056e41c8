import type { Instant } from "#contract/units.ts";
import { type Cadence, learnGap, newCadence } from "../sensor-health/cadence.ts";

/** Reports of one metric before its own rhythm is told. */
const LEARNED_AFTER = 4;
const SHORTEST_S = 15;
const LONGEST_S = 86_400;
/** Another interval is told only when it differs by this factor. */
const WORTH_TELLING = 1.5;

/**
 * How often a device reports each metric: as configured, else learned from its gaps. What reports on change has long gaps now
 * and then; twice the interval must be longer than those, or a steady value would count as stale.
 */
export class Intervals {
  readonly #told: number | undefined;
  readonly #usual: number;
  readonly #cadences = new Map<string, { cadence: Cadence; last: Instant }>();
  readonly #said = new Map<string, number>();
  #least = 0;

  constructor(parts: { told_s: number | undefined; usual_s: number }) {
    this.#told = parts.told_s;
    this.#usual = parts.usual_s;
  }

  /** Takes in one report. Returns whether the intervals should be told anew. */
  hear(metric: string, at: Instant): boolean {
    const known = this.#cadences.get(metric);
    if (known === undefined) {
      this.#cadences.set(metric, { cadence: newCadence(), last: at });
      if (this.#said.has(metric)) return false;
      this.#said.set(metric, this.#told ?? this.#usual);
      return true;
    }
    if (at <= known.last) return false;
    learnGap(known.cadence, at - known.last);
    known.last = at;
    if (this.#told !== undefined || known.cadence.reports < LEARNED_AFTER) return false;
    const learned = Math.max(this.#least, intervalOf(known.cadence));
    const said = this.#said.get(metric) ?? this.#usual;
    if (learned < said * WORTH_TELLING && learned > said / WORTH_TELLING) return false;
    this.#said.set(metric, learned);
    return true;
  }

  /** What an earlier run had learned. */
  restore(intervals: Readonly<Record<string, number>>): void {
    for (const [metric, seconds] of Object.entries(intervals)) this.#said.set(metric, this.#told ?? seconds);
  }

  /** What the device says of itself (Tasmota's deep sleep, Shelly's wake-up period). */
  expect(seconds: number): boolean {
    if (this.#told !== undefined || !(seconds > 0) || seconds === this.#least) return false;
    this.#least = Math.min(LONGEST_S, seconds);
    let isNew = false;
    for (const [metric, said] of this.#said) {
      if (said >= this.#least) continue;
      this.#said.set(metric, this.#least);
      isNew = true;
    }
    return isNew;
  }

  toWire(): Record<string, number> {
    return Object.fromEntries(this.#said);
  }
}

function intervalOf({ usualMs, longMs }: Cadence): number {
  const seconds = Math.max(usualMs, longMs / 2) / 1000;
  return Math.round(Math.min(LONGEST_S, Math.max(SHORTEST_S, seconds)));
}
