import { Random } from "../../building/random.ts";
import type { Scenario } from "../scenario.ts";
import { draw } from "../scenario-units.ts";
import type { Room } from "./room.ts";

/** A booking and what became of it. Minutes of the building's day. */
export interface Meeting {
  start: number;
  end: number;
  people: number;
  attended: boolean;
  /** When people really come and go, if nobody asks them to. */
  comes: number;
  leaves: number;
  isDemo: boolean;
}

/** A client visit, with what nobody knows beforehand. */
export interface Visit {
  /** Position among all visits of the world. */
  id: string;
  day: number;
  room: number;
  arrival: number;
  end: number;
  people: number;
  call: boolean;
  /** The meeting before it in its room. */
  before: Meeting | undefined;
  /** From its end until arrival; without one, more than a day. */
  gap: number;
  /** The planned reset: how long before arrival, how long it takes, whether it is made and reported. */
  reset: { before: number; takes: number; missed: boolean; pressed: boolean };
}

export interface DayPlan {
  /** By room, by start. */
  meetings: readonly (readonly Meeting[])[];
  visits: readonly Visit[];
}

/** Visits must lie this far after a meeting that is cut for them. */
const BUFFER_MIN = 30;

export function planDay(
  scenario: Scenario,
  seed: number,
  { day, rooms }: { day: number; rooms: readonly Room[] },
): DayPlan {
  const meetings: Meeting[][] = [];
  const visits: Visit[] = [];
  const gathering = conferenceRooms(scenario, seed, { day, rooms: rooms.length });
  for (const room of rooms) {
    const chance = new Random(seed, "calendar", day, room.index);
    const list = planRoom(scenario, chance, room);
    const asked = gathering.has(room.index) ? conferenceVisit(scenario, list) : pickVisit(scenario, chance, list);
    if (asked !== undefined) visits.push(makeVisit(scenario, chance, { day, room, list, asked }));
    meetings.push(list);
  }
  return { meetings, visits };
}

function planRoom({ calendar }: Scenario, chance: Random, room: Room): Meeting[] {
  const list: Meeting[] = [];
  let at = calendar.from_min;
  while (at < calendar.to_min) {
    if (chance.chance(calendar.pause_share)) {
      at += chance.pick(calendar.pauses_min);
      continue;
    }
    const length = chance.pick(calendar.lengths_min);
    if (at + length > calendar.to_min) break;
    list.push(planMeeting(calendar, chance, { start: at, length, seats: room.seats }));
    at += length;
  }
  return list;
}

function planMeeting(
  calendar: Scenario["calendar"],
  chance: Random,
  { start, length, seats }: { start: number; length: number; seats: number },
): Meeting {
  const attended = !chance.chance(calendar.no_show);
  const people = drawPeople(calendar, chance, seats);
  const over = drawOverrun(calendar, chance);
  const comes = start + chance.between(...calendar.comes_late_min);
  return {
    start,
    end: start + length,
    people: attended ? people : 0,
    attended,
    comes,
    leaves: Math.max(start + 5, start + length + (attended ? over : 0)),
    isDemo: false,
  };
}

/** How many come, if anybody does. */
export const drawPeople = (calendar: Scenario["calendar"], chance: Random, seats: number): number =>
  Math.max(1, Math.floor(seats * chance.between(...calendar.people_share)));

/** So much later than planned people leave, minutes. */
export function drawOverrun({ overrun, early_end }: Scenario["calendar"], chance: Random): number {
  const u = chance.next();
  const onTime = chance.between(-1, 1);
  if (u < overrun.share) return chance.exponential(overrun.mean_min);
  return u > 1 - early_end.share ? -chance.exponential(early_end.mean_min) : onTime;
}

function pickVisit({ demos }: Scenario, chance: Random, list: readonly Meeting[]): Meeting | undefined {
  if (list.length === 0 || !chance.chance(demos.per_room_day)) return undefined;
  const fitting = list.filter(({ start }) => start >= demos.from_min && start <= demos.to_min);
  return fitting.length === 0 ? undefined : chance.pick(fitting);
}

/** Which rooms have a visit at the conference's hour, if this is its day. */
function conferenceRooms(
  { demos, days }: Scenario,
  seed: number,
  { day, rooms }: { day: number; rooms: number },
): ReadonlySet<number> {
  const { every_days, demos: count } = demos.conference;
  const scored = day - days.warm_up;
  if (every_days === 0 || scored < 0 || scored % every_days !== 0) return new Set();
  const chance = new Random(seed, "conference", day);
  const left = Array.from({ length: rooms }, (_, room) => room);
  const chosen = new Set<number>();
  while (chosen.size < count && left.length > 0) {
    const [room] = left.splice(chance.integer(0, left.length - 1), 1);
    if (room !== undefined) chosen.add(room);
  }
  return chosen;
}

/** The conference's visit takes its hour: what was booked then gives way. */
function conferenceVisit({ demos }: Scenario, list: Meeting[]): Meeting {
  const { at_min: start, lasts_min } = demos.conference;
  const end = start + lasts_min;
  const visit: Meeting = { start, end, people: 0, attended: true, comes: start, leaves: end, isDemo: true };
  const kept = list.filter((each) => each.end <= start || each.start >= end);
  list.splice(0, list.length, ...[...kept, visit].toSorted((a, b) => a.start - b.start));
  return visit;
}

function makeVisit(
  { demos, reset_visits }: Scenario,
  chance: Random,
  { day, room, list, asked }: { day: number; room: Room; list: readonly Meeting[]; asked: Meeting },
): Visit {
  const people = Math.max(2, Math.floor(room.seats * demos.people_share));
  Object.assign(asked, { isDemo: true, attended: true, people, comes: asked.start, leaves: asked.end });
  const before = list[list.indexOf(asked) - 1];
  if (before !== undefined && chance.chance(demos.buffer_share)) cutFor(before, asked);
  return {
    id: `d${day}r${room.index}`,
    day,
    room: room.index,
    arrival: asked.start,
    end: asked.end,
    people,
    call: chance.chance(demos.call_share),
    before,
    gap: before === undefined ? 9_999 : asked.start - before.end,
    reset: {
      before: chance.between(...reset_visits.planned_before_min),
      takes: draw(chance, reset_visits.takes),
      missed: chance.chance(reset_visits.missed),
      pressed: !chance.chance(reset_visits.unreported),
    },
  };
}

/** Ends the meeting before a visit earlier, so that half an hour lies between them. */
function cutFor(before: Meeting, visit: Meeting): void {
  const isTight = before.end > visit.start - BUFFER_MIN && before.end - BUFFER_MIN >= before.start;
  if (!isTight) return;
  const cut = BUFFER_MIN - (visit.start - before.end);
  before.end -= cut;
  before.leaves = Math.max(before.start + 5, before.leaves - cut);
  if (before.end > before.start) return;
  before.attended = false;
  before.people = 0;
}
