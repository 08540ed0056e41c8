import { Random } from "../../building/random.ts";
import type { Scenario } from "../scenario.ts";
import type { FaultKind, FloorFaultKind, RoomFaultKind, Scripted } from "../scenario-faults.ts";
import { draw } from "../scenario-units.ts";
import type { Room } from "./room.ts";

export const DAY_MIN = 1440;

/** Something that goes wrong, from when until when if nobody mends it. Minutes since the first day began. */
export interface Fault {
  id: string;
  kind: FaultKind;
  /** Of what befalls one room. */
  room: number | undefined;
  /** Of what befalls floors. */
  floors: readonly number[];
  start: number;
  end: number;
  /** In [0, 1): which way it shows. */
  manner: number;
}

interface Extent {
  rooms: readonly Room[];
  floors: number;
  days: number;
}

const roomKinds = ["disp_off", "disp_dead", "codec", "mic", "flap", "hvac", "drop", "stuck", "drift"] as const;
const floorKinds = ["net", "part", "ahu"] as const;

/** Every fault of a world, by start. */
export function makeFaults(scenario: Scenario, seed: number, extent: Extent): Fault[] {
  const faults: Fault[] = [];
  for (let day = 0; day < extent.days; day++) {
    for (const { index } of extent.rooms)
      for (const kind of roomKinds) faults.push(...ofRoom(scenario, seed, { day, room: index, kind }));
    for (let floor = 0; floor < extent.floors; floor++)
      for (const kind of floorKinds) faults.push(...ofFloor(scenario, seed, { day, floor, kind }));
  }
  for (const [i, scripted] of scenario.faults.scripted.entries())
    faults.push(...ofScript(scenario, extent, { scripted, i }));
  return faults.toSorted((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}

function ofRoom(
  { faults, days }: Scenario,
  seed: number,
  { day, room, kind }: { day: number; room: number; kind: RoomFaultKind },
): Fault[] {
  const chance = new Random(seed, "fault", kind, day, room);
  const { per_day, lasts, overnight } = faults.room[kind];
  const found: Fault[] = [];
  const add = (from: number, to: number): void => {
    const start = day * DAY_MIN + chance.between(from, to);
    const id = `${kind}.${day}.${room}.${found.length}`;
    found.push({ id, kind, room, floors: [], start, end: start + draw(chance, lasts), manner: chance.next() });
  };
  // Half as likely each time, so that rates above one are possible and seldom cases stay seldom.
  for (let rate = per_day; chance.chance(Math.min(rate, 0.95)); rate /= 2) add(days.from_min, days.to_min);
  if (chance.chance(per_day * overnight)) add(60, days.from_min);
  return found;
}

function ofFloor(
  { faults, days }: Scenario,
  seed: number,
  { day, floor, kind }: { day: number; floor: number; kind: FloorFaultKind },
): Fault[] {
  const chance = new Random(seed, "fault", kind, day, "floor", floor);
  const { per_day, lasts } = faults.floor[kind];
  if (!chance.chance(per_day)) return [];
  const start = day * DAY_MIN + chance.between(days.from_min, days.to_min);
  const end = start + draw(chance, lasts);
  return [
    { id: `${kind}.${day}.f${floor}`, kind, room: undefined, floors: [floor], start, end, manner: chance.next() },
  ];
}

function ofScript({ days }: Scenario, extent: Extent, { scripted, i }: { scripted: Scripted; i: number }): Fault[] {
  const start = (days.warm_up + scripted.scored_day) * DAY_MIN + scripted.at_min;
  const own = { id: `scripted.${i}`, kind: scripted.kind, start, end: start + scripted.lasts_min, manner: 0 };
  if (isOfFloor(scripted.kind)) {
    const all = Array.from({ length: extent.floors }, (_, floor) => floor);
    const named = scripted.floors ?? "all";
    return [
      { ...own, room: undefined, floors: named === "all" ? all : named.filter((floor) => floor < extent.floors) },
    ];
  }
  const rooms = (scripted.rooms ?? []).filter((room) => room < extent.rooms.length);
  return rooms.map((room) => ({ ...own, id: `${own.id}.${room}`, room, floors: [] }));
}

const isOfFloor = (kind: FaultKind): kind is FloorFaultKind => (floorKinds as readonly string[]).includes(kind);
