import { Random } from "../../building/random.ts";
import type { Scenario } from "../scenario.ts";
import { draw } from "../scenario-units.ts";
import { type DayPlan, planDay } from "./calendar.ts";
import { type Fault, makeFaults } from "./faults.ts";
import type { Room } from "./room.ts";

export interface WorldSize {
  rooms: number;
  /** Scored days, after those of the warm-up. */
  days: number;
}

/** What outdoors does on one day. */
export interface Weather {
  isSummer: boolean;
  outdoor: number;
  /** Room temperatures at the start of the day. */
  start: Float64Array;
}

/** Everything that happens whatever anybody does: the same for every policy. */
export interface World {
  scenario: Scenario;
  seed: number;
  size: WorldSize;
  rooms: readonly Room[];
  floors: number;
  weather: readonly Weather[];
  days: readonly DayPlan[];
  faults: readonly Fault[];
}

/** Makes a world from a scenario and a seed alone. Each stream of chance has its own name, so that more rooms or faults leave the others as they are. */
export function makeWorld(scenario: Scenario, seed: number, size: WorldSize): World {
  const rooms = Array.from({ length: size.rooms }, (_, index) => makeRoom(scenario, seed, index));
  const count = scenario.days.warm_up + size.days;
  const weather = Array.from({ length: count }, (_, day) => makeWeather(scenario, seed, { day, rooms: size.rooms }));
  const days = Array.from({ length: count }, (_, day) => planDay(scenario, seed, { day, rooms }));
  const floors = Math.ceil(size.rooms / scenario.rooms.per_floor);
  return {
    scenario,
    seed,
    size,
    rooms,
    floors,
    weather,
    days,
    faults: makeFaults(scenario, seed, { rooms, floors, days: count }),
  };
}

function makeRoom(scenario: Scenario, seed: number, index: number): Room {
  const chance = new Random(seed, "room", index);
  const { rooms, climate } = scenario;
  const seats = chance.pick(rooms.seats);
  return {
    index,
    floor: Math.floor(index / rooms.per_floor),
    place: index % rooms.per_floor,
    seats,
    recovery: draw(chance, rooms.recovery_k_per_h),
    leak: draw(chance, rooms.leak_h),
    airChanges: draw(chance, rooms.air_changes_per_h),
    volume: rooms.volume_m3_per_seat * seats,
    plantOnMin: chance.pick(climate.plant_on_min),
  };
}

function makeWeather(scenario: Scenario, seed: number, { day, rooms }: { day: number; rooms: number }): Weather {
  const chance = new Random(seed, "weather", day);
  const { climate, days } = scenario;
  const scored = day - days.warm_up;
  const isHot = scored >= climate.hot_days.from && scored < climate.hot_days.to;
  const isSummer = chance.chance(climate.summer_share) || isHot;
  const season = isSummer ? climate.summer : climate.winter;
  const hotter = isHot ? climate.hot_days.by_k : 0;
  const outdoor = chance.normal(season.outdoor_c, season.outdoor_sd_k) + hotter;
  const start = Float64Array.from({ length: rooms }, (_, room) =>
    new Random(seed, "start", day, room).normal(season.start_c + hotter / 3, season.start_sd_k),
  );
  return { isSummer, outdoor, start };
}

/** Set-point and comfort band (EN 16798-1, categories II and III) of a day. */
export const comfortOf = ({ isSummer }: Pick<Weather, "isSummer">) =>
  isSummer
    ? ({ setpoint: 24.5, ready: [23, 26], usable: [22, 27] } as const)
    : ({ setpoint: 22, ready: [20, 24], usable: [19, 25] } as const);
