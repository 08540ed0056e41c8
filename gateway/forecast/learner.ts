import { type Instant, instant, minutes } from "#contract/units.ts";

/** Everything is learned on this grid. */
const GRID = minutes(5);
/** Across a longer silence nothing is learned and no trend is known. */
const GAP = minutes(15);
const HORIZONS_MIN = [30, 60, 90, 120, 180] as const;
const RING = 1 + 180 / 5;
/** A jump between grid points that no room makes: it is left out. */
const JUMP_K = 3;
const TREND_MEMORY_MIN = 20;
const PHI = 0.85;
const ERROR_MEMORY = 200;
/** With less than ten days of data a forecast says that it rests on priors. */
const LEARNED_POINTS = (10 * 24 * 60) / 5;
const VERSION = 1;

/** Error of a temperature forecast before anything is learned, K: about 0.3 at an hour. */
export const priorSigma = (horizonMin: number): number => Math.hypot(0.12, 0.28 * Math.sqrt(horizonMin / 60));

interface Point {
  at: Instant;
  value: number;
  /** K per minute. */
  slope: number;
}

/** What is remembered of a room's behaviour. Small, plain JSON. */
interface State {
  version: number;
  points: number;
  ring: Point[];
  /** Mean squared error per horizon, and how many errors it rests on. */
  errors: { square: number; count: number }[];
  warmKPerHour: number | undefined;
  coolKPerHour: number | undefined;
  airChangesPerHour: number | undefined;
  decay: { at: Instant; ppm: number } | undefined;
}

const fresh = (): State => ({
  version: VERSION,
  points: 0,
  ring: [],
  errors: HORIZONS_MIN.map((horizon) => ({ square: priorSigma(horizon) ** 2, count: 0 })),
  warmKPerHour: undefined,
  coolKPerHour: undefined,
  airChangesPerHour: undefined,
  decay: undefined,
});

/** Learns how one room warms, cools and airs, and how wrong its own forecasts were. */
export class RoomLearner {
  #state: State = fresh();

  static from(json: unknown): RoomLearner {
    const learner = new RoomLearner();
    if (isState(json)) learner.#state = json;
    return learner;
  }

  toJSON(): unknown {
    return this.#state;
  }

  get isLearned(): boolean {
    return this.#state.points >= LEARNED_POINTS;
  }

  /** Takes a believed room temperature. */
  takeTemperature(value: number, at: Instant): void {
    const { ring } = this.#state;
    const last = ring.at(-1);
    const on = instant(Math.floor(at / GRID) * GRID);
    if (last === undefined) {
      ring.push({ at: on, value, slope: 0 });
      return;
    }
    if (on <= last.at) return;
    if (on - last.at > GAP) {
      this.#state.ring = [{ at: on, value, slope: 0 }];
      return;
    }
    if (Math.abs(value - last.value) > JUMP_K) return;
    const span = (on - last.at) / 60_000;
    const keep = Math.exp(-span / TREND_MEMORY_MIN);
    const slope = keep * last.slope + (1 - keep) * ((value - last.value) / span);
    ring.push({ at: on, value, slope });
    if (ring.length > RING) ring.shift();
    this.#state.points += 1;
    this.#learnErrors({ at: on, value });
    this.#learnRate({ at: on, value });
  }

  /** Takes a believed CO₂ value; decays are learned while nobody is in. */
  takeCo2(ppm: number, at: Instant, occupied: boolean | undefined): void {
    const { decay } = this.#state;
    const isDecaying = occupied === false && ppm > 550;
    if (decay === undefined || !isDecaying || ppm > decay.ppm || at - decay.at > 4 * GAP) {
      this.#state.decay = isDecaying ? { at, ppm } : undefined;
      return;
    }
    if (at - decay.at < minutes(30)) return;
    const hours = (at - decay.at) / 3_600_000;
    const rate = Math.log((decay.ppm - OUTDOOR_PPM) / (ppm - OUTDOOR_PPM)) / hours;
    if (rate > 0.1 && rate < 8) this.#state.airChangesPerHour = blend(this.#state.airChangesPerHour, rate);
    this.#state.decay = { at, ppm };
  }

  /** The trend now, in K per minute; `undefined` when the last value is too old to have one. */
  trend(now: Instant): number | undefined {
    const last = this.#state.ring.at(-1);
    return last === undefined || now - last.at > GAP + GRID ? undefined : last.slope;
  }

  /** Standard error of this room's forecast at a horizon, K: learned where there were enough, between the horizons evenly. */
  sigma(horizonMin: number): number {
    const at = HORIZONS_MIN.findIndex((horizon) => horizonMin <= horizon);
    if (at === -1) return this.#sigmaAt(HORIZONS_MIN.length - 1) * Math.sqrt(horizonMin / 180);
    if (at === 0) return this.#sigmaAt(0) * Math.max(0.4, Math.sqrt(horizonMin / 30));
    const low = HORIZONS_MIN[at - 1] ?? 30;
    const share = (horizonMin - low) / ((HORIZONS_MIN[at] ?? 180) - low);
    return (1 - share) * this.#sigmaAt(at - 1) + share * this.#sigmaAt(at);
  }

  get warmKPerHour(): number | undefined {
    return this.#state.warmKPerHour;
  }
  get coolKPerHour(): number | undefined {
    return this.#state.coolKPerHour;
  }
  get airChangesPerHour(): number | undefined {
    return this.#state.airChangesPerHour;
  }

  #sigmaAt(index: number): number {
    const error = this.#state.errors[index];
    return error === undefined ? 1 : Math.max(0.05, Math.sqrt(error.square) * 1.15);
  }

  /** What would have been said one horizon ago, against what came. */
  #learnErrors(now: { at: Instant; value: number }): void {
    for (const [i, horizon] of HORIZONS_MIN.entries()) {
      const then = this.#pointAt(instant(now.at - minutes(horizon)));
      const error = this.#state.errors[i];
      if (then === undefined || error === undefined) continue;
      const miss = now.value - dampedTrend(then.value, then.slope, horizon);
      error.count = Math.min(error.count + 1, ERROR_MEMORY);
      error.square += (Math.min(miss ** 2, 9) - error.square) / (error.count + 20);
    }
  }

  /** The room's rate when it really moves: at least 0.4 K in half an hour. */
  #learnRate(now: { at: Instant; value: number }): void {
    const then = this.#pointAt(instant(now.at - minutes(30)));
    if (then === undefined) return;
    const perHour = (now.value - then.value) * 2;
    if (perHour >= 0.8) this.#state.warmKPerHour = blend(this.#state.warmKPerHour, Math.min(perHour, 5));
    if (perHour <= -0.8) this.#state.coolKPerHour = blend(this.#state.coolKPerHour, Math.min(-perHour, 5));
  }

  #pointAt(at: Instant): Point | undefined {
    const { ring } = this.#state;
    const newest = ring.at(-1);
    if (newest === undefined) return undefined;
    const back = Math.round((newest.at - at) / GRID);
    for (let i = Math.max(0, ring.length - 1 - back); i < ring.length; i++) {
      const point = ring[i];
      if (point !== undefined && point.at === at) return point;
      if (point !== undefined && point.at > at) return undefined;
    }
    return undefined;
  }
}

export const OUTDOOR_PPM = 420;

/** Where a trend leads that loses 15 % of its pull every 5 minutes; never further than 3 K. */
export function dampedTrend(value: number, slopePerMin: number, horizonMin: number): number {
  const steps = horizonMin / 5;
  const reach = (5 * PHI * (1 - PHI ** steps)) / (1 - PHI);
  return value + Math.max(-3, Math.min(3, slopePerMin * reach));
}

const blend = (before: number | undefined, seen: number): number =>
  before === undefined ? seen : before + 0.2 * (seen - before);

function isState(json: unknown): json is State {
  const state = json as State | null;
  return (
    typeof state === "object" &&
    state !== null &&
    state.version === VERSION &&
    Array.isArray(state.ring) &&
    Array.isArray(state.errors) &&
    state.errors.length === HORIZONS_MIN.length
  );
}
