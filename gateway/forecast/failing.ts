import { conditionedShare, runningMin } from "./climate/room-around.ts";
import type { Outlook } from "./context.ts";
import { rateFor } from "./rates.ts";

/**
 * Whether climate control brings a room to its set-point: how often it fails (odds), how wrong its rate is known (share of the way, K/h for the
 * trend), how fast a room without it moves (K/h), how strong evidence may be (logarithm), and for how long control must have been on by its schedule
 * before the last half hour gives any (plants start up to a quarter of an hour late, and their rooms take their time; a shorter one where it
 * is known when this one starts).
 */
const FAILS = {
  odds: 0.03,
  rateError: 0.28,
  trendError: 0.25,
  idle: 0.6,
  lookBackMin: 30,
  toldAfterMin: 40,
  toldAfterStartMin: 25,
  most: 8,
} as const;

/**
 * Control that worked and has stopped since: odds that it did so many minutes ago (each of them), over how long its pace is measured before that,
 * how far off that pace it may be later on (share, K/h), the least of such a pace as a share of what is usual, and from which gap on (K) a room
 * does not slow down because it has come to its set-point.
 */
const STOPS = {
  agoMin: [20, 30, 45, 60, 90],
  odds: 0.002,
  paceMin: 45,
  paceError: 0.15,
  error: 0.25,
  leastPace: 0.5,
  farK: 1,
} as const;

/** What the hours before the last half hour say of control: how far back, from how much on, and how far off a room that obeys may be, K. */
const BEFORE = { mostMin: 180, leastMin: 75, sigma: 0.4 } as const;

/** Odds that control does not obey, and never did; that it did and has stopped since, with K/h since the likeliest moment of that. */
export interface Failing {
  odds: number;
  stopped: { odds: number; drift: number };
}

export function failing(
  value: number,
  { gap, setpoint, usual }: { gap: number; setpoint: number; usual: number },
  outlook: Outlook,
): Failing {
  const { ask, learner, now } = outlook;
  const progress = Math.sign(gap) * (learner.trend(now) ?? 0) * 60;
  const { startsLateMin } = learner;
  const toldAfterMin = startsLateMin === undefined ? FAILS.toldAfterMin : FAILS.toldAfterStartMin;
  const isTold = conditionedShare(ask.card, { from: now - toldAfterMin * 60_000, to: now }, startsLateMin) ?? 1;
  const evidence = (isTold === 1 ? lately(progress, usual) : 0) + before(setpoint, outlook);
  return { odds: FAILS.odds * Math.exp(evidence), stopped: stops(value, { gap, usual }, outlook) };
}

/** How much likelier than that control obeys it is that it does not (logarithm): K/h gained lately, and the room's rate. */
function lately(progress: number, rate: number): number {
  const asItShould = (progress - rate) / (FAILS.rateError * rate + FAILS.trendError);
  const notAtAll = progress / FAILS.idle;
  return bounded((asItShould ** 2 - notAtAll ** 2) / 2);
}

/** The same of the hours before: where the room was then, where control would have taken it since, and where it was half an hour ago. */
function before(setpoint: number, { ask, learner, now }: Outlook): number {
  const backMin = Math.min(BEFORE.mostMin, runningMin(ask.card, now, learner.startsLateMin) ?? 0);
  const [was, came] = [learner.temperatureAgo(backMin, now), learner.temperatureAgo(FAILS.lookBackMin, now)];
  if (backMin < BEFORE.leastMin || was === undefined || came === undefined) return 0;
  const hours = (backMin - FAILS.lookBackMin) / 60;
  const gap = setpoint - was;
  const way = Math.sign(gap) * Math.min(Math.abs(gap), rateFor(gap, { ask, learner }) * hours);
  const asItShould = (came - was - way) / Math.hypot(BEFORE.sigma, FAILS.rateError * way);
  const notAtAll = (came - was) / (FAILS.idle * hours + BEFORE.sigma);
  return bounded((asItShould ** 2 - notAtAll ** 2) / 2);
}

/** Odds that control, which kept a pace and still has a way before it, has stopped since, and K/h since the likeliest moment of that. */
function stops(
  value: number,
  { gap, usual }: { gap: number; usual: number },
  { ask, learner, now }: Outlook,
): { odds: number; drift: number } {
  const ranMin = runningMin(ask.card, now, learner.startsLateMin) ?? 0;
  let [odds, most, drift] = [0, 0, 0];
  if (Math.abs(gap) < STOPS.farK) return { odds, drift };
  for (const agoMin of STOPS.agoMin) {
    if (ranMin < agoMin + STOPS.paceMin) break;
    const [was, came] = [learner.temperatureAgo(agoMin + STOPS.paceMin, now), learner.temperatureAgo(agoMin, now)];
    if (was === undefined || came === undefined) break;
    const pace = (Math.sign(gap) * (came - was) * 60) / STOPS.paceMin;
    if (pace < STOPS.leastPace * usual) continue;
    const since = ((value - came) * 60) / agoMin;
    const goesOn = (Math.sign(gap) * since - pace) / (STOPS.paceError * pace + STOPS.error);
    const stands = since / FAILS.idle;
    const here = STOPS.odds * Math.exp(bounded((goesOn ** 2 - stands ** 2) / 2));
    odds += here;
    if (here > most) [most, drift] = [here, since];
  }
  return { odds, drift };
}

const bounded = (evidence: number): number => Math.max(-FAILS.most, Math.min(FAILS.most, evidence));
