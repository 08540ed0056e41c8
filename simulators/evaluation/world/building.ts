import { type Air, airAfter, brokenPlant, type Plant, plantAt } from "./air.ts";
import { comfortOf, type World } from "./world.ts";
import type { Meeting, Visit } from "./calendar.ts";
import { DAY_MIN, type Fault } from "./faults.ts";
import type { Room } from "./room.ts";

/** What can be wrong with a room when a client walks in. */
export type Flaw = "disp" | "codec" | "mic" | "climate" | "air" | "occ" | "clean";
/** Flaws of gear and air, as against those of people. */
export const equipmentAndClimate: ReadonlySet<Flaw> = new Set(["disp", "codec", "mic", "climate", "air"]);

const AIR_LIMIT_PPM = 1_220;
const BAND_SLACK_K = 0.05;
/** So far within the band people are sure that a room is neither too warm nor too cold. */
const FELT_K = 0.5;

/** Times the air changes of a room that is aired out, times the power of one that is boosted. */
const AIRED_OUT = 2.2;
const BOOSTED = 1.5;

/** What is wrong with a room's air when somebody walks in. */
export function flawsOfAir({ temperature, co2 }: Air, [low, high]: readonly [number, number]): Flaw[] {
  const flaws: Flaw[] = [];
  if (temperature < low - BAND_SLACK_K || temperature > high + BAND_SLACK_K) flaws.push("climate");
  if (co2 > AIR_LIMIT_PPM) flaws.push("air");
  return flaws;
}

/** What is wrong with a room's gear, of all that is broken now; some of it matters only to a call. */
export function flawsOfGear(broken: readonly Pick<Fault, "kind">[], call: boolean): Flaw[] {
  const flaws: Flaw[] = [];
  const has = (...kinds: readonly string[]): boolean => broken.some(({ kind }) => kinds.includes(kind));
  if (has("disp_off", "disp_dead")) flaws.push("disp");
  if (call && has("codec", "net")) flaws.push("codec");
  if (call && has("mic")) flaws.push("mic");
  return flaws;
}

/** One building as it lives, minute by minute, under whatever people do about it. */
export class Building {
  readonly world: World;
  /** Absolute minute at which each fault is over, as people have it. */
  readonly #ends = new Map<Fault, number>();
  readonly #byRoom: Fault[][];
  readonly #byFloor: Fault[][];
  readonly temperature: Float64Array;
  readonly co2: Float64Array;
  readonly people: Float64Array;
  day = 0;
  minute = 0;
  #leaves: Float64Array[] = [];
  #visits: readonly (readonly Visit[])[] = [];
  #resetAt = new Map<string, number>();
  readonly #airedUntil: Float64Array;
  readonly #boostedUntil: Float64Array;
  /** What climate control does in this minute. */
  readonly #control: Float64Array;
  readonly #changes: Float64Array;
  /** Faults of the day that may be active, by room and by floor. */
  ofRoom: readonly (readonly Fault[])[] = [];
  ofFloor: readonly (readonly Fault[])[] = [];
  #plantFaults: { fault: Fault; room: number }[] = [];

  constructor(world: World) {
    this.world = world;
    const { rooms } = world.size;
    this.#byRoom = Array.from({ length: rooms }, () => []);
    this.#byFloor = Array.from({ length: world.floors }, () => []);
    for (const fault of world.faults) {
      this.#ends.set(fault, fault.end);
      if (fault.room !== undefined) this.#byRoom[fault.room]?.push(fault);
      for (const floor of fault.floors) this.#byFloor[floor]?.push(fault);
    }
    this.temperature = new Float64Array(rooms);
    this.co2 = new Float64Array(rooms);
    this.people = new Float64Array(rooms);
    this.#airedUntil = new Float64Array(rooms);
    this.#boostedUntil = new Float64Array(rooms);
    this.#control = new Float64Array(rooms);
    this.#changes = new Float64Array(rooms);
  }

  get plan() {
    return this.world.days[this.day] ?? { meetings: [], visits: [] };
  }
  get weather() {
    const weather = this.world.weather[this.day];
    if (weather === undefined) throw new RangeError(`no day ${this.day}`);
    return weather;
  }
  get comfort() {
    return comfortOf(this.weather);
  }
  /** Minutes since the first day began. */
  get now(): number {
    return this.day * DAY_MIN + this.minute;
  }

  startDay(day: number): void {
    const { from_min, to_min } = this.world.scenario.days;
    this.day = day;
    this.minute = from_min;
    this.temperature.set(this.weather.start);
    this.co2.fill(430);
    this.people.fill(0);
    this.#airedUntil.fill(0);
    this.#boostedUntil.fill(0);
    this.#resetAt = new Map();
    this.#visits = this.world.rooms.map(({ index }) => this.plan.visits.filter((visit) => visit.room === index));
    this.#leaves = this.plan.meetings.map((list) => Float64Array.from(list, (meeting) => meeting.leaves));
    const [from, to] = [day * DAY_MIN + from_min - 1, day * DAY_MIN + to_min];
    const isOfDay = (fault: Fault): boolean => fault.start < to && this.endOf(fault) > from;
    this.ofRoom = this.#byRoom.map((list) => list.filter(isOfDay));
    this.ofFloor = this.#byFloor.map((list) => list.filter(isOfDay));
    this.#plantFaults = this.ofRoom.flatMap((list, room) =>
      list.filter(({ kind }) => kind === "hvac").map((fault) => ({ fault, room })),
    );
    for (const { index, floor } of this.world.rooms)
      for (const fault of this.ofFloor[floor] ?? [])
        if (fault.kind === "ahu") this.#plantFaults.push({ fault, room: index });
  }

  /** One minute of people, heat and air. */
  step(minute: number): void {
    this.minute = minute;
    const { rooms, scenario } = this.world;
    const { climate } = scenario;
    const { outdoor } = this.weather;
    const { setpoint } = this.comfort;
    const { temperature, co2, people } = this;
    const shift = this.day >= climate.shift.from_day ? climate.shift.by_min : 0;
    for (let i = 0; i < rooms.length; i++) {
      people[i] = this.#peopleIn(i, minute);
      const state = { minute: minute - shift, temperature: temperature[i] as number, setpoint };
      this.#setPlant(i, plantAt(rooms[i] as Room, state));
    }
    for (const { fault, room } of this.#plantFaults)
      if (this.isActive(fault)) this.#setPlant(room, brokenPlant(this.#plantOf(room), fault));
    for (let i = 0; i < rooms.length; i++) {
      const { control, changes } = this.#plantOf(i);
      const next = airAfter({ temperature: temperature[i] as number, co2: co2[i] as number }, rooms[i] as Room, {
        control,
        changes: changes * ((this.#airedUntil[i] as number) > minute ? AIRED_OUT : 1),
        outdoor,
        people: people[i] as number,
        power: climate.power_share * ((this.#boostedUntil[i] as number) > minute ? BOOSTED : 1),
      });
      temperature[i] = next.temperature;
      co2[i] = next.co2;
    }
  }

  #plantOf = (room: number): Plant => ({
    control: this.#control[room] as number,
    changes: this.#changes[room] as number,
  });
  #setPlant(room: number, { control, changes }: Plant): void {
    this.#control[room] = control;
    this.#changes[room] = changes;
  }

  /** The night goes on; nothing moves but time. */
  sleepUntil(minute: number): void {
    this.minute = Math.min(minute, DAY_MIN + this.world.scenario.days.from_min - 1);
    this.people.fill(0);
  }

  #peopleIn(room: number, minute: number): number {
    const list = this.plan.meetings[room] ?? [];
    const leaves = this.#leaves[room];
    let most = 0;
    for (let i = 0; i < list.length; i++) {
      const meeting = list[i] as Meeting;
      if (meeting.start > minute + 15) break;
      if (meeting.attended && meeting.comes <= minute && minute < (leaves?.[i] ?? 0))
        most = Math.max(most, meeting.people);
    }
    return most;
  }

  endOf = (fault: Fault): number => this.#ends.get(fault) ?? fault.end;

  isActive(fault: Fault): boolean {
    return fault.start <= this.now && this.now < this.endOf(fault);
  }

  /** Faults of a room that are active now, its own and its floor's. */
  active(room: number): { own: Fault[]; floor: Fault[] } {
    const floor = this.world.rooms[room]?.floor ?? 0;
    return {
      own: (this.ofRoom[room] ?? []).filter((fault) => this.isActive(fault)),
      floor: (this.ofFloor[floor] ?? []).filter((fault) => this.isActive(fault)),
    };
  }

  /** The day's visits of a room. */
  visitsOf = (room: number): readonly Visit[] => this.#visits[room] ?? [];

  /** Until when people are in a meeting, as it stands. */
  leavesAt(room: number, meeting: Meeting): number {
    const i = this.plan.meetings[room]?.indexOf(meeting) ?? -1;
    return this.#leaves[room]?.[i] ?? meeting.leaves;
  }

  /** When the reset of a visit is done; never, when it is missed. Nobody resets a room in which people sit. */
  resetDone(visit: Visit): number {
    const { reset, room, arrival } = visit;
    let last = 0;
    const meetings = this.plan.meetings[room] ?? [];
    const left = this.#leaves[room];
    for (let i = 0; i < meetings.length; i++) {
      const { attended, isDemo, start, leaves } = meetings[i] as Meeting;
      if (attended && !isDemo && start < arrival) last = Math.max(last, left?.[i] ?? leaves);
    }
    const own = reset.missed ? Number.POSITIVE_INFINITY : Math.max(last, arrival - reset.before) + reset.takes;
    return Math.min(own, this.#resetAt.get(visit.id) ?? Number.POSITIVE_INFINITY);
  }
  wasResetByHand = (visit: Visit): boolean => this.#resetAt.has(visit.id);
  asksReset = ({ gap }: Visit): boolean => gap >= this.world.scenario.reset_visits.asked_gap_min;

  /** What the client finds wrong who walks in now. */
  flaws(visit: Visit): Flaw[] {
    const flaws = this.flawsOfRoom(visit.room, visit.call);
    const { before } = visit;
    if (before?.attended === true && this.leavesAt(visit.room, before) > this.minute) flaws.push("occ");
    if (this.asksReset(visit) && this.resetDone(visit) > this.minute) flaws.push("clean");
    return flaws;
  }

  flawsOfRoom(room: number, call: boolean): Flaw[] {
    const { own, floor } = this.active(room);
    const air = { temperature: this.temperature[room] ?? 0, co2: this.co2[room] ?? 0 };
    return [...flawsOfGear([...own, ...floor], call), ...flawsOfAir(air, this.comfort.ready)];
  }

  /** Whoever comes in finds the room's temperature as it should be, whatever its sensor says. */
  isComfortable(room: number): boolean {
    const [low, high] = this.comfort.ready;
    const t = this.temperature[room] ?? 0;
    return t >= low + FELT_K && t <= high - FELT_K;
  }

  /** Whether a visit that was taken to another room finds it free and in order. A reset is not asked of it. */
  didTakeIn = (visit: Visit, room: number): boolean =>
    (this.people[room] ?? 0) === 0 && this.flawsOfRoom(room, visit.call).length === 0;

  /** Whether a room would do for a visit that arrives now: free, large enough, in order. A reset is not asked of it. */
  wouldDo(visit: Visit, room: number): boolean {
    const [from, to] = [this.world.rooms[visit.room], this.world.rooms[room]];
    if (from === undefined || to === undefined || room === visit.room || to.seats < from.seats * 0.7) return false;
    if ((this.people[room] ?? 0) > 0) return false;
    const list = this.plan.meetings[room] ?? [];
    const isTaken = list.some(
      ({ start, end, attended }) => start < visit.end && end > this.minute && !(start + 10 < this.minute && !attended),
    );
    return !isTaken && this.flawsOfRoom(room, visit.call).length === 0;
  }

  // What people do about it

  mend(fault: Fault): void {
    this.#ends.set(fault, Math.min(this.endOf(fault), this.now));
  }
  airOut(room: number, min: number): void {
    this.#airedUntil[room] = this.minute + min;
  }
  boost(room: number, min: number): void {
    this.#boostedUntil[room] = this.minute + min;
  }
  reset(visit: Visit): void {
    this.#resetAt.set(visit.id, this.minute);
  }
  /** A visit takes the room over: what was to begin in it during the visit takes place elsewhere. */
  giveWay(room: number, visit: Visit): void {
    const leaves = this.#leaves[room];
    for (const [i, { start, comes, isDemo }] of (this.plan.meetings[room] ?? []).entries())
      if (leaves !== undefined && !isDemo && comes > this.minute && start < visit.end) leaves[i] = 0;
  }
  /** People who are over their time go; those who are not end on time. */
  wrapUp(room: number, arrival: number): void {
    const leaves = this.#leaves[room];
    for (const [i, meeting] of (this.plan.meetings[room] ?? []).entries()) {
      if (leaves === undefined || !meeting.attended || meeting.isDemo) continue;
      const left = leaves[i] ?? 0;
      const isIn = meeting.comes <= this.minute && this.minute < left;
      if (isIn && this.minute >= meeting.end - 1) leaves[i] = this.minute;
      else if (meeting.end <= arrival && this.minute < meeting.end) leaves[i] = Math.min(left, meeting.end);
    }
  }
}
