import type { Instant } from "#contract/units.ts";
import { AirBalance } from "./air-balance.ts";
import { AirChanges, hardly } from "./air-changes.ts";
import type { Around } from "./around.ts";
import { type Curve, type Expectation, readCurve } from "./curve.ts";
import { AHEAD, FARTHEST, HORIZONS, HORIZONS_MIN, middleOf, startOf, STEPS_PER_DAY } from "./grid.ts";
import { type LocalTime, momentOf } from "./local-time.ts";
import { Mix, type MixOptions } from "./mix.ts";
import { Profile } from "./profile.ts";
import { Rls, type RlsOptions } from "./rls.ts";
import type { Shelf } from "./shelf.ts";
import { Spread } from "./spread.ts";
import { type Moved, Track } from "./track.ts";
import { reachOf } from "./trend.ts";

/** Everything inside counts in units of 100 ppm. */
const UNIT_PPM = 100;
const MOST_UNITS = 15;
const SCALE = { floor: 249, grain: 0.25 };
const ROWS = FARTHEST + 1;
const STEPS_PER_TREND = 6;
/** Half an hour's movement up to which the air rests. */
const CALM = 0.15;
/** Air changes per hour of an empty room until learned: measured medians 0.44 to 0.5. */
const VACANT_PER_H = 0.5;

const co2Experts = [
  "persistence",
  "damped trend",
  "time of day",
  "regression by occupancy",
  "decay of the empty room",
  "approach of the occupied room",
] as const;
const EXPERTS = co2Experts.length;
const [TREND, DAILY, STATE, DECAY, APPROACH] = [1, 2, 3, 4, 5] as const;
const STACKED = DECAY;
const FEATURES = 6;

/** How it learns: the same objects for all rooms, so that they are at hand whichever room learns. */
const LEARNS: RlsOptions = { size: FEATURES, memory: 6 * STEPS_PER_DAY, prior: 0.1, clip: 2, firstScale: 0.5 };
const MIXES: MixOptions = {
  experts: EXPERTS,
  stacked: STACKED,
  unit: { first: 0.4, least: 0.03 },
  memory: 300,
  trust: 0.5,
  mostError: 4,
};

/** Kept per step. */
const ROW = { excess: 0, trend: 1, hour: 2, isOccupied: 3, people: 4, size: 5 } as const;
/** Kept per step and horizon. */
const SAID = { daily: 0, state: 1, mean: 2, size: 3 } as const;
const BOOKED_GRAIN = 1 / 250;
const SAID_ROWS = AHEAD.reduce((sum, ahead) => sum + ahead, 0);
const FIRST_SAID = AHEAD.map((_, h) => AHEAD.slice(0, h).reduce((sum, ahead) => sum + ahead, 0));

const REACHES = AHEAD.map(reachOf);
const clamp = (units: number): number => Math.max(-MOST_UNITS, Math.min(MOST_UNITS, units));
/** Error before anything is learned, ppm: about 100 at an hour. */
const priorSigmaPpm = (horizonMin: number): number => Math.hypot(30, 95 * Math.sqrt(horizonMin / 60));

/** How a room's air is known to go. */
export interface KnownAir {
  perHour: number;
  perHourSd: number;
  /** P(it is hardly aired today). */
  stalled: number;
  people: AirBalance;
}

/** What is around a room at one moment: looked up once for all that is learned and said of it. */
interface Now {
  around: Around;
  zone: string;
  occupied: boolean | undefined;
}

/** Scratch: nothing outlives a call. */
const x = new Float64Array(FEATURES);
const said = new Float64Array(EXPERTS);

/** Learns how one room's CO₂ moves, with people and without, online and looking back only, and says what it will be. */
export class Co2Learner {
  readonly air: AirChanges;
  readonly balance: AirBalance;
  readonly #track: Track;
  readonly #rows: Float16Array;
  readonly #said: Float16Array;
  readonly #booked: Uint8Array;
  readonly #usual: Profile;
  /** By horizon, first of the empty room, then of the occupied one. */
  readonly #states: Rls[] = [];
  readonly #mixes: Mix[] = [];
  readonly #spread: Spread;
  readonly #means: Float32Array;
  readonly #sigmas: Float32Array;

  constructor(shelf: Shelf) {
    this.air = new AirChanges(shelf);
    this.balance = new AirBalance(shelf);
    this.#track = new Track(shelf, { range: [250, 10_000], together: 200, jump: 500, scale: SCALE, ring: ROWS });
    this.#rows = shelf.halves(ROWS * ROW.size).fill(Number.NaN);
    this.#said = shelf.halves(SAID_ROWS * SAID.size);
    this.#booked = shelf.bytes(SAID_ROWS);
    this.#usual = new Profile(shelf, SCALE);
    // People come in bursts that no error of the days before foretells: a little wider than the last days ask for.
    this.#spread = new Spread(shelf, {
      first: (min) => priorSigmaPpm(min) / UNIT_PPM,
      moods: [1, 1.5, 3],
      least: 0.1,
      misses: 0.085,
    });
    this.#means = shelf.singles(HORIZONS);
    this.#sigmas = shelf.singles(HORIZONS);
    this.#sigmas.set(HORIZONS_MIN.map(priorSigmaPpm));
    for (let h = 0; h < HORIZONS; h++) {
      this.#states.push(new Rls(shelf, LEARNS), new Rls(shelf, LEARNS));
      this.#mixes.push(new Mix(shelf, MIXES));
    }
  }

  /** Takes a believed CO₂ value; learns when it begins a new step, and says so. */
  take(ppm: number, at: Instant, around: Around): boolean {
    const moved = this.#track.take(ppm, at);
    if (moved === undefined) return false;
    this.#breakOff(moved);
    const { step, value } = this.#track;
    const { zone, occupied } = around;
    const now = momentOf(zone, step);
    this.air.take(step, value, occupied === false);
    const isTakenOver = around.begins?.(startOf(step), startOf(step + 1)) === true;
    this.balance.take(value, { isOccupied: occupied === true, isTakenOver, perHour: this.air.perHour });
    this.#learn(step, now);
    this.#forecast(step, now, { around, zone, occupied });
    this.#usual.learn(now, value);
    return true;
  }

  /** Steps that it has learned from. */
  get points(): number {
    return this.#track.points;
  }

  /** What CO₂ will be at an instant, ppm; `undefined` when the last value is too old to say. */
  expect(at: Instant, now: Instant): Expectation | undefined {
    if (!this.#track.isFresh(now)) return undefined;
    const curve = this.curve();
    return readCurve(curve, (at - curve.from) / 60_000);
  }

  /** The balance of the room's air; `undefined` while it is not known how it airs, or when the last value is too old. */
  known(now: Instant): KnownAir | undefined {
    const { perHour, sd } = this.air;
    if (perHour === undefined || !this.#track.isFresh(now)) return undefined;
    const { step, value } = this.#track;
    const stalled = this.air.stalled(step, value, this.balance.speaksFor(hardly(perHour), perHour));
    return { perHour, perHourSd: sd, stalled, people: this.balance };
  }

  /** The forecast from the last step on, ppm. */
  curve(): Curve {
    const { step, value } = this.#track;
    return { from: middleOf(step), value, means: this.#means, sigmas: this.#sigmas };
  }

  #breakOff({ isAfterGap, bridged }: Moved): void {
    if (isAfterGap) {
      this.air.breakOff();
      this.balance.breakOff();
      return;
    }
    for (let i = 1; i <= bridged; i++) this.#rows[((this.#track.step - i) % ROWS) * ROW.size] = Number.NaN;
    if (bridged > 0) this.balance.skip();
  }

  #learn(step: number, now: LocalTime): void {
    const { value, run } = this.#track;
    for (let h = 0; h < HORIZONS; h++) {
      const ahead = AHEAD[h] as number;
      const then = step - ahead;
      const row = ((then | 0) % ROWS) * ROW.size;
      if (run <= ahead || Number.isNaN(this.#rows[row])) continue;
      const came = clamp((value - this.#track.at(then)) / UNIT_PPM);
      const at = this.#saidAt(h, then);
      this.#features(row, at);
      this.#stateOf(h, row).learn(x, came);
      this.#readSaid(h, row, at);
      (this.#mixes[h] as Mix).learn(said, came);
      this.#spread.learn(
        { horizon: h, target: now, mood: this.#mood(row) },
        came - (this.#said[at + SAID.mean] as number),
      );
    }
  }

  #forecast(step: number, now: LocalTime, { around, zone, occupied }: Now): void {
    const row = ((step | 0) % ROWS) * ROW.size;
    this.#keepRow(row, around.people, occupied);
    const { value } = this.#track;
    const usualNow = this.#usual.at(now);
    let sigma = 0;
    for (let h = 0; h < HORIZONS; h++) {
      const ahead = AHEAD[h] as number;
      const target = momentOf(zone, step + ahead);
      const at = this.#saidAt(h, step);
      const daily = (this.#usual.at(target) - usualNow) / UNIT_PPM;
      this.#said[at + SAID.daily] = Number.isNaN(daily) ? 0 : clamp(daily);
      this.#speak(h, row, at, around.booked(middleOf(step), middleOf(step + ahead)));
      this.#readSaid(h, row, at);
      const mean = Math.max(this.#lowest(), clamp((this.#mixes[h] as Mix).combine(said)));
      this.#said[at + SAID.mean] = mean;
      this.#means[h] = value + mean * UNIT_PPM;
      sigma = Math.max(sigma, this.#spread.sigma({ horizon: h, target, mood: this.#mood(row) }) * UNIT_PPM);
      this.#sigmas[h] = sigma;
    }
  }

  /** Air does not get better than outdoors. */
  #lowest(): number {
    return Math.min(0, (this.air.floorPpm - 30 - this.#track.value) / UNIT_PPM);
  }

  #speak(h: number, row: number, at: number, booked: number | undefined): void {
    const isOccupied = (this.#rows[row + ROW.isOccupied] as number) > 0;
    this.#booked[at / SAID.size] = Math.round((booked ?? (isOccupied ? 1 : 0)) / BOOKED_GRAIN);
    this.#features(row, at);
    this.#said[at + SAID.state] = clamp(this.#stateOf(h, row).predict(x));
  }

  get #perHour(): number {
    return Math.max(0.2, this.air.perHour ?? VACANT_PER_H);
  }

  /** The empty room, aired. */
  #decaying(row: number, hours: number): number {
    return clamp(Math.expm1(-this.#perHour * hours) * (this.#rows[row + ROW.excess] as number));
  }

  /** The balance of what people breathe out and what is aired: towards where the trend of now leads, then down when the booking ends. */
  #approaching(row: number, hours: number, booked: number): number {
    const excess = this.#rows[row + ROW.excess] as number;
    const rise = Math.max(0, this.#rows[row + ROW.trend] as number) * (12 / STEPS_PER_TREND);
    const ceiling = excess + rise / this.#perHour;
    const peak = ceiling + (excess - ceiling) * Math.exp(-this.#perHour * hours * booked);
    return clamp(peak * Math.exp(-this.#perHour * hours * (1 - booked)) - excess);
  }

  #stateOf(h: number, row: number): Rls {
    return this.#states[2 * h + ((this.#rows[row + ROW.isOccupied] as number) > 0 ? 1 : 0)] as Rls;
  }

  #bookedAt(at: number): number {
    return (this.#booked[at / SAID.size] as number) * BOOKED_GRAIN;
  }

  /** Whether the air rests, moves, or people breathe it. */
  #mood(row: number): number {
    if ((this.#rows[row + ROW.isOccupied] as number) > 0) return 2;
    return Math.abs(this.#rows[row + ROW.trend] as number) < CALM ? 0 : 1;
  }

  #saidAt(h: number, step: number): number {
    return ((FIRST_SAID[h] as number) + ((step | 0) % (AHEAD[h] as number))) * SAID.size;
  }

  #readSaid(h: number, row: number, at: number): void {
    said[0] = 0;
    said[TREND] = clamp(((this.#rows[row + ROW.trend] as number) / STEPS_PER_TREND) * (REACHES[h] as number));
    said[DAILY] = this.#said[at + SAID.daily] as number;
    said[STATE] = this.#said[at + SAID.state] as number;
    const isOccupied = (this.#rows[row + ROW.isOccupied] as number) > 0;
    const hours = (HORIZONS_MIN[h] as number) / 60;
    said[DECAY] = this.#decaying(row, hours);
    said[APPROACH] = isOccupied ? this.#approaching(row, hours, this.#bookedAt(at)) : Number.NaN;
  }

  #keepRow(row: number, people: number | undefined, occupied: boolean | undefined): void {
    const { value, trend } = this.#track;
    const isOccupied = occupied ?? (people !== undefined && people > 0);
    this.#rows[row + ROW.excess] = clamp((value - this.air.floorPpm) / UNIT_PPM);
    this.#rows[row + ROW.trend] = clamp((trend * STEPS_PER_TREND) / UNIT_PPM);
    this.#rows[row + ROW.hour] = clamp((value - this.#track.ago(12)) / UNIT_PPM);
    this.#rows[row + ROW.isOccupied] = isOccupied ? 1 : 0;
    this.#rows[row + ROW.people] = Math.min(10, (people ?? (isOccupied ? 2 : 0)) / 4);
  }

  #features(row: number, at: number): void {
    x[0] = 1;
    x[1] = this.#rows[row + ROW.excess] as number;
    x[2] = this.#rows[row + ROW.trend] as number;
    x[3] = this.#rows[row + ROW.hour] as number;
    x[4] = this.#said[at + SAID.daily] as number;
    x[5] = (this.#rows[row + ROW.people] as number) + this.#bookedAt(at);
  }
}
