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

interface Open {
  mean: number;
  variance: number;
  weight: number;
}

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
  const lastEnds = people.length === 0 ? ON_TIME : leaving;
  for (const { perHour, weight } of airings(now)) {
    for (const { laterH, weight: share } of lastEnds) {
      const left = Math.exp(-perHour * hours);
      let open: Open[] = [
        { mean: (now.ppm - OUTDOOR_PPM) * left, variance: (READING_PPM * left) ** 2, weight: weight * share },
      ];
      for (const [i, each] of people.entries()) {
        const rise = each.isIn ? now.riseNow(perHour) : now.usual;
        const isLast = i === people.length - 1;
        const stay = isLast ? { ...each, toH: each.toH + laterH } : each;
        open = withPeople(open, bring(stay, rise, { perHour, hours }), {
          chance: each.chance,
          isToldApart: people.length - i <= MOST_OPEN,
        });
      }
      for (const { mean, variance, weight: sum } of open)
        ways.push({
          mean: OUTDOOR_PPM + mean,
          sigma: Math.sqrt(variance + (LEFT_OUT * mean) ** 2 + READING_PPM ** 2),
          weight: sum,
        });
    }
  }
  return ways;
}

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

/** How much of what people bring is left at the end, with its variance. */
function bring(
  { fromH, toH }: Presence,
  rise: Rise,
  { perHour, hours }: { perHour: number; hours: number },
): { mean: number; variance: number } {
  const from = Math.max(0, Math.min(hours, fromH));
  const to = Math.max(from, Math.min(hours, toH));
  const after = Math.exp(-perHour * (hours - to));
  const gain = (after * -Math.expm1(-perHour * (to - from))) / perHour;
  const sd = Math.hypot(gain * rise.sd, Math.min(gain, after * LEAVE_SD_H) * rise.mean);
  return { mean: gain * rise.mean, variance: sd ** 2 };
}

function withPeople(
  open: readonly Open[],
  { mean, variance }: { mean: number; variance: number },
  { chance, isToldApart }: { chance: number; isToldApart: boolean },
): Open[] {
  if (chance < 1 && isToldApart)
    return open.flatMap((each) => [
      { mean: each.mean + mean, variance: each.variance + variance, weight: each.weight * chance },
      { ...each, weight: each.weight * (1 - chance) },
    ]);
  return open.map((each) => ({
    mean: each.mean + chance * mean,
    variance: each.variance + chance * variance + chance * (1 - chance) * mean ** 2,
    weight: each.weight,
  }));
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
