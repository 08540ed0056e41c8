import { type AirNow, judgeWays, type Leaving, type Presence, waysAhead } from "./climate/air-ahead.ts";
import type { Expectation } from "./climate/curve.ts";
import { type Outlook, SOON_MIN } from "./context.ts";
import { normalCdf } from "./normal.ts";
import { type Group, groupsBefore } from "./occupancy.ts";
import { meetingEnds } from "./site/people-knowledge.ts";

const HOUR_MS = 3_600_000;
/** So far the calendar says who will have breathed the air at arrival. */
const BALANCED_MIN = 360;
/** The chance from which nobody is called, about 75 %, and its z. */
const SAFE = 0.75;
const WORTH_A_CALL_Z = 0.67;
/** Later than planned the last people leave, hours: early, on time, late; from where on that is, minutes. */
const LEAVES = { earlyH: -9 / 60, lateH: 7 / 60, earlyMin: -4, lateMin: 3 } as const;
/** People who are in and belong to nothing that runs stay so long yet, hours. */
const ABOUT_TO_LEAVE_H = 3 / 60;

function leavingOf(last: Group | undefined, { site, now }: Outlook): Leaving[] {
  if (last === undefined || last.end <= now) return [{ laterH: 0, weight: 1 }];
  const ends = meetingEnds(site);
  const sofar = (now - last.end) / 60_000;
  const early = ends.ends(sofar, LEAVES.earlyMin);
  const late = ends.lasts(sofar, LEAVES.lateMin);
  return [
    { laterH: LEAVES.earlyH, weight: early },
    { laterH: 0, weight: 1 - early - late },
    { laterH: LEAVES.lateH, weight: late },
  ];
}

/** CO₂ at arrival by the balance: P(low enough), and what waiting would teach. */
interface Balanced {
  p: number;
  mean: number;
  sigma: number;
  goneSoon: number;
}

/** What the balance of people's breath and of airing says, once the room's is known. */
export function forecastBalance(ppm: number, limit: number, outlook: Outlook): Balanced | undefined {
  const { learner, now, leadMin } = outlook;
  const known = leadMin > BALANCED_MIN ? undefined : learner.airBalance(now);
  if (known === undefined) return undefined;
  const groups = groupsBefore(outlook);
  const present = groups.map(({ start, end, isIn, comes }) => ({
    fromH: (start - now) / HOUR_MS,
    toH: Math.max((end - now) / HOUR_MS, isIn ? ABOUT_TO_LEAVE_H : 0),
    chance: isIn ? 1 : comes,
    isIn,
  }));
  const { people } = known;
  const leaving = leavingOf(groups.at(-1), outlook);
  const air: AirNow = { ...known, ppm, riseNow: (perHour) => people.now(perHour), usual: people.usual };
  const look = (now: AirNow, there: readonly Presence[]) =>
    judgeWays(waysAhead(now, there, { hours: leadMin / 60, leaving }), limit);
  const whole = look(air, present);
  if (whole.p > SAFE) return { ...whole, goneSoon: 0 };
  const sharper = look({ ...air, riseNow: (perHour) => people.now(perHour, SOON_MIN / 60) }, present);
  const settles = settlesAt(whole, sharper.sigma, limit);
  const comes = present.find(({ chance, fromH }) => chance < 1 && fromH <= SOON_MIN / 60);
  if (comes === undefined) return { ...whole, goneSoon: settles };
  // Whether they come is about to be known: without them it may be nobody's call.
  const without = look(
    air,
    present.filter((each) => each !== comes),
  );
  return { ...whole, goneSoon: Math.max(settles, without.p > SAFE ? 1 - comes.chance : 0) };
}

/** P(a mean that may still move until only `nearer` is open ends up where nobody would be called). */
export function settlesAt({ mean, sigma }: Expectation, nearer: number, limit: number): number {
  const learns = Math.sqrt(Math.max(0, sigma ** 2 - nearer ** 2));
  return learns === 0 ? 0 : normalCdf((limit - WORTH_A_CALL_Z * nearer - mean) / learns);
}
