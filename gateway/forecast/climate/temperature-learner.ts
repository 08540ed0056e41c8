import type { Instant } from "#contract/units.ts";
import type { Around } from "./around.ts";
import { type Curve, type Expectation, readCurve } from "./curve.ts";
import { AHEAD, FARTHEST, HORIZONS, HORIZONS_MIN, middleOf, STEPS_PER_DAY } from "./grid.ts";
import { type Moment, momentOf } from "./local-time.ts";
import { Mix, type MixOptions } from "./mix.ts";
import { type ClimatePool, POOL_SIZE } from "./pool.ts";
import { Profile } from "./profile.ts";
import { Rls, type RlsOptions } from "./rls.ts";
import type { Shelf } from "./shelf.ts";
import { Spread } from "./spread.ts";
import { StartLag } from "./start-lag.ts";
import { type Moved, Track } from "./track.ts";
import { reachOf, shareOf } from "./trend.ts";

/** No room moves further within three hours: what lies beyond is a sensor. */
const MOST_K = 6;
/** Temperatures are kept to 0.002 K above −10 °C. */
const SCALE = { floor: -10, grain: 0.002 };
/** Steps of temperature that are kept: a day back from the farthest horizon that is compared. */
const RING = STEPS_PER_DAY + FARTHEST + 1;
/** Rows of features that wait for what comes: as far back as the farthest horizon. */
const ROWS = FARTHEST + 1;
const DAY_SHARE = shareOf(1_440);
/** The trend is a feature in K per half an hour. */
const STEPS_PER_TREND = 6;
/** Expected change up to which a room rests, or merely moves. */
const CALM_K = 0.25;
const MOVING_K = 1;

/** K/h from which a room really moves; less where climate control is seen to have its way before it, from so many K. */
const LEAST_RATE = 0.8;
const LEAST_STEERED = 0.3;
const STEERED_K = 1.2;
/** Of that rate, so much in the first half of the half hour already. */
const UNDER_WAY = 0.7;

/** Neighbouring steps say much the same: one in so many teaches. */
const TEACH_EVERY = 2;
/** The experts, in the order in which they are kept. */
const temperatureExperts = [
  "persistence",
  "damped trend",
  "time of day",
  "own regression",
  "site's regression",
  "regression on the site's",
  "1R1C",
  "plans and people",
  "climate control obeys",
] as const;
const EXPERTS = temperatureExperts.length;
const [TREND, DAILY, OWN, SITE, KIN, RC, PLAN, OBEYS] = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const STACKED = RC;

/** Features of the regressions. Each uses the first so many: 1R1C 3, the site's 14, the room's own 16. */
const FEATURES = 16;
const RC_FEATURES = 3;
const PLAN_FEATURES = 4;

/** How it learns: the same objects for all rooms, so that they are at hand whichever room learns. */
const learns: Omit<RlsOptions, "size"> = {
  memory: (5 * STEPS_PER_DAY) / TEACH_EVERY,
  prior: 1,
  clip: 2,
  firstScale: 0.2,
};
const LEARNS = {
  rc: { ...learns, size: RC_FEATURES },
  own: { ...learns, size: FEATURES, targets: 2 },
  plans: { ...learns, size: PLAN_FEATURES, prior: 0.1 },
} as const satisfies Record<string, RlsOptions>;
const MIXES: MixOptions = {
  experts: EXPERTS,
  stacked: STACKED,
  unit: { first: 0.1, least: 0.01 },
  memory: 300,
  trust: 0.7,
  mostError: 2,
};

/** Kept per step: what does not depend on the horizon. */
const ROW = { toDayMean: 0, trend: 1, hour: 2, five: 3, ten: 4, half: 5, toUsual: 6, occupied: 7, size: 8 } as const;
/** Kept per step and horizon: what the experts said, the whole, and what was booked. */
const SAID = { rc: 0, daily: 1, own: 2, site: 3, kin: 4, plan: 5, obeys: 6, mean: 7, size: 8 } as const;
const BOOKED_GRAIN = 1 / 250;
const SAID_ROWS = AHEAD.reduce((sum, ahead) => sum + ahead, 0);
const FIRST_SAID = AHEAD.map((_, h) => AHEAD.slice(0, h).reduce((sum, ahead) => sum + ahead, 0));

/** Single numbers, by place. */
const ONE = { dayMean: 0, warm: 1, cool: 2, stuck: 3, size: 4 } as const;

/**
 * Whether the room does what it always does, or only drifts on: log odds at rest (3 %), what one step's evidence counts (the half
 * hours overlap) and at most, what a step leaves of it, and how far evidence is piled up.
 */
const STUCK = { rest: -3.5, share: 1 / 3, most: 2, keep: 0.96, height: 8, least: 0.12 } as const;

const REACHES = AHEAD.map(reachOf);
const clamp = (kelvin: number): number => Math.max(-MOST_K, Math.min(MOST_K, kelvin));
/** Error before anything is learned, K: about 0.3 at an hour. */
export const priorSigma = (horizonMin: number): number => Math.hypot(0.12, 0.28 * Math.sqrt(horizonMin / 60));

/** What is around a room at one moment: looked up once for all that is learned and said of it. */
interface Now {
  around: Around;
  zone: string;
  setpointC: number | undefined;
  occupied: boolean | undefined;
}

/** Scratch: nothing outlives a call. */
const x = new Float64Array(FEATURES);
const plan = new Float64Array(PLAN_FEATURES);
const said = new Float64Array(EXPERTS);

/**
 * Learns how one room's temperature moves, online and looking back only, and says what it will be. Learns once per step of
 * five minutes, when the step is over; nothing connects what lies on two sides of a gap.
 */
export class TemperatureLearner {
  readonly #track: Track;
  readonly #ones: Float32Array;
  readonly #rows: Float16Array;
  readonly #said: Float16Array;
  readonly #booked: Uint8Array;
  readonly #usual: Profile;
  readonly #rc: Rls[] = [];
  /** Two targets: the room by itself, and how it differs from the site's rule. */
  readonly #own: Rls[] = [];
  readonly #plans: Rls[] = [];
  readonly #mixes: Mix[] = [];
  readonly #spread: Spread;
  readonly #start: StartLag;
  readonly #site: Float32Array;
  /** Which of the site's rules it has taken over. */
  #adopted = -1;
  readonly #means: Float32Array;
  readonly #sigmas: Float32Array;

  constructor(shelf: Shelf) {
    this.#track = new Track(shelf, { range: [-9, 60], together: 1, jump: 1.5, scale: SCALE, ring: RING });
    this.#ones = shelf.singles(ONE.size).fill(Number.NaN);
    this.#ones[ONE.stuck] = 0;
    this.#rows = shelf.halves(ROWS * ROW.size).fill(Number.NaN);
    this.#said = shelf.halves(SAID_ROWS * SAID.size);
    this.#booked = shelf.bytes(SAID_ROWS);
    this.#start = new StartLag(shelf);
    this.#usual = new Profile(shelf, SCALE);
    this.#spread = new Spread(shelf, { first: priorSigma, moods: [1, 1.3, 2.5], least: 0.03, misses: 0.1 });
    this.#site = shelf.singles(HORIZONS * POOL_SIZE);
    this.#means = shelf.singles(HORIZONS);
    this.#sigmas = shelf.singles(HORIZONS);
    this.#sigmas.set(HORIZONS_MIN.map(priorSigma));
    for (let h = 0; h < HORIZONS; h++) {
      this.#rc.push(new Rls(shelf, LEARNS.rc));
      this.#own.push(new Rls(shelf, LEARNS.own));
      this.#plans.push(new Rls(shelf, LEARNS.plans));
      this.#mixes.push(new Mix(shelf, MIXES));
    }
  }

  /** Takes a believed room temperature; learns when it begins a new step, and says so. */
  take(value: number, at: Instant, around: Around): boolean {
    const moved = this.#track.take(value, at);
    if (moved === undefined) return false;
    this.#skip(moved);
    const { step } = this.#track;
    const { zone, setpointC, occupied, pool } = around;
    const now = momentOf(zone, step);
    this.#follow(setpointC);
    this.#start.follow({
      ranMin: around.ranMin?.(middleOf(step)),
      setpointC,
      ago: (steps) => (steps < this.#track.run ? this.#track.ago(steps) : Number.NaN),
      perHour: (gap) => (gap > 0 ? this.warmKPerHour : this.coolKPerHour) ?? 1,
    });
    if (pool !== undefined) this.#adopt(pool, step);
    this.#learn(step, now, pool);
    this.#forecast(step, now, { around, zone, setpointC, occupied });
    this.#usual.learn(now, this.#track.value);
    return true;
  }

  /** Steps that it has learned from. */
  get points(): number {
    return this.#track.points;
  }

  /** K/h at which the room warms and cools when it really moves. */
  get warmKPerHour(): number | undefined {
    return known(this.#one(ONE.warm));
  }
  get coolKPerHour(): number | undefined {
    return known(this.#one(ONE.cool));
  }

  /** Minutes by which climate control begins later than its schedule says; `undefined` until it was seen. */
  get startsLateMin(): number | undefined {
    return this.#start.lateMin;
  }

  /** The trend in K per minute; `undefined` across a gap. */
  trend(now: Instant): number | undefined {
    return this.#track.isFresh(now) ? this.#track.trend / 5 : undefined;
  }

  /** The step's value so many minutes before the last one; `undefined` across a gap, or when that is longer ago than is kept. */
  ago(minutes: number, now: Instant): number | undefined {
    const steps = Math.round(minutes / 5);
    if (!this.#track.isFresh(now) || this.#track.run <= steps || steps >= RING) return undefined;
    return this.#track.ago(steps);
  }

  /** Whether people were known to be in so many minutes before the last step; `undefined` across a gap, or when that is longer ago than is kept. */
  occupiedAgo(minutes: number, now: Instant): boolean | undefined {
    const steps = Math.round(minutes / 5);
    if (!this.#track.isFresh(now) || this.#track.run <= steps || steps >= ROWS) return undefined;
    const row = (((this.#track.step - steps) | 0) % ROWS) * ROW.size;
    return Number.isNaN(this.#rows[row]) ? undefined : this.#rows[row + ROW.occupied] === 1;
  }

  /** The middle of the last step; `undefined` before the first. */
  get lastStepAt(): Instant | undefined {
    const { step } = this.#track;
    return Number.isNaN(step) ? undefined : middleOf(step);
  }

  /** What the temperature will be at an instant; `undefined` when the last value is too old to say. */
  expect(at: Instant, now: Instant): Expectation | undefined {
    if (!this.#track.isFresh(now)) return undefined;
    const curve = this.curve();
    return readCurve(curve, (at - curve.from) / 60_000);
  }

  /** P(the room does not do what it usually does at this time, and drifts on instead). */
  get stuck(): number {
    return 1 / (1 + Math.exp(-STUCK.rest - this.#one(ONE.stuck)));
  }

  /** Standard error of this room's forecast at a lead, minutes; before anything is learned, of any room's. */
  sigma(leadMin: number): number {
    return readCurve(this.curve(), leadMin).sigma;
  }

  /** The forecast from the last step on. */
  curve(): Curve {
    const { step, value } = this.#track;
    return { from: middleOf(step), value, means: this.#means, sigmas: this.#sigmas };
  }

  #one(place: number): number {
    return this.#ones[place] as number;
  }

  /** Steps that were bridged teach nothing. */
  #skip({ bridged }: Moved): void {
    for (let i = 1; i <= bridged; i++) this.#rows[((this.#track.step - i) % ROWS) * ROW.size] = Number.NaN;
  }

  /**
   * The mean of a day, and the room's rate when it really moves: at least 0.4 K in half an hour. Where the set-point is known,
   * while climate control still has all of its way before it: near its aim it slows down.
   */
  #follow(setpointC: number | undefined): void {
    const { value } = this.#track;
    const mean = this.#one(ONE.dayMean);
    this.#ones[ONE.dayMean] = Number.isNaN(mean) ? value : mean + DAY_SHARE * (value - mean);
    if (this.#track.run <= STEPS_PER_TREND) return;
    const perHour = (value - this.#track.ago(STEPS_PER_TREND)) * 2;
    const isSteered = setpointC !== undefined;
    if (Math.abs(perHour) < (isSteered ? LEAST_STEERED : LEAST_RATE)) return;
    if (isSteered && !this.#isUnderWay(perHour)) return;
    if (isSteered && (setpointC - value) * Math.sign(perHour) < STEERED_K) return;
    const place = perHour > 0 ? ONE.warm : ONE.cool;
    const rate = Math.min(5, Math.abs(perHour));
    const before = this.#one(place);
    this.#ones[place] = Number.isNaN(before) ? rate : before + 0.2 * (rate - before);
  }

  /** Whether the room has moved for all of the half hour: one that has only begun to, says nothing of its rate. */
  #isUnderWay(perHour: number): boolean {
    const half = STEPS_PER_TREND / 2;
    const first = (this.#track.ago(half) - this.#track.ago(STEPS_PER_TREND)) * 4;
    return first / perHour >= UNDER_WAY;
  }

  /** Takes over the site's rule when there is a new one. */
  #adopt(pool: ClimatePool, step: number): void {
    pool.reach(step);
    if (pool.revision === this.#adopted) return;
    this.#adopted = pool.revision;
    if (pool.examples > 0) this.#site.set(pool.theta);
  }

  #learn(step: number, now: Moment, pool: ClimatePool | undefined): void {
    const { value, run } = this.#track;
    for (let h = 0; h < HORIZONS; h++) {
      const ahead = AHEAD[h] as number;
      const then = step - ahead;
      const row = ((then | 0) % ROWS) * ROW.size;
      if (run <= ahead || Number.isNaN(this.#rows[row])) continue;
      const came = clamp(value - this.#track.at(then));
      const at = this.#saidAt(h, then);
      this.#readSaid(h, row, at);
      (this.#mixes[h] as Mix).learn(said, came);
      if ((step + h) % TEACH_EVERY === 0) this.#teach(h, then, came, now, pool);
      const expected = this.#said[at + SAID.mean] as number;
      this.#spread.learn({ horizon: h, target: now, mood: this.#mood(at) }, came - expected);
      if (h === 0) this.#compare(came - expected, came - (said[TREND] as number));
    }
  }

  /** What came `h` after a step teaches the regressions and the mix. */
  #teach(h: number, then: number, came: number, now: Moment, pool: ClimatePool | undefined): void {
    const at = this.#saidAt(h, then);
    const row = ((then | 0) % ROWS) * ROW.size;
    this.#features(h, then, this.#said[at + SAID.daily] as number, now);
    (this.#rc[h] as Rls).learn(x, came);
    (this.#own[h] as Rls).learn(x, came, came - (this.#said[at + SAID.site] as number));
    pool?.teach(h, x, came);
    if (!Number.isNaN(said[PLAN])) {
      this.#planFeatures(row, at);
      (this.#plans[h] as Rls).learn(plan, came - (said[OWN] as number));
    }
  }

  /** Weighs what half an hour brought: as expected, or as if the room only drifted on. */
  #compare(unexpected: number, undrifted: number): void {
    const sigma = Math.max(STUCK.least, this.#sigmas[0] as number);
    const evidence = (unexpected ** 2 - undrifted ** 2) / (2 * sigma ** 2);
    const counted = STUCK.share * Math.max(-STUCK.most, Math.min(STUCK.most, evidence));
    const known = this.#one(ONE.stuck) * STUCK.keep + counted;
    this.#ones[ONE.stuck] = Math.max(0, Math.min(STUCK.height, known));
  }

  /** Whether the room is expected to rest, to move, or to move much. */
  #mood(at: number): number {
    const change = Math.abs(this.#said[at + SAID.mean] as number);
    return change < CALM_K ? 0 : change < MOVING_K ? 1 : 2;
  }

  #saidAt(h: number, step: number): number {
    return ((FIRST_SAID[h] as number) + ((step | 0) % (AHEAD[h] as number))) * SAID.size;
  }

  #forecast(step: number, now: Moment, seen: Now): void {
    const usualNow = this.#usual.at(now);
    this.#keepRow(step, usualNow, seen);
    const { value } = this.#track;
    const row = ((step | 0) % ROWS) * ROW.size;
    let sigma = 0;
    for (let h = 0; h < HORIZONS; h++) {
      const ahead = AHEAD[h] as number;
      const target = momentOf(seen.zone, step + ahead);
      const daily = this.#usual.at(target) - usualNow;
      const at = this.#saidAt(h, step);
      this.#said[at + SAID.daily] = Number.isNaN(daily) ? 0 : clamp(daily);
      this.#features(h, step, this.#said[at + SAID.daily] as number, target);
      this.#speak(h, step, at, seen);
      this.#readSaid(h, row, at);
      const mean = clamp((this.#mixes[h] as Mix).combine(said));
      this.#said[at + SAID.mean] = mean;
      this.#means[h] = value + mean;
      sigma = Math.max(sigma, this.#spread.sigma({ horizon: h, target, mood: this.#mood(at) }));
      this.#sigmas[h] = sigma;
    }
  }

  /** Each expert's word for a horizon, as a change from now. */
  #speak(h: number, step: number, at: number, { around, setpointC, occupied }: Now): void {
    const own = clamp((this.#own[h] as Rls).predict(x));
    let site = 0;
    for (let i = 0; i < POOL_SIZE; i++) site += (this.#site[h * POOL_SIZE + i] as number) * (x[i] as number);
    this.#said[at + SAID.rc] = clamp((this.#rc[h] as Rls).predict(x));
    this.#said[at + SAID.own] = own;
    this.#said[at + SAID.site] = clamp(site);
    this.#said[at + SAID.kin] = clamp((this.#said[at + SAID.site] as number) + (this.#own[h] as Rls).predict(x, 1));
    const from = middleOf(step);
    const to = middleOf(step + (AHEAD[h] as number));
    const booked = around.booked(from, to);
    this.#booked[at / SAID.size] = Math.round((booked ?? 0) / BOOKED_GRAIN);
    this.#said[at + SAID.obeys] =
      setpointC === undefined ? Number.NaN : this.#obeying(h, setpointC, around.conditioned(from, to));
    const isPlanned = booked !== undefined || occupied !== undefined || !Number.isNaN(this.#said[at + SAID.obeys]);
    this.#planFeatures(((step | 0) % ROWS) * ROW.size, at);
    this.#said[at + SAID.plan] = isPlanned ? clamp(own + (this.#plans[h] as Rls).predict(plan)) : Number.NaN;
  }

  /** Where climate control leads that obeys, at the room's rate. */
  #obeying(h: number, setpointC: number, share: number | undefined): number {
    const gap = setpointC - this.#track.value;
    const rate = (gap > 0 ? this.warmKPerHour : this.coolKPerHour) ?? 1;
    const reach = (rate * (AHEAD[h] as number) * (share ?? 1)) / 12;
    return clamp(Math.sign(gap) * Math.min(Math.abs(gap), reach));
  }

  #readSaid(h: number, row: number, at: number): void {
    said[0] = 0;
    said[TREND] = clamp(((this.#rows[row + ROW.trend] as number) / STEPS_PER_TREND) * (REACHES[h] as number));
    said[RC] = this.#said[at + SAID.rc] as number;
    said[DAILY] = this.#said[at + SAID.daily] as number;
    said[OWN] = this.#said[at + SAID.own] as number;
    said[SITE] = this.#said[at + SAID.site] as number;
    said[KIN] = this.#said[at + SAID.kin] as number;
    said[PLAN] = this.#said[at + SAID.plan] as number;
    said[OBEYS] = this.#said[at + SAID.obeys] as number;
  }

  #keepRow(step: number, usual: number, { occupied }: Now): void {
    const { value, trend } = this.#track;
    const row = ((step | 0) % ROWS) * ROW.size;
    this.#rows[row + ROW.toDayMean] = clamp(this.#one(ONE.dayMean) - value);
    this.#rows[row + ROW.trend] = trend * STEPS_PER_TREND;
    this.#rows[row + ROW.hour] = value - this.#track.ago(12);
    this.#rows[row + ROW.five] = value - this.#track.ago(1);
    this.#rows[row + ROW.ten] = value - this.#track.ago(2);
    this.#rows[row + ROW.half] = value - this.#track.ago(6);
    this.#rows[row + ROW.toUsual] = Number.isNaN(usual) ? 0 : clamp(usual - value);
    this.#rows[row + ROW.occupied] = occupied === true ? 1 : 0;
  }

  /** The regressions' features, for a step and the local time that is forecast. */
  #features(h: number, step: number, daily: number, target: Moment): void {
    const row = ((step | 0) % ROWS) * ROW.size;
    const { turns } = target;
    x[0] = 1;
    x[1] = this.#rows[row + ROW.toDayMean] as number;
    x[2] = this.#rows[row + ROW.trend] as number;
    x[3] = this.#rows[row + ROW.hour] as number;
    x[4] = daily;
    x[5] = turns[0];
    x[6] = turns[1];
    x[7] = turns[2];
    x[8] = turns[3];
    x[9] = this.#rows[row + ROW.five] as number;
    x[10] = this.#rows[row + ROW.ten] as number;
    x[11] = this.#rows[row + ROW.half] as number;
    x[12] = this.#rows[row + ROW.toUsual] as number;
    // On Mondays and Saturdays the day before was of the other kind.
    x[13] = target.day === 1 || target.day === 6 ? 0 : this.#yesterday(h, step);
    x[14] = turns[4];
    x[15] = turns[5];
  }

  /** What the same span did a day ago; 0 when that is not known. */
  #yesterday(h: number, step: number): number {
    const change = this.#track.at(step - STEPS_PER_DAY + (AHEAD[h] as number)) - this.#track.at(step - STEPS_PER_DAY);
    return Number.isNaN(change) ? 0 : clamp(change);
  }

  #planFeatures(row: number, at: number): void {
    const obeys = this.#said[at + SAID.obeys] as number;
    plan[0] = this.#rows[row + ROW.occupied] as number;
    plan[1] = (this.#booked[at / SAID.size] as number) * BOOKED_GRAIN;
    plan[2] = Number.isNaN(obeys) ? 0 : obeys - (this.#said[at + SAID.own] as number);
    plan[3] = 1;
  }
}

const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
