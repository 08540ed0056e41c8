import type { Demo } from "#contract/messages/room.ts";
import { earlier, type Instant, minutes, rfc3339, seconds } from "#contract/units.ts";
import { at, type Judgement, type Member, visitOf } from "./finding.ts";
import { localTime } from "./local-time.ts";

/** A third of bookings is used by nobody; a visit is. */
const UNUSED_BOOKING = 0.3;
/** Another room must be found, its people asked, the host told. */
const MOVE = { p50_min: 10, p90_min: 15 };

/** Visits whose room is promised to somebody else at the same time: told at once, however far away they are. */
export function conflictsOf(judgement: Judgement, now: Instant): Member[] {
  const { demos, bookings = [] } = judgement;
  if (demos.length + bookings.length < 2) return [];
  const conflicts: Member[] = [];
  for (const demo of demos) {
    if (at(demo.arrival) <= now) continue;
    const other = demos.find((each) => each !== demo && isEarlier(each, demo) && isOverlapping(each, demo));
    const booking = other ?? bookings.find((each) => isOverlapping(each, demo) && at(each.end) > now);
    if (booking !== undefined)
      conflicts.push(conflictOf(judgement, { demo, other: booking, isVisit: other !== undefined }, now));
  }
  return conflicts;
}

type Span = Pick<Demo, "start" | "end">;

const isOverlapping = (a: Span, b: Span): boolean => at(a.start) < at(b.end) && at(a.end) > at(b.start);
/** Of two visits the later one has to go elsewhere. */
const isEarlier = (a: Demo, b: Demo): boolean =>
  at(a.start) < at(b.start) || (at(a.start) === at(b.start) && a.id < b.id);

function conflictOf(
  judgement: Judgement,
  { demo, other, isVisit }: { demo: Demo; other: Span; isVisit: boolean },
  now: Instant,
): Member {
  const arrival = at(demo.arrival);
  const actBy = earlier(arrival, minutes(MOVE.p90_min));
  const time = (text: string): string => localTime(at(text), judgement.card.zone, now);
  const what = isVisit ? "another visit" : "a booking";
  const p_ready = isVisit ? 0 : UNUSED_BOOKING;
  return {
    ...visitOf(judgement, demo),
    actBy,
    risk: 1 - p_ready,
    cause: {
      cause: "conflict",
      checks: [],
      sentence: `The room is promised twice: to ${what} ${time(other.start)}–${time(other.end)}.`,
      p_ready,
      act_by: rfc3339(actBy),
      steps: [{ remedy: "move", label: "Move the visit to another room", ...MOVE, act_by: rfc3339(actBy) }],
    },
    isSilence: false,
    since: now,
    reportInterval: seconds(0),
  };
}
