import type { Instant } from "#contract/units.ts";

/** Collects the moments at which something is due, and keeps the first. */
export class Agenda {
  next: Instant | undefined;

  add(at: Instant | undefined): void {
    if (at !== undefined && at < (this.next ?? Number.POSITIVE_INFINITY)) this.next = at;
  }
}
