import { Random } from "../../building/random.ts";
import type { FaultKind } from "../scenario-faults.ts";
import type { Scenario } from "../scenario.ts";
import { draw, type Duration } from "../scenario-units.ts";
import { LEADS } from "../policies/act-by.ts";
import { type Air, airAfter, brokenPlant, plantAt } from "../world/air.ts";
import { Building, flawsOfAir, flawsOfGear } from "../world/building.ts";
import { drawOverrun, drawPeople, type Meeting, type Visit } from "../world/calendar.ts";
import type { Fault } from "../world/faults.ts";
import type { Room } from "../world/room.ts";
import type { World } from "../world/world.ts";

/** So many ways in which it may go on are looked at. */
const WAYS = 100;
/** So often what has lasted for some time already is drawn, until it is longer than that. */
const TRIES = 2_000;

/** P(gear and air are ready at arrival), by minutes before and visit. */
export type Knowable = ReadonlyMap<number, ReadonlyMap<string, number>>;

/**
 * What can be known of a visit at each lead if nobody acts, by somebody who knows the world's rates and all that is so at that moment (what is
 * broken and for how long, who is in, how each room airs), but not what comes: by drawing what comes many times. No forecast from
 * telemetry can be expected to score better; what is left of its Brier score is chance.
 */
export function whatCanBeKnown(world: World): Knowable {
  const known = new Map<number, Map<string, number>>(LEADS.map((lead) => [lead, new Map()]));
  const building = new Building(world);
  const { days } = world.scenario;
  for (let day = days.warm_up; day < world.days.length; day++) {
    building.startDay(day);
    for (let minute = days.from_min; minute < days.to_min; minute++) {
      building.step(minute);
      for (const visit of building.plan.visits)
        for (const lead of LEADS)
          if (minute === visit.arrival - lead) known.get(lead)?.set(visit.id, chanceReady(building, visit));
    }
  }
  return known;
}

type Broken = Pick<Fault, "kind" | "manner" | "start" | "end">;
type Stay = Pick<Meeting, "comes" | "leaves" | "people">;

function chanceReady(building: Building, visit: Visit): number {
  const ahead = new Ahead(building, visit);
  let ready = 0;
  for (let way = 0; way < WAYS; way++) if (ahead.goesWell()) ready += 1;
  return ready / WAYS;
}

/** What may come until a visit, as seen from one moment. */
class Ahead {
  readonly #building: Building;
  readonly #visit: Visit;
  readonly #room: Room;
  readonly #chance: Random;
  readonly #broken: readonly Fault[];
  readonly #meetings: readonly Meeting[];
  /** How often each kind of fault comes, and how long it lasts. */
  readonly #rates: Scenario["faults"]["room"] & Scenario["faults"]["floor"];
  readonly #kinds: readonly [string, { per_day: number; lasts: Duration }][];

  constructor(building: Building, visit: Visit) {
    const { world, minute, plan } = building;
    this.#building = building;
    this.#visit = visit;
    this.#room = world.rooms[visit.room] as Room;
    this.#chance = new Random(world.seed, "knowable", visit.id, visit.arrival - minute);
    const { faults } = world.scenario;
    this.#rates = { ...faults.room, ...faults.floor };
    this.#kinds = Object.entries(this.#rates);
    const { own, floor } = building.active(visit.room);
    this.#broken = [...own, ...floor];
    this.#meetings = (plan.meetings[visit.room] ?? []).filter(
      (meeting) =>
        meeting.start < visit.arrival &&
        meeting.end > meeting.start &&
        !(meeting.attended && building.leavesAt(visit.room, meeting) <= minute),
    );
  }

  /** Draws one way in which it may go on: whether gear and air are ready at its end. */
  goesWell(): boolean {
    const { minute, now, comfort } = this.#building;
    const { arrival, call } = this.#visit;
    const faults = [...this.#broken.map((fault) => this.#lastsOn(fault)), ...this.#newFaults()];
    const stays = this.#meetings.flatMap((meeting) => this.#stayOf(meeting));
    const left = faults.filter((fault) => isActive(fault, now - minute + arrival));
    if (flawsOfGear(left, call).length > 0) return false;
    return flawsOfAir(this.#airAtArrival(faults, stays), comfort.ready).length === 0;
  }

  /** Hundreds of millions of minutes pass here in a whole evaluation: nothing is copied. */
  #airAtArrival(faults: readonly Broken[], stays: readonly Stay[]): Air {
    const { world, day, minute: from, now, weather, comfort, temperature, co2 } = this.#building;
    const { climate } = world.scenario;
    const { setpoint } = comfort;
    const { outdoor } = weather;
    const power = climate.power_share;
    const shift = day >= climate.shift.from_day ? climate.shift.by_min : 0;
    const room = this.#room;
    let air: Air = { temperature: temperature[room.index] ?? 0, co2: co2[room.index] ?? 0 };
    for (let minute = from + 1; minute <= this.#visit.arrival; minute++) {
      let plant = plantAt(room, { minute: minute - shift, temperature: air.temperature, setpoint });
      for (let i = 0; i < faults.length; i++) {
        const fault = faults[i] as Broken;
        if (isActive(fault, now - from + minute)) plant = brokenPlant(plant, fault);
      }
      let people = 0;
      for (let i = 0; i < stays.length; i++) {
        const stay = stays[i] as Stay;
        if (stay.comes <= minute && minute < stay.leaves) people = Math.max(people, stay.people);
      }
      const { control, changes } = plant;
      air = airAfter(air, room, { control, changes, outdoor, people, power });
    }
    return air;
  }

  #newFaults(): Broken[] {
    const { days } = this.#building.world.scenario;
    const leadMin = this.#visit.arrival - this.#building.minute;
    const found: Broken[] = [];
    for (const [kind, { per_day, lasts }] of this.#kinds) {
      if (!this.#chance.chance((per_day * leadMin) / (days.to_min - days.from_min))) continue;
      const start = this.#building.now + this.#chance.between(0, leadMin);
      const end = start + draw(this.#chance, lasts);
      found.push({ kind: kind as FaultKind, start, end, manner: this.#chance.next() });
    }
    return found;
  }

  /** What is broken, with an end that lies after now. */
  #lastsOn(fault: Fault): Broken {
    const { lasts } = this.#rates[fault.kind];
    if (fault.id.startsWith("scripted.")) return fault;
    return { ...fault, end: this.#after(this.#building.now, () => fault.start + draw(this.#chance, lasts)) };
  }

  /** Who is in stays until some time after now; who is not in may come yet. */
  #stayOf(meeting: Meeting): Stay[] {
    const { start, end, attended, comes, people, isDemo } = meeting;
    const { minute, world } = this.#building;
    const { calendar } = world.scenario;
    if (isDemo) return [meeting];
    const isIn = attended && comes <= minute;
    const from = isIn ? comes : this.#comesAt(meeting);
    if (from === undefined) return [];
    const leaves = this.#after(minute, () => Math.max(start + 5, end + drawOverrun(calendar, this.#chance)));
    return [{ comes: from, leaves, people: isIn ? people : drawPeople(calendar, this.#chance, this.#room.seats) }];
  }

  /** When people come of whom nobody has been seen yet, if they do. */
  #comesAt({ start }: Meeting): number | undefined {
    const { no_show, comes_late_min } = this.#building.world.scenario.calendar;
    const [early, late] = comes_late_min;
    const { minute } = this.#building;
    const left = Math.min(1, Math.max(0, (start + late - minute) / (late - early)));
    const comes = (1 - no_show) * left;
    if (!this.#chance.chance(comes / (comes + no_show))) return undefined;
    return this.#chance.between(Math.max(start + early, minute), start + late);
  }

  /** Draws until it comes out after now; what never does is as good as over. */
  #after(now: number, drawn: () => number): number {
    for (let i = 0; i < TRIES; i++) {
      const at = drawn();
      if (at > now) return at;
    }
    return now + 1;
  }
}

const isActive = ({ start, end }: Broken, at: number): boolean => start <= at && at < end;
