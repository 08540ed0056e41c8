import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { RoomState } from "../rooms/room-state.ts";
import { type Span, spanOf } from "../rooms/span.ts";
import type { Ask, Check, Requirement } from "./check.ts";
import { type Visit, visitOf } from "./visit.ts";

/** One ask with what it requires. What several asks require is the same object in each. */
export interface Planned<A extends Ask = Ask> {
  ask: A;
  requirements: readonly Requirement[];
}

export interface Plan {
  /** The room's usual needs, now. */
  now: Planned;
  /** The visits to come, by arrival. */
  visits: readonly Planned<Ask & { visit: Visit }>[];
  /** When bookings end and windows open or close: moments that change something by themselves. */
  edges: readonly Instant[];
}

/**
 * What is asked of a room, worked out once and kept until its card, devices, visits or windows change, a window opens or
 * closes, or a month begins (seasons turn). That a booking begins or ends asks nothing else of it.
 */
export class Planner {
  readonly #checks: readonly Check[];
  #plan: Plan | undefined;
  #shape = -1;
  #until = 0;

  constructor(checks: readonly Check[]) {
    this.#checks = checks;
  }

  plan(room: RoomState, card: RoomCard, now: Instant): Plan {
    if (this.#plan === undefined || room.shape !== this.#shape || now >= this.#until) {
      this.#plan = this.#make(room, card, now);
      this.#shape = room.shape;
      this.#until = Math.min(nextMonth(now), ...edgesOf(room.windows.map(spanOf)).filter((edge) => edge > now));
    }
    return this.#plan;
  }

  #make(room: RoomState, card: RoomCard, now: Instant): Plan {
    const known = new Map<string, Requirement>();
    const windows = room.windows.map((window) => ({ ...window, span: spanOf(window) }));
    const bookings = room.bookings.map(spanOf);
    const planned = <A extends Ask>(ask: A): Planned<A> => ({
      ask,
      requirements: this.#required(ask, room, { now, known }),
    });
    const visits = room.demos
      .map((demo) => visitOf(demo, usesBeside(demo, room, bookings)))
      .toSorted((a, b) => a.arrival - b.arrival || (a.demo.id < b.demo.id ? -1 : 1))
      .map((visit) => {
        const { needs } = visit.demo;
        return planned({
          card,
          windows,
          visit,
          needs: { ...needs, capabilities: needs.capabilities ?? card.capabilities },
        });
      });
    return {
      now: planned({ card, windows, visit: undefined, needs: { capabilities: card.capabilities } }),
      visits,
      edges: edgesOf([...bookings, ...windows.map(({ span }) => span)]),
    };
  }

  #required(
    ask: Ask,
    room: RoomState,
    { now, known }: { now: Instant; known: Map<string, Requirement> },
  ): readonly Requirement[] {
    return this.#checks.flatMap((check) => {
      const requirement = check.require(ask, room, now);
      if (requirement === undefined) return [];
      const key = `${requirement.hard ? "hard" : "soft"} ${requirement.key}`;
      const same = known.get(key);
      if (same !== undefined) return same;
      known.set(key, requirement);
      return requirement;
    });
  }
}

/** When the room is used, but for this demo: by bookings and by other demos. */
export const usesBeside = ({ id }: Demo, { demos }: Pick<RoomState, "demos">, bookings: readonly Span[]): Span[] => [
  ...bookings,
  ...demos.filter((other) => other.id !== id).map(spanOf),
];

/** Seasons turn by UTC's months, see `seasonOf`. */
function nextMonth(now: Instant): Instant {
  const date = new Date(now);
  return instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1));
}

const edgesOf = (spans: readonly Span[]): Instant[] =>
  [...new Set(spans.flatMap(({ start, end }) => [start, end]))].toSorted((a, b) => a - b);
