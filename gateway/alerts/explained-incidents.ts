import type { Incident } from "./incident.ts";

/** Remembers which incidents are told under another one, so that they can be looked at again when that one ends. */
export class ExplainedIncidents {
  readonly #byOther = new Map<string, Set<Incident>>();

  add(incident: Incident, other: Incident): void {
    const waiting = this.#byOther.get(other.key) ?? new Set();
    this.#byOther.set(other.key, waiting.add(incident));
  }

  /** Those that this one no longer speaks for. */
  release(other: Incident): ReadonlySet<Incident> {
    const waiting = this.#byOther.get(other.key) ?? new Set();
    this.#byOther.delete(other.key);
    return waiting;
  }
}
