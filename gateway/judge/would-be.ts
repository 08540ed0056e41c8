import type { Demo } from "#contract/messages/room.ts";
import type { Instant } from "#contract/units.ts";
import type { Check } from "../readiness/check.ts";
import { Judge } from "../readiness/verdict.ts";
import { visitOf } from "../readiness/visit.ts";
import { spanOf } from "../rooms/span.ts";
import { type JudgedVisit, judgeVisit, outageOf, type RoomToJudge } from "./judge-room.ts";

/** How a room would serve a visit that it does not have. Changes nothing that the room remembers. */
export function judgeWouldBe(
  options: Omit<RoomToJudge, "planner">,
  { demo, checks, now }: { demo: Demo; checks: readonly Check[]; now: Instant },
): JudgedVisit {
  const { room, card, settled, findings } = options;
  const judge = new Judge({ room, settled: new Map(settled), outageOf: (device) => outageOf(findings, device) }, now);
  const ask = {
    card,
    windows: room.windows.map((window) => ({ ...window, span: spanOf(window) })),
    visit: visitOf(demo, room.bookings.map(spanOf)),
    needs: { ...demo.needs, capabilities: demo.needs.capabilities ?? card.capabilities },
  };
  const requirements = checks.flatMap((check) => check.require(ask, room, now) ?? []);
  return judgeVisit(judge, { ask, requirements }, options);
}
