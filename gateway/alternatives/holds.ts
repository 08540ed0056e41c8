import type { Instant } from "#contract/units.ts";
import type { Span } from "../rooms/span.ts";

/** A room that is kept for a visit until a moment. */
export interface Hold {
  roomKey: string;
  /** The visit that it is kept for. */
  visit: string;
  span: Span;
  until: Instant;
}

/** Which rooms are kept for which visits: no room is offered to two visits at once. They live in the alerts that offer them. */
export class Holds {
  readonly #byAlert = new Map<string, readonly Hold[]>();
  readonly #byRoom = new Map<string, Hold[]>();

  /** What an alert keeps from now on, in place of what it kept. */
  set(alert: string, holds: readonly Hold[]): void {
    this.#release(alert);
    if (holds.length === 0) return;
    this.#byAlert.set(alert, holds);
    for (const hold of holds) {
      const there = this.#byRoom.get(hold.roomKey);
      if (there === undefined) this.#byRoom.set(hold.roomKey, [hold]);
      else there.push(hold);
    }
  }

  /** Whether a room may be offered to a visit for that span. */
  isFree(roomKey: string, { visit, span }: { visit: string; span: Span }, now: Instant): boolean {
    const holds = this.#byRoom.get(roomKey) ?? [];
    return !holds.some(
      (hold) => hold.until > now && hold.visit !== visit && hold.span.start < span.end && hold.span.end > span.start,
    );
  }

  /** The room that is kept for a visit, by whichever alert. */
  keptFor(visit: string, now: Instant): string | undefined {
    for (const holds of this.#byAlert.values())
      for (const hold of holds) if (hold.visit === visit && hold.until > now) return hold.roomKey;
    return undefined;
  }

  count(now: Instant): number {
    const rooms = [...this.#byRoom].filter(([, holds]) => holds.some(({ until }) => until > now));
    return rooms.length;
  }

  #release(alert: string): void {
    for (const hold of this.#byAlert.get(alert) ?? []) {
      const left = (this.#byRoom.get(hold.roomKey) ?? []).filter((each) => each !== hold);
      if (left.length === 0) this.#byRoom.delete(hold.roomKey);
      else this.#byRoom.set(hold.roomKey, left);
    }
    this.#byAlert.delete(alert);
  }
}
