import { hours, type Instant } from "#contract/units.ts";
import type { Visit } from "../readiness/visit.ts";
import type { RoomState } from "../rooms/room-state.ts";
import { type Span, spanOf } from "../rooms/span.ts";

/** What ended longer before a visit says nothing of it. */
const BEFORE = hours(4);

const ofVisits = new WeakMap<Visit, readonly Span[]>();

/** When a room is booked before a visit, by bookings and by other visits, the last to end last. Worked out once per plan. */
export function usesBefore(visit: Visit, room: Pick<RoomState, "bookings" | "demos">): readonly Span[] {
  let uses = ofVisits.get(visit);
  if (uses === undefined) {
    const others = room.demos.filter(({ id }) => id !== visit.demo.id);
    uses = [...room.bookings, ...others]
      .map(spanOf)
      .filter((span) => isBefore(span, visit.arrival))
      .toSorted(byEnd);
    ofVisits.set(visit, uses);
  }
  return uses;
}

const isBefore = ({ start, end }: Span, arrival: Instant): boolean => start < arrival && end > arrival - BEFORE;
const byEnd = (a: Span, b: Span): number => a.end - b.end || a.start - b.start;
