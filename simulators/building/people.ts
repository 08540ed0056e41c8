import { type Instant, instant, minutes } from "#contract/units.ts";
import { Random } from "./random.ts";

/** Somebody has booked the room; `people` are expected. */
export interface Visit {
  id: string;
  start: Instant;
  end: Instant;
  people: number;
  /** A client demo: never a no-show. */
  demo: boolean;
}

/** Shares and times of how people really use their bookings; sources in docs/readiness.md. */
const NO_SHOW = 0.34;
const OVERRUN = 0.25;
const OVERRUN_MEAN_MIN = 7;

interface Stay {
  from: Instant;
  to: Instant;
  people: number;
  booked: Visit;
}

/** When people are really in a room, from its bookings: some never come, some stay longer. */
export class People {
  readonly #stays: Stay[];

  constructor(room: string, visits: readonly Visit[], seed: string) {
    this.#stays = visits
      .map((visit) => stay(room, visit, seed))
      .filter((each): each is Stay => each !== undefined)
      .toSorted((a, b) => a.from - b.from);
  }

  /** Heads in the room. With `overrunning`, whoever was booked last has not left. */
  count(at: Instant, overrunning = false): number {
    let count = 0;
    let last: Stay | undefined;
    for (const each of this.#stays) {
      if (each.from > at) break;
      if (at < each.to) count = Math.max(count, each.people);
      last = each;
    }
    return overrunning ? Math.max(count, last?.people ?? 4) : count;
  }
}

function stay(room: string, visit: Visit, seed: string): Stay | undefined {
  const chance = new Random(seed, "people", room, visit.id);
  if (!visit.demo && chance.chance(NO_SHOW)) return undefined;
  const early = minutes(chance.between(-3, 5));
  const overrun = chance.chance(OVERRUN)
    ? minutes(chance.exponential(OVERRUN_MEAN_MIN))
    : minutes(-chance.between(0, 5));
  const people = Math.max(1, Math.round(visit.people * chance.between(0.6, 1.05)));
  return { from: instant(visit.start + early), to: instant(visit.end + overrun), people, booked: visit };
}
