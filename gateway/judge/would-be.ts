import type { SensorFinding } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import type { Instant } from "#contract/units.ts";
import type { Check } from "../readiness/check.ts";
import type { Settled } from "../readiness/settle.ts";
import { usesBeside } from "../readiness/plan.ts";
import { Judge } from "../readiness/verdict.ts";
import { visitOf } from "../readiness/visit.ts";
import type { RoomState } from "../rooms/room-state.ts";
import { spanOf } from "../rooms/span.ts";
import { outageOf } from "./judge-room.ts";
import { type JudgedVisit, judgeVisit, type Taught } from "./judge-visit.ts";

export interface Candidate extends Taught {
  room: RoomState;
  card: RoomCard;
  settled: ReadonlyMap<string, Settled>;
  findings: readonly SensorFinding[];
}

/**
 * How a room would serve a visit that it does not have, if the bookings in its way gave way. Changes nothing that the room
 * remembers.
 */
export function judgeWouldBe(
  { room, card, settled, findings, ...taught }: Candidate,
  { demo, checks, now }: { demo: Demo; checks: readonly Check[]; now: Instant },
): JudgedVisit {
  const judge = new Judge({ room, settled: new Map(settled), outageOf: (device) => outageOf(findings, device) }, now);
  const span = spanOf(demo);
  const uses = usesBeside(demo, room, room.bookings.map(spanOf));
  const others = uses.filter(({ start, end }) => end <= span.start || start >= span.end);
  const ask = {
    card,
    windows: room.windows.map((window) => ({ ...window, span: spanOf(window) })),
    visit: visitOf(demo, others),
    needs: { ...demo.needs, capabilities: demo.needs.capabilities ?? card.capabilities },
  };
  const requirements = checks.flatMap((check) => check.require(ask, room, now) ?? []);
  return judgeVisit(judge, { ask, requirements }, { ...taught, room });
}
