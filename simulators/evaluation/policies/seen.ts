import type { PlanKind } from "../scenario.ts";
import type { DeviceName, Metrics, Watcher } from "../telemetry/telemetry.ts";
import type { Building } from "../world/building.ts";
import type { Visit } from "../world/calendar.ts";
import { DAY_MIN } from "../world/faults.ts";

/** Older air values than this are not used, in report intervals. */
const GONE = 5;
/** A value that has not moved for so long is not believed, min. */
const FLAT_MIN = 90;

interface SeenRoom {
  /** Since when a device is bad, absolute minutes; undefined while it is well. */
  bad: Record<"display" | "codec" | "mic", { since: number; kind: PlanKind } | undefined>;
  temperature: number | undefined;
  co2: number | undefined;
  airAt: number;
  flatSince: number;
  isOccupied: boolean;
  resetAt: number;
}

/** What a rule-based policy knows of a building: the last word of every device. */
export class Seen implements Watcher {
  readonly #building: Building;
  readonly #rooms: SeenRoom[];
  readonly #lostFloors = new Set<number>();

  constructor(building: Building) {
    this.#building = building;
    this.#rooms = building.world.rooms.map(() => ({
      bad: { display: undefined, codec: undefined, mic: undefined },
      temperature: undefined,
      co2: undefined,
      airAt: -1e9,
      flatSince: 0,
      isOccupied: false,
      resetAt: -1e9,
    }));
  }

  reading(index: number, device: DeviceName, metrics: Metrics): void {
    const room = this.room(index);
    const { now } = this.#building;
    if (device === "display" || device === "codec" || device === "mic") {
      const kind = badness(metrics);
      room.bad[device] = kind === undefined ? undefined : { since: room.bad[device]?.since ?? now, kind };
    } else if (device === "air") {
      const { temperature_c: t, co2_ppm: c, occupied } = metrics;
      if (typeof occupied === "boolean") room.isOccupied = occupied;
      if (typeof t !== "number" || typeof c !== "number") return;
      if (t !== room.temperature || c !== room.co2) room.flatSince = now;
      room.temperature = t;
      room.co2 = c;
      room.airAt = now;
    } else if (metrics["reset_pressed"] === true) room.resetAt = now;
  }
  sleeps(): void {}
  agent(floor: number, isOnline: boolean): void {
    if (isOnline) this.#lostFloors.delete(floor);
    else this.#lostFloors.add(floor);
  }

  room(index: number): SeenRoom {
    const room = this.#rooms[index];
    if (room === undefined) throw new RangeError(`no room ${index}`);
    return room;
  }

  /** How long nothing has been heard of a room's air, min. */
  silentMin(index: number): number {
    return this.#building.now - this.room(index).airAt;
  }

  isLost(index: number): boolean {
    return this.#lostFloors.has(this.#building.world.rooms[index]?.floor ?? -1);
  }

  /** What is bad now, for at least so many minutes where it is gear. */
  badGear(index: number, sinceMin: number, devices: readonly ("display" | "codec" | "mic")[]): PlanKind[] {
    const { bad } = this.room(index);
    return devices.flatMap((device) => {
      const found = bad[device];
      return found !== undefined && this.#building.now - found.since >= sinceMin ? [found.kind] : [];
    });
  }

  /** Air as it is known, or nothing when it is old or has stood still. */
  air(index: number): { temperature: number; co2: number } | undefined {
    const { temperature, co2, airAt, flatSince } = this.room(index);
    const { now, world } = this.#building;
    const gone = (world.scenario.sensors.climate_every_s / 60) * GONE;
    if (temperature === undefined || co2 === undefined || now - airAt > gone || airAt - flatSince > FLAT_MIN)
      return undefined;
    return { temperature, co2 };
  }

  /** Everything that stands in the way of a visit now. */
  badFor(visit: Visit): PlanKind[] {
    const { building, room } = { building: this.#building, room: visit.room };
    if (this.isLost(room)) return ["net"];
    const found = this.badGear(room, 2, visit.call ? ["display", "codec", "mic"] : ["display"]);
    const air = this.air(room);
    const [low, high] = building.comfort.ready;
    if (air === undefined) found.push("sensor");
    else if (air.temperature < low || air.temperature > high) found.push("climate");
    if (air !== undefined && air.co2 > 1_220) found.push("air");
    const isFree = building.minute >= (visit.before === undefined ? 0 : visit.before.end + 10);
    if (isFree && building.asksReset(visit) && !this.isReset(visit)) found.push("clean");
    return found;
  }

  isReset(visit: Visit): boolean {
    // Who leaves early lets it be reset early.
    const since = visit.day * DAY_MIN + (visit.before?.start ?? 0);
    return this.room(visit.room).resetAt >= since;
  }
}

function badness({ reachable, other_health, registered, microphones_connected }: Metrics): PlanKind | undefined {
  if (other_health === "error") return "disp_dead";
  if (reachable === false) return "disp_off";
  if (registered === false) return "codec";
  return microphones_connected === 0 ? "mic" : undefined;
}
