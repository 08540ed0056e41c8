import { CallBook } from "./call-book.ts";
import type { Policy, Setting } from "./policy.ts";
import { Seen } from "./seen.ts";

const EVERY_MIN = 5;

/** Looks at each visit's room once, so many minutes before it, and calls for what is wrong then. */
export function fixedLead(setting: Setting, leadMin: number): Policy {
  const { building } = setting;
  const seen = new Seen(building);
  const book = new CallBook(setting);
  return {
    reading: (...heard) => seen.reading(...heard),
    sleeps: () => {},
    agent: (...heard) => seen.agent(...heard),
    startDay: () => book.startDay(),
    minute() {
      if (building.minute % EVERY_MIN !== 0 || !setting.isScored()) return;
      for (const visit of building.plan.visits) {
        const lead = visit.arrival - building.minute;
        if (lead > leadMin || lead <= leadMin - EVERY_MIN) continue;
        for (const kind of seen.badFor(visit))
          book.raise(`${visit.id}.${kind}`, kind, { room: visit.room, visit, due: visit.arrival });
      }
    },
    endDay: () => {},
  };
}
