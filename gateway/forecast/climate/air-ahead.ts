import { hardly, OUTDOOR_PPM } from "./air-changes.ts";
import { READING_PPM, type Rise } from "./air-balance.ts";
import { normalCdf } from "../normal.ts";

/** People who breathe in the room from and to these hours from now, with this chance. */
export interface Presence {
  fromH: number;
  toH: number;
  chance: number;
  /** They are in now. */
  isIn: boolean;
}

/** How much later than planned the last people leave, hours, and how likely that is. */
export interface Leaving {
  laterH: number;
  weight: number;
}

export interface AirNow {
  ppm: number;
  /** Air changes per hour, and their standard error. */
  perHour: number;
  perHourSd: number;
  /** P(the room is hardly aired today). */
  stalled: number;
  /** What those who are in bring, if so much is aired, and what people usually bring. */
  riseNow: (perHour: number) => Rise;
  usual: Rise;
}

/** Where CO₂ will be, as one of several ways it may go. */
export interface AirWay {
  mean: number;
  sigma: number;
  weight: number;
}

/** Three points that stand for a normal: its mean and √3 standard errors to both sides. */
const POINTS = [
  { z: 0, weight: 2 / 3 },
  { z: Math.sqrt(3), weight: 1 / 6 },
  { z: -Math.sqrt(3), weight: 1 / 6 },
] as const;
/** People whose coming is open and that are told apart; what those before them bring is aired out by then, mostly. */
const MOST_OPEN = 2;
const LEAST_PER_H = 0.1;
/** A fan that stands still less likely than that is not looked at. */
const LEAST_STALLED = 0.001;
/** What the balance leaves out (drafts, doors, who sits where): share of what is above outdoor air. */
const LEFT_OUT = 0.08;
/** How far from the plan people leave within each of the ways, hours. */
const LEAVE_SD_H = 0.04;

/** Scratch: what is open at once, who comes or does not told apart. Nothing outlives a call. */
const MOST_WAYS = 2 ** MOST_OPEN;
const open = {
  means: new Float64Array(MOST_WAYS),
  variances: new Float64Array(MOST_WAYS),
  weights: new Float64Array(MOST_WAYS),
  count: 0,
};

/**
 * Where the balance of breath and airing leads: each way is one rate of airing, with or without the people who may yet come, and
 * with one end of the last ones' stay.
 */
export function waysAhead(
  now: AirNow,
  people: readonly Presence[],
  { hours, leaving }: { hours: number; leaving: readonly Leaving[] },
): AirWay[] {
  const ways: AirWay[] = [];
  const { length } = people;
  const lastEnds = length === 0 ? ON_TIME : leaving;
  for (const { perHour, weight } of airings(now)) {
    const left = Math.exp(-perHour * hours);
    const riseNow = people.some(({ isIn }) => isIn) ? now.riseNow(perHour) : now.usual;
    const bringsBy = (each: Presence, laterH: number): Brought =>
      bring(each, each.isIn ? riseNow : now.usual, { laterH, perHour, hours });
    const before = length < 2 ? NOBODY : people.slice(0, -1).map((each) => bringsBy(each, 0));
    const last = people[length - 1];
    for (const { laterH, weight: share } of lastEnds) {
      open.means[0] = (now.ppm - OUTDOOR_PPM) * left;
      open.variances[0] = (READING_PPM * left) ** 2;
      open.weights[0] = weight * share;
      open.count = 1;
      for (const [i, each] of before.entries())
        comeIn(each, { chance: (people[i] as Presence).chance, isToldApart: length - i <= MOST_OPEN });
      if (last !== undefined) comeIn(bringsBy(last, laterH), { chance: last.chance, isToldApart: true });
      for (let way = 0; way < open.count; way++) {
        const mean = open.means[way] as number;
        ways.push({
          mean: OUTDOOR_PPM + mean,
          sigma: Math.sqrt((open.variances[way] as number) + (LEFT_OUT * mean) ** 2 + READING_PPM ** 2),
          weight: open.weights[way] as number,
        });
      }
    }
  }
  return ways;
}

const NOBODY: readonly Brought[] = [];
const ON_TIME: readonly Leaving[] = [{ laterH: 0, weight: 1 }];

/** The rates at which the room may be aired: as usual, which is known so well, or hardly at all. */
function airings({ perHour, perHourSd, stalled }: AirNow): { perHour: number; weight: number }[] {
  const still = stalled < LEAST_STALLED ? 0 : stalled;
  const ways = POINTS.map(({ z, weight }) => ({
    perHour: Math.max(LEAST_PER_H, perHour + z * perHourSd),
    weight: weight * (1 - still),
  }));
  if (still > 0) ways.push({ perHour: hardly(perHour), weight: still });
  return ways;
}

interface Brought {
  mean: number;
  variance: number;
}

/** How much of what people bring, who stay so much longer, is left at the end, with its variance. */
function bring(
  { fromH, toH }: Presence,
  rise: Rise,
  { laterH, perHour, hours }: { laterH: number; perHour: number; hours: number },
): Brought {
  const from = Math.max(0, Math.min(hours, fromH));
  const to = Math.max(from, Math.min(hours, toH + laterH));
  const after = Math.exp(-perHour * (hours - to));
  const gain = (after * -Math.expm1(-perHour * (to - from))) / perHour;
  const sd = Math.hypot(gain * rise.sd, Math.min(gain, after * LEAVE_SD_H) * rise.mean);
  return { mean: gain * rise.mean, variance: sd ** 2 };
}

/** Adds people to what is open: with and without them, or as many of them as are likely to come. */
function comeIn({ mean, variance }: Brought, { chance, isToldApart }: { chance: number; isToldApart: boolean }): void {
  const { means, variances, weights, count } = open;
  if (chance < 1 && isToldApart) {
    // From the last on, since each makes room for two.
    for (let way = count - 1; way >= 0; way--) {
      const without = means[way] as number;
      const varies = variances[way] as number;
      const weight = weights[way] as number;
      means[2 * way] = without + mean;
      variances[2 * way] = varies + variance;
      weights[2 * way] = weight * chance;
      means[2 * way + 1] = without;
      variances[2 * way + 1] = varies;
      weights[2 * way + 1] = weight * (1 - chance);
    }
    open.count = 2 * count;
    return;
  }
  for (let way = 0; way < count; way++) {
    means[way] = (means[way] as number) + chance * mean;
    variances[way] = (variances[way] as number) + chance * variance + chance * (1 - chance) * mean ** 2;
  }
}

/** P(at most `limit`), and what the ways come to together. */
export function judgeWays(ways: readonly AirWay[], limit: number): { p: number; mean: number; sigma: number } {
  let p = 0;
  let mean = 0;
  let square = 0;
  for (const way of ways) {
    p += way.weight * normalCdf((limit - way.mean) / way.sigma);
    mean += way.weight * way.mean;
    square += way.weight * (way.mean ** 2 + way.sigma ** 2);
  }
  return { p, mean, sigma: Math.sqrt(Math.max(1, square - mean ** 2)) };
}
