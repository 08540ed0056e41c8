import { Random } from "../../building/random.ts";
import type { Building } from "../world/building.ts";
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

const isBlinding = ({ kind }: Fault): boolean => kind === "net" || kind === "part";

/** What one room's devices would say. */
class RoomVoice {
  readonly room: number;
  readonly #building: Building;
  #noise: Random;
  #temperature = 0;
  #co2 = 0;
  #told: Record<"display" | "codec" | "mic" | "occupied", string> = { display: "", codec: "", mic: "", occupied: "" };
  #pressed = new Set<string>();

  constructor(building: Building, room: number) {
    this.#building = building;
    this.room = room;
    this.#noise = new Random("unused");
  }

  startDay(): void {
    this.#noise = new Random(this.#building.world.seed, "noise", this.#building.day, this.room);
    this.measure();
  }

  /** Takes the air at its interval, whether or not anybody hears it: the same luck for every policy. */
  measure(): void {
    const { sensors, days } = this.#building.world.scenario;
    if (!this.#isDue(sensors.climate_every_s) && this.#building.minute !== days.from_min) return;
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
    const { sensors } = this.#building.world.scenario;
    const isGearDue = this.#isDue(sensors.devices_every_s);
    const faults = this.#building.ofRoom[this.room] ?? [];
    if (isGearDue || faults.length > 0) this.#tellGear(watcher, isGearDue);
    this.#tellAir(watcher, this.#isDue(sensors.climate_every_s));
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
    this.#told.occupied = "false";
    if (this.#has("drop") === undefined)
      watcher.reading(this.room, "air", { temperature_c: this.#temperature, co2_ppm: this.#co2, occupied: false });
    this.#tellSlow(watcher);
  }

  #tellGear(watcher: Watcher, isDue: boolean, isAsleep = false): void {
    const [display, codec, mic] = [this.#flapping(0), this.#flapping(1), this.#flapping(2)];
    const isGone = display || this.#has("disp_off") !== undefined;
    const isBroken = this.#has("disp_dead") !== undefined;
    this.#report(watcher, "display", isDue, {
      power_state: isAsleep ? "standby" : "on",
      reachable: !isGone,
      other_health: isBroken ? "error" : "ok",
    });
    const isRegistered = !(codec || this.#has("codec") !== undefined);
    this.#report(watcher, "codec", isDue, { registered: isRegistered, cameras_connected: 1 });
    const microphones = mic || this.#has("mic") !== undefined ? 0 : 2;
    this.#report(watcher, "mic", isDue, { microphones_connected: microphones, speaker_connected: true });
  }

  #report(watcher: Watcher, device: "display" | "codec" | "mic", isDue: boolean, metrics: Metrics): void {
    const word = Object.values(metrics).join();
    if (!isDue && word === this.#told[device]) return;
    this.#told[device] = word;
    watcher.reading(this.room, device, metrics);
  }

  #tellAir(watcher: Watcher, isDue: boolean): void {
    if (this.#has("drop") !== undefined) return;
    const occupied = (this.#building.people[this.room] ?? 0) > 0;
    if (isDue) watcher.reading(this.room, "air", { temperature_c: this.#temperature, co2_ppm: this.#co2, occupied });
    else if (String(occupied) !== this.#told.occupied) watcher.reading(this.room, "air", { occupied });
    this.#told.occupied = String(occupied);
  }

  #tellSlow(watcher: Watcher): void {
    watcher.reading(this.room, "thermostat", { setpoint_c: this.#building.comfort.setpoint });
    watcher.reading(this.room, "button", { reset_pressed: false });
  }

  #tellReset(watcher: Watcher): void {
    const building = this.#building;
    for (const visit of building.visitsOf(this.room)) {
      if (this.#pressed.has(visit.id) || !building.asksReset(visit) || building.resetDone(visit) > building.minute)
        continue;
      this.#pressed.add(visit.id);
      if (visit.reset.pressed || building.wasResetByHand(visit))
        watcher.reading(this.room, "button", { reset_pressed: true });
    }
  }

  #isDue(everyS: number): boolean {
    const every = Math.max(1, Math.round(everyS / 60));
    return this.#building.minute % every === this.room % every;
  }

  #has(kind: Fault["kind"]): Fault | undefined {
    const faults = this.#building.ofRoom[this.room];
    if (faults === undefined || faults.length === 0) return undefined;
    return faults.find((fault) => fault.kind === kind && this.#building.isActive(fault));
  }

  /** A harmless wobble of the display (0), the codec (1) or the microphone (2). */
  #flapping(which: number): boolean {
    const faults = this.#building.ofRoom[this.room] ?? [];
    return faults.some(
      (fault) => fault.kind === "flap" && Math.floor(fault.manner * 3) === which && this.#building.isActive(fault),
    );
  }
}
