import type { MetricValue } from "#contract/metrics.ts";
import { type Instant, instant, type Millis, minutes } from "#contract/units.ts";
import { type Air, type Envelope, outsideAt, stepAir } from "./climate.ts";
import { type Fault, faultsAt } from "./faults.ts";
import { People, type Visit } from "./people.ts";
import { Random } from "./random.ts";

export interface SimulatedRoomOptions {
  room: string;
  seed: string;
  zone: string;
  seats: number;
  start: Instant;
  visits: readonly Visit[];
  faults: readonly Fault[];
  setpoint_c?: number;
}

export type Metrics = Record<string, MetricValue>;

/** The longest step over which conditions are taken as constant. */
const LONGEST_STEP: Millis = minutes(5);
/** Hours of the local day in which climate control and ventilation run. */
const ON_HOUR = 6;
const OFF_HOUR = 20;

/**
 * One room with physics, people, sensors that can lie, and a codec. `advance` moves it; the `…Metrics` say what its devices
 * would report then, or `undefined` when a device is silent.
 */
export class SimulatedRoom {
  readonly room: string;
  #now: Instant;
  #air: Air;
  #noise: Random;
  #frozen: Metrics | undefined;
  readonly #options: SimulatedRoomOptions;
  readonly #envelope: Envelope;
  readonly #people: People;
  readonly #offset_ms: number;

  constructor(options: SimulatedRoomOptions) {
    const chance = new Random(options.seed, "room", options.room);
    this.room = options.room;
    this.#options = options;
    this.#now = options.start;
    this.#offset_ms = zoneOffset(options.zone, options.start);
    this.#envelope = {
      volume_m3: options.seats * 9 + 20,
      inertia_h: chance.between(18, 40),
      heat_k_per_h: chance.between(1.2, 2),
      cool_k_per_h: chance.between(1.5, 2.5),
      ventilated_per_h: chance.between(3, 5),
      leakage_per_h: chance.between(0.35, 0.6),
    };
    this.#air = {
      temperature_c: this.#setpoint + chance.normal(0, 0.2),
      co2_ppm: 430 + chance.between(0, 60),
      humidity_pct: chance.between(35, 48),
    };
    this.#noise = new Random(options.seed, "noise", options.room);
    this.#people = new People(options.room, options.visits, options.seed);
  }

  get #setpoint(): number {
    return this.#options.setpoint_c ?? 22;
  }

  get people(): number {
    return this.#people.count(this.#now, this.faults.has("meeting-overruns"));
  }

  get air(): Air {
    return this.#air;
  }

  get faults(): ReadonlySet<string> {
    return faultsAt(this.#options.faults, this.room, this.#now);
  }

  /** Moves the room on to `to`; an earlier instant does nothing. */
  advance(to: Instant): void {
    while (this.#now < to) {
      const next = instant(Math.min(to, this.#now + LONGEST_STEP));
      const faults = this.faults;
      const hour = this.#localHour();
      const staffed = hour >= ON_HOUR && hour < OFF_HOUR;
      const conditions = {
        outside_c: outsideAt(hour, 12, 5),
        people: this.people,
        setpoint_c: faults.has("climate-off") || !staffed ? undefined : this.#setpoint,
        heatingStuck: faults.has("heating-stuck-on"),
        ventilated: staffed && !faults.has("ventilation-off"),
      };
      this.#air = stepAir(this.#air, this.#envelope, conditions, (next - this.#now) as Millis);
      this.#now = next;
    }
  }

  /** What the room's air sensor reports. */
  climateMetrics(): Metrics | undefined {
    const faults = this.faults;
    if (faults.has("sensor-silent") || faults.has("network-down")) return undefined;
    const people = this.people;
    const hour = this.#localHour();
    const noise = this.#noise;
    const metrics: Metrics = {
      temperature_c: round(
        faults.has("sensor-lies-hot") ? 394 + noise.normal(0, 2) : this.#air.temperature_c + noise.normal(0, 0.03),
        2,
      ),
      humidity_pct: round(this.#air.humidity_pct + noise.normal(0, 0.15), 1),
      co2_ppm: Math.round(
        faults.has("co2-uncalibrated") ? 120 + noise.normal(0, 8) : this.#air.co2_ppm + noise.normal(0, 5),
      ),
      noise_dba: round(31 + (people > 0 ? 18 + 3 * Math.log2(people) : 0) + noise.normal(0, 0.8), 1),
      light_lux: Math.max(0, Math.round(lightAt(hour, people) + noise.normal(0, 2))),
      people_count: people,
      occupied: people > 0,
    };
    if (!faults.has("sensor-stuck")) this.#frozen = undefined;
    else this.#frozen ??= metrics;
    return this.#frozen ?? metrics;
  }

  /** What the room's codec reports. */
  codecMetrics(): Metrics | undefined {
    const faults = this.faults;
    if (faults.has("codec-silent") || faults.has("network-down")) return undefined;
    const registered = !faults.has("codec-unregistered");
    return {
      registered,
      in_call: registered && this.people > 1,
      cameras_connected: faults.has("camera-missing") ? 0 : 1,
      microphones_connected: 2,
      microphone_muted: false,
      speaker_connected: true,
      reachable: true,
      latency_ms: round(2 + this.#noise.exponential(1.5), 1),
    };
  }

  /** What the room's display or projector is doing; `undefined` when it is off the network. */
  displayMetrics(): Metrics | undefined {
    const faults = this.faults;
    if (faults.has("display-dead") || faults.has("network-down")) return undefined;
    return {
      reachable: true,
      power_state: this.people > 0 ? "on" : "standby",
      input_state: faults.has("wrong-input") ? "wrong" : "right",
      picture_muted: false,
      fan_health: "ok",
      lamp_health: faults.has("lamp-failing") ? "error" : "ok",
      thermal_health: "ok",
      filter_health: "ok",
    };
  }

  #localHour(): number {
    const day = 86_400_000;
    return ((((this.#now + this.#offset_ms) % day) + day) % day) / 3_600_000;
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function lightAt(hour: number, people: number): number {
  const daylight = Math.max(0, 220 * Math.sin(((hour - 6) / 13) * Math.PI));
  return Math.max(0, (hour > 6 && hour < 19 ? daylight : 0) + (people > 0 ? 420 : hour > 7 && hour < 19 ? 310 : 2));
}

const zoneOffset = (zone: string, at: Instant): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
