import type { Observed } from "../../rooms/observed.ts";
import type { Row } from "../../readiness/verdict.ts";
import type { RoomState } from "../../rooms/room-state.ts";
import { RoomHabits } from "../habits.ts";
import type { SiteLearner } from "../site/site-learner.ts";
import { GearWatch } from "./gear-watch.ts";
import { PeopleWatch } from "./people-watch.ts";
import { type VisitSeen, VisitWatch } from "./visit-watch.ts";

/** A room as it was just judged. */
export interface RoomSeen {
  room: RoomState;
  /** The room's usual needs, now. */
  rows: readonly Row[];
  visits: readonly VisitSeen[];
  /** What the sensors say of people. */
  people: Observed | undefined;
  occupied: boolean | undefined;
}

/** Watches one room's judgements and teaches its site what all rooms learn from. */
export class RoomWatch {
  /** What this room does otherwise than its site. */
  habits = new RoomHabits();
  people = new PeopleWatch();
  #gear = new GearWatch();
  #visits = new VisitWatch();

  static from(json: unknown): RoomWatch {
    const watch = new RoomWatch();
    const state = json as Record<string, unknown> | undefined;
    if (typeof state !== "object" || state === null) return watch;
    watch.habits = RoomHabits.from(state["habits"]);
    watch.people = PeopleWatch.from(state["people"]);
    watch.#gear = GearWatch.from(state["gear"]);
    watch.#visits = VisitWatch.from(state["visits"]);
    return watch;
  }

  /** Grows whenever a forecast may be another. */
  get revision(): number {
    return this.habits.revision + this.people.revision;
  }

  toJSON(): unknown {
    return { habits: this.habits, people: this.people, gear: this.#gear, visits: this.#visits };
  }

  take({ room, rows, visits, people, occupied }: RoomSeen, now: number, site: SiteLearner): void {
    const to = { site, habits: this.habits };
    this.people.take(room, people, now, to);
    this.#gear.take(room, rows, now, to);
    this.#visits.take(room, visits, now, { ...to, isOccupied: isIn(people, occupied) });
  }
}

/** Whether somebody is in, by the newest word; what has settled where there is none. */
function isIn(people: Observed | undefined, settled: boolean | undefined): boolean | undefined {
  const value = people?.kind === "known" ? people.slot?.value : undefined;
  return value === undefined ? settled : Number(value) > 0;
}
