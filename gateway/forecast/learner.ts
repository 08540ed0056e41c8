import type { Instant } from "#contract/units.ts";
import { type Around, nothingAround } from "./climate/around.ts";
import { Co2Learner, type KnownAir } from "./climate/co2-learner.ts";
import type { Curve, Expectation } from "./climate/curve.ts";
import { Shelf } from "./climate/shelf.ts";
import { TemperatureLearner } from "./climate/temperature-learner.ts";

/** With less than ten days of data a forecast says that it rests on priors. */
const LEARNED_POINTS = (10 * 24 * 60) / 5;
/** Meetings from which on the balance of a room's air is known. */
const LEAST_MEETINGS = 3;
const DAY_POINTS = (2 * 24 * 60) / 5;
/** Of the layout of the numbers: another one cannot be read, and the room begins anew. */
const VERSION = 4;

interface Remembered {
  version: number;
  numbers: string;
}

/** Learns how one room's air behaves, and how wrong its own forecasts were. Its memory is below 16 kB of text. */
export class RoomLearner {
  readonly #shelf = new Shelf();
  readonly #temperature = new TemperatureLearner(this.#shelf);
  readonly #co2 = new Co2Learner(this.#shelf);

  /** What was remembered; of another version or shape it is left out, and the room begins anew. */
  static from(json: unknown): RoomLearner {
    const learner = new RoomLearner();
    const kept = json as Remembered | null | undefined;
    if (typeof kept === "object" && kept?.version === VERSION && typeof kept.numbers === "string")
      learner.#shelf.unpack(kept.numbers);
    return learner;
  }

  toJSON(): Remembered {
    return { version: VERSION, numbers: this.#shelf.pack() };
  }

  /** Takes a believed room temperature. Returns whether it closed a step of the grid, so that there is a new forecast. */
  takeTemperature(value: number, at: Instant, around: Around = nothingAround): boolean {
    return this.#temperature.take(value, at, around);
  }

  /** Takes a believed CO₂ value. Returns whether it closed a step of the grid. */
  takeCo2(ppm: number, at: Instant, around: Around = nothingAround): boolean {
    return this.#co2.take(ppm, at, around);
  }

  /** From two days of data on, the room's own habits say more than any room's. */
  get knowsDay(): boolean {
    return this.#temperature.points >= DAY_POINTS;
  }
  get knowsAirOfDay(): boolean {
    return this.#co2.points >= DAY_POINTS;
  }

  /** P(the room's temperature does not do what it usually does at this time, and drifts on instead). */
  get stuck(): number {
    return this.#temperature.stuck;
  }

  get isLearned(): boolean {
    return this.#temperature.points >= LEARNED_POINTS;
  }

  /** What the temperature will be at an instant, °C; `undefined` when the last value is too old to say. */
  temperatureAt(at: Instant, now: Instant): Expectation | undefined {
    return this.#temperature.expect(at, now);
  }

  /** What CO₂ will be at an instant, ppm; `undefined` when the last value is too old to say. */
  co2At(at: Instant, now: Instant): Expectation | undefined {
    return this.#co2.expect(at, now);
  }

  /** The forecasts from the last step of the grid on. */
  get temperatureCurve(): Curve {
    return this.#temperature.curve();
  }
  get co2Curve(): Curve {
    return this.#co2.curve();
  }

  /** The trend of temperature now, in K per minute; `undefined` when the last value is too old to have one. */
  trend(now: Instant): number | undefined {
    return this.#temperature.trend(now);
  }

  /** What was measured so many minutes before the last step, °C; `undefined` across a gap, or when that is longer ago than is kept. */
  temperatureAgo(minutes: number, now: Instant): number | undefined {
    return this.#temperature.ago(minutes, now);
  }

  /** Whether people were in so many minutes before the last step, as far as that is known; `undefined` across a gap, or longer ago than is kept. */
  occupiedAgo(minutes: number, now: Instant): boolean | undefined {
    return this.#temperature.occupiedAgo(minutes, now);
  }

  /** The middle of the last step of temperatures; `undefined` before the first. */
  get lastStepAt(): Instant | undefined {
    return this.#temperature.lastStepAt;
  }

  /** Standard error of this room's temperature forecast at a lead, K. */
  sigma(leadMin: number): number {
    return this.#temperature.sigma(leadMin);
  }

  /** Minutes by which climate control begins later than the card says; `undefined` until it was seen. */
  get startsLateMin(): number | undefined {
    return this.#temperature.startsLateMin;
  }
  get warmKPerHour(): number | undefined {
    return this.#temperature.warmKPerHour;
  }
  get coolKPerHour(): number | undefined {
    return this.#temperature.coolKPerHour;
  }
  get airChangesPerHour(): number | undefined {
    return this.#co2.air.perHour;
  }

  /** The balance of the room's air; `undefined` until it is known what people bring here and how it goes, or when the last value is too old. */
  airBalance(now: Instant): KnownAir | undefined {
    const known = this.#co2.known(now);
    return known === undefined || known.people.meetings < LEAST_MEETINGS ? undefined : known;
  }
}
