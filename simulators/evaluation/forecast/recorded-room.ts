import type { Around } from "#gateway/forecast/climate/around.ts";
import { type Curve, readCurve } from "#gateway/forecast/climate/curve.ts";
import { GRID_MS, stepOf } from "#gateway/forecast/climate/grid.ts";
import { localTime } from "#gateway/forecast/climate/local-time.ts";
import type { ClimatePool } from "#gateway/forecast/climate/pool.ts";
import { RoomLearner } from "#gateway/forecast/learner.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { RecordedReading, RecordedRoom } from "../../recorded/recorded.ts";
import type { Scored } from "./tally.ts";

/** Scored are forecasts made on working days between these hours, the room's own time. */
const FROM_HOUR = 7;
const TO_HOUR = 19;
const DAY_MS = 86_400_000;
const LATE_WORKING_DAYS = 3;

export interface Learning {
  days: number;
  of: "calendar" | "working";
}

interface Open {
  mean: number;
  sigma: number;
  was: number;
  isLate: boolean;
}

type Quantity = "temperature" | "co2";
const METRIC: Readonly<Record<Quantity, string>> = { temperature: "temperature_c", co2: "co2_ppm" };

/** One recorded room that learns as a live one does; its forecasts are kept until they come due. */
export class ScoredRoom {
  readonly learner = new RoomLearner();
  /** By horizon. */
  readonly scored: Readonly<Record<Quantity, Scored[][]>>;
  readonly #room: RecordedRoom;
  readonly #horizonsMin: readonly number[];
  readonly #learning: Learning;
  readonly #open: Readonly<Record<Quantity, Map<string, Open>>> = { temperature: new Map(), co2: new Map() };
  readonly #around: Around & {
    occupied: boolean | undefined;
    people: number | undefined;
    setpointC: number | undefined;
  };
  /** Who speaks for a metric: the first device that tells it. */
  readonly #speakers = new Map<string, string>();
  readonly #workingDays = new Set<number>();
  #first: Instant | undefined;

  constructor(room: RecordedRoom, pool: ClimatePool, options: { horizonsMin: readonly number[]; learning: Learning }) {
    this.#room = room;
    this.#horizonsMin = options.horizonsMin;
    this.#learning = options.learning;
    const empty = (): Scored[][] => options.horizonsMin.map(() => []);
    this.scored = { temperature: empty(), co2: empty() };
    this.#around = {
      zone: room.zone,
      occupied: undefined,
      people: undefined,
      setpointC: undefined,
      booked: () => undefined,
      conditioned: () => undefined,
      pool,
    };
    for (const { device, metrics } of room.devices)
      for (const metric of metrics) if (!this.#speakers.has(metric)) this.#speakers.set(metric, device);
  }

  take({ device, at, metrics }: RecordedReading): void {
    const told = (metric: string): unknown => (this.#speakers.get(metric) === device ? metrics[metric] : undefined);
    const temperature = told(METRIC.temperature);
    const co2 = told(METRIC.co2);
    // What is known around the room is what was known before: readings of one instant do not explain each other.
    if (typeof temperature === "number" && this.learner.takeTemperature(temperature, at, this.#around))
      this.#score("temperature", this.learner.temperatureCurve);
    if (typeof co2 === "number" && this.learner.takeCo2(co2, at, this.#around))
      this.#score("co2", this.learner.co2Curve);
    const occupied = told("occupied");
    const people = told("people_count");
    const setpoint = told("setpoint_c");
    if (typeof people === "number") this.#around.people = people;
    if (typeof occupied === "boolean") this.#around.occupied = occupied;
    else if (typeof people === "number") this.#around.occupied = people > 0;
    if (typeof setpoint === "number") this.#around.setpointC = setpoint;
  }

  /** A step is over: what was forecast for it is compared, and its own forecasts are noted. */
  #score(quantity: Quantity, curve: Curve): void {
    const step = stepOf(curve.from);
    const { zone } = this.#room;
    const local = localTime(zone, curve.from);
    for (const [h] of this.#horizonsMin.entries()) {
      const key = `${String(step)} ${String(h)}`;
      const due = this.#open[quantity].get(key);
      if (due === undefined) continue;
      this.#open[quantity].delete(key);
      this.scored[quantity][h]?.push({ ...due, came: curve.value });
    }
    this.#first ??= curve.from;
    const isWorking = !local.isWeekend && local.hour >= FROM_HOUR && local.hour < TO_HOUR;
    if (!isWorking) return;
    const seen = this.#seenBefore(curve.from);
    if (!this.#hasLearned((curve.from - this.#first) / DAY_MS, seen)) return;
    for (const [h, min] of this.#horizonsMin.entries()) {
      const due = step + Math.round((min * 60_000) / GRID_MS);
      const { mean, sigma } = readCurve(curve, min);
      this.#open[quantity].set(`${String(due)} ${String(h)}`, {
        mean,
        sigma,
        was: curve.value,
        isLate: seen >= LATE_WORKING_DAYS,
      });
    }
  }

  /** How many working days before today the room has been seen on. */
  #seenBefore(at: Instant): number {
    const { hour } = localTime(this.#room.zone, at);
    const midnight = instant(at - hour * 3_600_000);
    const today = Math.round(midnight / DAY_MS);
    this.#workingDays.add(today);
    return this.#workingDays.size - 1;
  }

  #hasLearned(days: number, workingDays: number): boolean {
    return this.#learning.of === "calendar" ? days >= this.#learning.days : workingDays >= this.#learning.days;
  }
}
