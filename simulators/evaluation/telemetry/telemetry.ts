import { Random } from "../../building/random.ts";
import type { Building } from "../world/building.ts";
import type { Visit } from "../world/calendar.ts";
import type { Fault } from "../world/faults.ts";

export type Metrics = Record<string, number | boolean | string>;
export type DeviceName = "display" | "codec" | "mic" | "air" | "thermostat" | "button";
export const deviceNames: readonly DeviceName[] = ["display", "codec", "mic", "air", "thermostat", "button"];

/** Where reports go: the gateway, or whoever else watches. */
export interface Watcher {
  reading(room: number, device: DeviceName, metrics: Metrics): void;
  /** Gear goes to sleep in the evening and wakes in the morning. */
  sleeps(room: number, isAsleep: boolean): void;
  /** The agent of a floor has gone, or has come back. */
  agent(floor: number, isOnline: boolean): void;
}

const HOUR_MIN = 60;
const MOST_DRIFT_K = 3;

/** What the devices of a building say, minute by minute: at once when something changes, and at their intervals. */
export class Telemetry {
  readonly #building: Building;
  readonly #watcher: Watcher;
  readonly #rooms: RoomVoice[];
  readonly #blindSince: (number | undefined)[];
  readonly #isLost: boolean[];
  readonly #isBlind: boolean[];

  constructor(building: Building, watcher: Watcher) {
    this.#building = building;
    this.#watcher = watcher;
    const { world } = building;
    this.#rooms = world.rooms.map(({ index }) => new RoomVoice(building, index));
    this.#blindSince = Array.from({ length: world.floors }, () => undefined);
    this.#isLost = Array.from({ length: world.floors }, () => false);
    this.#isBlind = Array.from({ length: world.floors }, () => false);
  }

  startDay(): void {
    for (const voice of this.#rooms) {
      voice.startDay();
      this.#watcher.sleeps(voice.room, false);
    }
    this.#look();
    for (const voice of this.#rooms) if (!this.#isMute(voice.room)) voice.tellAll(this.#watcher);
  }

  endDay(): void {
    for (const { room } of this.#rooms) this.#watcher.sleeps(room, true);
  }

  minute(): void {
    const back = this.#look();
    for (const voice of this.#rooms) {
      const floor = this.#floorOf(voice.room);
      voice.measure();
      if (this.#isBlind[floor] === true) continue;
      if (back.has(floor)) voice.tellAll(this.#watcher);
      else voice.tell(this.#watcher);
    }
  }

  /** An hourly word at night; rooms drift towards the temperature that the next day begins with. */
  night(share: number): void {
    this.#look();
    const { world, day, temperature } = this.#building;
    const next = world.weather[day + 1]?.start;
    for (const voice of this.#rooms) {
      if (this.#isMute(voice.room)) continue;
      const now = temperature[voice.room] ?? 0;
      const then = next?.[voice.room] ?? now;
      voice.tellNight(this.#watcher, now + (then - now) * share);
    }
  }

  #floorOf(room: number): number {
    return this.#building.world.rooms[room]?.floor ?? 0;
  }
  #isMute(room: number): boolean {
    return this.#isBlind[this.#floorOf(room)] === true;
  }

  /** Which floors are cut off; returns those that have come back. */
  #look(): Set<number> {
    const building = this.#building;
    const lostAfter = building.world.scenario.sensors.agent_lost_after_s / 60;
    const back = new Set<number>();
    for (const [floor, faults] of building.ofFloor.entries()) {
      const isBlind = faults.some((fault) => isBlinding(fault) && building.isActive(fault));
      if (!isBlind) {
        if (this.#isBlind[floor] === true) back.add(floor);
        if (this.#isLost[floor] === true) this.#watcher.agent(floor, true);
        this.#isLost[floor] = this.#isBlind[floor] = false;
        this.#blindSince[floor] = undefined;
        continue;
      }
      this.#isBlind[floor] = true;
      const since = (this.#blindSince[floor] ??= building.now);
      if (this.#isLost[floor] === true || building.now - since < lostAfter) continue;
      this.#isLost[floor] = true;
      this.#watcher.agent(floor, false);
    }
    return back;
  }
}

/** Whether a fault cuts a floor off. */
export const isBlinding = ({ kind }: Fault): boolean => kind === "net" || kind === "part";

const GEAR = ["display", "codec", "mic"] as const;

/** The gear that a fault makes look bad, if it does; a harmless wobble takes one of the three. */
export function gearOf({ kind, manner }: Fault): Gear | undefined {
  if (kind === "flap") return GEAR[Math.floor(manner * 3)];
  if (kind === "codec" || kind === "mic") return kind;
  return kind === "disp_off" || kind === "disp_dead" ? "display" : undefined;
}

type Gear = "display" | "codec" | "mic";
/** How gear shows itself. */
type Shown = "well" | "asleep" | "bad" | "broken";

const display = (power_state: string, reachable: boolean, other_health: string): Metrics => ({
  power_state,
  reachable,
  other_health,
});
const codec = (registered: boolean): Metrics => ({ registered, cameras_connected: 1 });
const mic = (microphones_connected: number): Metrics => ({ microphones_connected, speaker_connected: true });

/** What each state of a device is in its reports. */
const words: Readonly<Record<Gear, Readonly<Record<Shown, Metrics>>>> = {
  display: {
    well: display("on", true, "ok"),
    asleep: display("standby", true, "ok"),
    bad: display("off", false, "ok"),
    broken: display("on", true, "error"),
  },
  codec: { well: codec(true), asleep: codec(true), bad: codec(false), broken: codec(false) },
  mic: { well: mic(2), asleep: mic(2), bad: mic(0), broken: mic(0) },
};

/** What one room's devices would say. */
class RoomVoice {
  readonly room: number;
  readonly #building: Building;
  /** Minutes. */
  readonly #airEvery: number;
  readonly #gearEvery: number;
  #noise: Random;
  #temperature = 0;
  #co2 = 0;
  readonly #told: Record<Gear, Shown | undefined> = { display: undefined, codec: undefined, mic: undefined };
  #toldOccupied: boolean | undefined;
  /** Visits of the day whose reset has not been made yet. */
  #unreset: Visit[] = [];

  constructor(building: Building, room: number) {
    this.#building = building;
    this.room = room;
    this.#noise = new Random("unused");
    const { climate_every_s, devices_every_s } = building.world.scenario.sensors;
    this.#airEvery = Math.max(1, Math.round(climate_every_s / 60));
    this.#gearEvery = Math.max(1, Math.round(devices_every_s / 60));
  }

  startDay(): void {
    const building = this.#building;
    this.#noise = new Random(building.world.seed, "noise", building.day, this.room);
    this.#unreset = building.visitsOf(this.room).filter((visit) => building.asksReset(visit));
    this.measure();
  }

  /** Takes the air at its interval, whether or not anybody hears it: the same luck for every policy. */
  measure(): void {
    const { sensors, days } = this.#building.world.scenario;
    if (!this.#isDue(this.#airEvery) && this.#building.minute !== days.from_min) return;
    const warmth = this.#noise.normal(0, sensors.temperature_sd_k);
    const breath = this.#noise.normal(0, sensors.co2_sd_ppm);
    if (this.#has("stuck") !== undefined) return;
    this.#take(this.#building.temperature[this.room] ?? 0, warmth);
    this.#co2 = Math.max(300, Math.round((this.#building.co2[this.room] ?? 0) + breath));
  }

  #take(truth: number, error: number): void {
    const drift = this.#has("drift");
    const off = drift === undefined ? 0 : this.#driftOf(drift);
    this.#temperature = Math.round((truth + error + off) * 100) / 100;
  }

  #driftOf({ start, manner }: Fault): number {
    const { drift_k_per_h } = this.#building.world.scenario.faults;
    const size = Math.min(MOST_DRIFT_K, (drift_k_per_h * (this.#building.now - start)) / 60);
    return manner < 0.5 ? size : -size;
  }

  tell(watcher: Watcher): void {
    const isGearDue = this.#isDue(this.#gearEvery);
    const faults = this.#building.ofRoom[this.room] ?? [];
    if (isGearDue || faults.length > 0) this.#tellGear(watcher, isGearDue);
    this.#tellAir(watcher, this.#isDue(this.#airEvery));
    if (this.#building.minute % HOUR_MIN === this.room % HOUR_MIN) this.#tellSlow(watcher);
    this.#tellReset(watcher);
  }

  tellAll(watcher: Watcher): void {
    this.#tellGear(watcher, true);
    this.#tellAir(watcher, true);
    this.#tellSlow(watcher);
    this.#tellReset(watcher);
  }

  tellNight(watcher: Watcher, temperature: number): void {
    if (this.#has("stuck") === undefined) {
      this.#take(temperature, 0);
      this.#co2 = 430;
    }
    this.#tellGear(watcher, true, true);
    this.#toldOccupied = false;
    if (this.#has("drop") === undefined)
      watcher.reading(this.room, "air", { temperature_c: this.#temperature, co2_ppm: this.#co2, occupied: false });
    this.#tellSlow(watcher);
  }

  #tellGear(watcher: Watcher, isDue: boolean, isAsleep = false): void {
    const faults = this.#building.ofRoom[this.room];
    const isQuiet = faults === undefined || faults.length === 0;
    this.#report(watcher, "display", isDue, isQuiet ? (isAsleep ? "asleep" : "well") : this.#displayNow(isAsleep));
    this.#report(watcher, "codec", isDue, !isQuiet && this.#looksBad("codec") ? "bad" : "well");
    this.#report(watcher, "mic", isDue, !isQuiet && this.#looksBad("mic") ? "bad" : "well");
  }

  #displayNow(isAsleep: boolean): Shown {
    if (this.#has("disp_dead") !== undefined) return "broken";
    if (this.#looksBad("display")) return "bad";
    return isAsleep ? "asleep" : "well";
  }

  #report(watcher: Watcher, device: Gear, isDue: boolean, shown: Shown): void {
    if (!isDue && shown === this.#told[device]) return;
    this.#told[device] = shown;
    watcher.reading(this.room, device, words[device][shown]);
  }

  #tellAir(watcher: Watcher, isDue: boolean): void {
    if (this.#has("drop") !== undefined) return;
    const occupied = (this.#building.people[this.room] ?? 0) > 0;
    if (isDue) watcher.reading(this.room, "air", { temperature_c: this.#temperature, co2_ppm: this.#co2, occupied });
    else if (occupied !== this.#toldOccupied) watcher.reading(this.room, "air", { occupied });
    this.#toldOccupied = occupied;
  }

  #tellSlow(watcher: Watcher): void {
    watcher.reading(this.room, "thermostat", { setpoint_c: this.#building.comfort.setpoint });
    watcher.reading(this.room, "button", { reset_pressed: false });
  }

  #tellReset(watcher: Watcher): void {
    if (this.#unreset.length === 0) return;
    const building = this.#building;
    const isDone = (visit: Visit): boolean => building.resetDone(visit) <= building.minute;
    if (!this.#unreset.some(isDone)) return;
    const done = this.#unreset.filter(isDone);
    this.#unreset = this.#unreset.filter((visit) => !done.includes(visit));
    for (const visit of done)
      if (visit.reset.pressed || building.wasResetByHand(visit))
        watcher.reading(this.room, "button", { reset_pressed: true });
  }

  #isDue(every: number): boolean {
    return this.#building.minute % every === this.room % every;
  }

  #has(kind: Fault["kind"]): Fault | undefined {
    const faults = this.#building.ofRoom[this.room];
    if (faults === undefined || faults.length === 0) return undefined;
    return faults.find((fault) => fault.kind === kind && this.#building.isActive(fault));
  }

  /** Whether its own fault or a harmless wobble makes a piece of gear look bad now. */
  #looksBad(gear: Gear): boolean {
    const faults = this.#building.ofRoom[this.room] ?? [];
    return faults.some((fault) => gearOf(fault) === gear && this.#building.isActive(fault));
  }
}
