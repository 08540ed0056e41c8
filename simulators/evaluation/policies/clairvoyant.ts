import type { PlanKind } from "../scenario.ts";
import { ticketsQ90 } from "../responders/responders.ts";
import type { Flaw } from "../world/building.ts";
import type { Visit } from "../world/calendar.ts";
import { CallBook } from "./call-book.ts";
import { deaf, type Policy, type Setting } from "./policy.ts";

const EVERY_MIN = 5;
const LOOKS_AHEAD_MIN = 240;

/** A room that is too cold or warm with nothing broken is seen to so many minutes before. */
const AIR_FROM_MIN = 75;

/**
 * Knows what will be wrong with each visit if nobody acts, and what is broken now; calls with the same staff. Its rules are those of the
 * prototype, so that figures compare. `airFromMin`: sees to the temperature from so early on, again whenever somebody has, which is
 * as much as staff can do in a room at all.
 */
export function clairvoyant(
  setting: Setting,
  doom: ReadonlyMap<string, readonly Flaw[]>,
  airFromMin = AIR_FROM_MIN,
): Policy {
  const { building } = setting;
  const book = new CallBook(setting);
  book.reopens = new Set(["climate", "codec", "disp_off", "disp_dead", "mic", "net"]);
  const q90 = new Map<PlanKind, number>();
  const needs = (kind: PlanKind): number => {
    let min = q90.get(kind);
    if (min === undefined) q90.set(kind, (min = ticketsQ90(building.world, kind)));
    return min;
  };

  const kindsFor = (flaw: Flaw, visit: Visit, lead: number): PlanKind[] => {
    const { own, floor } = building.active(visit.room);
    const has = (kind: string): boolean =>
      own.some((fault) => fault.kind === kind) || floor.some((fault) => fault.kind === kind);
    const kinds: Record<Flaw, PlanKind[]> = {
      disp: (["disp_off", "disp_dead"] as const).filter(has),
      codec: (["codec", "net"] as const).filter(has),
      mic: (["mic"] as const).filter(has),
      climate: has("hvac") || has("ahu") || lead <= airFromMin ? ["climate"] : [],
      air: lead <= 60 ? ["air"] : [],
      occ: lead <= 20 ? ["occ"] : [],
      clean: lead <= 60 ? ["clean"] : [],
    };
    return kinds[flaw];
  };
  return {
    ...deaf,
    startDay: () => book.startDay(),
    minute() {
      if (building.minute % EVERY_MIN !== 0 || !setting.isScored()) return;
      for (const visit of building.plan.visits) {
        const lead = visit.arrival - building.minute;
        if (lead <= 0 || lead > LOOKS_AHEAD_MIN) continue;
        for (const flaw of doom.get(visit.id) ?? [])
          for (const kind of kindsFor(flaw, visit, lead))
            book.raise(`${visit.id}.${kind}`, kind, { room: visit.room, visit, due: visit.arrival - needs(kind) });
      }
    },
    endDay: () => {},
  };
}
