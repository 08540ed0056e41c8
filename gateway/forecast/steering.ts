import { conditionedShare, runningMin } from "./climate/room-around.ts";
import type { Outlook } from "./context.ts";
import { normalCdf } from "./normal.ts";
import type { Way } from "./recovery.ts";

/** Default warming and cooling, K/h (Modelica Buildings OptimalStart: 1 K/h). */
const RATE_K_PER_H = 1;

/**
 * Climate control at work: from which gap to the set-point (K) it decides, and wholly; how often it fails (odds), how wrong its rate
 * is known (share of the way, K/h for the trend), how fast a room without it drifts (K/h) and in which time it comes to rest (h), how
 * strong evidence may be (logarithm), for how long control must have been on by its schedule before the last half hour gives any (plants
 * start up to a quarter of an hour late, and their rooms take their time), and after how long and by how much today's rate counts.
 */
const STEER = {
  from: 0.5,
  wholly: 1.2,
  fails: 0.03,
  rateError: 0.28,
  trendError: 0.25,
  idle: 0.6,
  driftError: 0.35,
  restsH: 8,
  sigma: 0.15,
  lookBackMin: 30,
  settledMin: 60,
  ofToday: 0.5,
  slowest: 0.7,
  toldAfterMin: 40,
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

/**
 * Whether the thermometer is wrong where the reading is not brought to the set-point, as a logarithm of odds (all assumed): at first; where the
 * reading leaves it to the side to which a room without control does not go; where it stands still, so far off. Against it speak a room that control
 * has not moved today (the reading of a wrong thermometer moves with its room), and one that moves as fast as control moves it, or a window. For it
 * speaks most of all a person who was there while it read so, and found nothing wrong.
 */
const LIES = {
  first: -0.85,
  against: 3,
  asideK: 1,
  still: 1.2,
  stillK: 0.3,
  looksBackMin: [30, 60, 90, 120],
  unmoved: -3,
  movedK: 1,
  looksOnMin: [60, 120, 180],
  found: 4,
  foundOffK: 1,
  fast: -4,
  fastShare: 0.6,
  fastKPerH: 0.9,
} as const;

/** Where climate control takes a room, or does not. */
export interface Steered {
  /** How far this counts rather than what the room usually does, 0–1. */
  share: number;
  ways: Way[];
  /** P(its thermometer is wrong); the ways are those of a room whose thermometer is not. */
  lies: number;
}

/**
 * Far from its set-point a room goes where climate control takes it, whatever it did on other days: at its rate while the
 * schedule lets it, or not at all where control does not obey. How likely that is, the progress of the last hours says. A reading that stays off
 * although control runs may also be the thermometer's fault.
 */
export function steer(value: number, outlook: Outlook): Steered | undefined {
  const { ask, leadMin, learner, now, visit } = outlook;
  const setpoint = setpointOf(outlook);
  const gap = (setpoint ?? value) - value;
  const share = Math.min(1, (Math.abs(gap) - STEER.from) / (STEER.wholly - STEER.from));
  if (setpoint === undefined || share <= 0) return undefined;
  const runs = conditionedShare(ask.card, { from: now, to: visit.arrival }) ?? 1;
  const usual = rateFor(gap, outlook);
  const ran = (backMin: number): number => conditionedShare(ask.card, { from: now - backMin * 60_000, to: now }) ?? 1;
  const progress = Math.sign(gap) * (learner.trend(now) ?? 0) * 60;
  const isTold = ran(STEER.toldAfterMin) === 1;
  const evidence = (isTold ? lately(progress, usual) : 0) + before(setpoint, outlook);
  const failed = STEER.fails * Math.exp(evidence);
  const stopped = stops(value, { gap, usual }, outlook);
  const odds = failed + stopped.odds;
  const fails = odds / (1 + odds);
  // A wrong thermometer drifts; it does not stop.
  const lies = (failed / (1 + odds)) * lying(value, setpoint, outlook);
  const rate = ran(STEER.settledMin) === 1 ? today(usual, progress) : usual;
  const way = Math.min(Math.abs(gap), (rate * runs * leadMin) / 60);
  const hours = leadMin / 60;
  const drift = stopped.odds > failed ? stopped.drift : slope(value, outlook);
  return {
    share,
    lies: share * lies,
    ways: [
      {
        mean: value + Math.sign(gap) * way,
        sigma: Math.hypot(STEER.sigma, STEER.rateError * way),
        weight: (share * (1 - fails)) / (1 - lies),
        obeys: true,
      },
      {
        mean: value + drift * STEER.restsH * -Math.expm1(-hours / STEER.restsH),
        sigma: Math.hypot(STEER.sigma, STEER.driftError * hours),
        weight: (share * (fails - lies)) / (1 - lies),
        obeys: false,
      },
    ],
  };
}

/**
 * The rate of a room that obeys, K/h: half of what it usually is, half of what is seen now that control has had its time. Weather and
 * people make it another one each day. One that hardly moves is not slow: it does not obey, which is told apart.
 */
const today = (usual: number, progress: number): number =>
  usual + STEER.ofToday * (Math.max(STEER.slowest * usual, progress) - usual);

/** How much likelier than that control obeys it is that it does not (logarithm): K/h gained lately, and the room's rate. */
function lately(progress: number, rate: number): number {
  const asItShould = (progress - rate) / (STEER.rateError * rate + STEER.trendError);
  const notAtAll = progress / STEER.idle;
  return bounded((asItShould ** 2 - notAtAll ** 2) / 2);
}

/** The same of the hours before: where the room was then, where control would have taken it since, and where it was half an hour ago. */
function before(setpoint: number, { ask, learner, now }: Outlook): number {
  const backMin = Math.min(BEFORE.mostMin, runningMin(ask.card, now) ?? 0);
  const [was, came] = [learner.temperatureAgo(backMin, now), learner.temperatureAgo(STEER.lookBackMin, now)];
  if (backMin < BEFORE.leastMin || was === undefined || came === undefined) return 0;
  const hours = (backMin - STEER.lookBackMin) / 60;
  const gap = setpoint - was;
  const way = Math.sign(gap) * Math.min(Math.abs(gap), rateFor(gap, { ask, learner }) * hours);
  const asItShould = (came - was - way) / Math.hypot(BEFORE.sigma, STEER.rateError * way);
  const notAtAll = (came - was) / (STEER.idle * hours + BEFORE.sigma);
  return bounded((asItShould ** 2 - notAtAll ** 2) / 2);
}

/** Odds that control, which kept a pace and still has a way before it, has stopped since, and K/h since the likeliest moment of that. */
function stops(
  value: number,
  { gap, usual }: { gap: number; usual: number },
  { ask, learner, now }: Outlook,
): { odds: number; drift: number } {
  const ranMin = runningMin(ask.card, now) ?? 0;
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
    const stands = since / STEER.idle;
    const here = STOPS.odds * Math.exp(bounded((goesOn ** 2 - stands ** 2) / 2));
    odds += here;
    if (here > most) [most, drift] = [here, since];
  }
  return { odds, drift };
}

const bounded = (evidence: number): number => Math.max(-STEER.most, Math.min(STEER.most, evidence));

/** P(the thermometer is wrong | control does not bring the room to its set-point). */
function lying(value: number, setpoint: number, outlook: Outlook): number {
  const { ask, learner, now } = outlook;
  const sinceMin = runningMin(ask.card, now);
  const first = sinceMin === undefined ? undefined : learner.temperatureAgo(sinceMin, now);
  if (sinceMin === undefined || first === undefined) return 0;
  const farthest = (looks: readonly number[], from: number): number => {
    let most = 0;
    for (const backMin of looks) most = Math.max(most, Math.abs((learner.temperatureAgo(backMin, now) ?? from) - from));
    return most;
  };
  const off = value - setpoint;
  const aside = first - setpoint;
  const isAgainst = Math.abs(aside) >= LIES.asideK && aside * off < 0;
  const leaves = slope(value, outlook) * Math.sign(off);
  const isFast = leaves > (isAgainst ? LIES.fastShare * rateFor(off, outlook) : LIES.fastKPerH);
  const looksOn = LIES.looksOnMin.map((min) => Math.max(0, sinceMin - min));
  let odds: number = LIES.first;
  if (isAgainst) odds += LIES.against;
  if (farthest(LIES.looksBackMin, value) <= LIES.stillK) odds += LIES.still;
  if (farthest(looksOn, first) < LIES.movedK) odds += LIES.unmoved;
  if (isFast) odds += LIES.fast;
  if (wasFoundFine(setpoint, off, outlook)) odds += LIES.found;
  return 1 / (1 + Math.exp(-odds));
}

/** Whether somebody was in the room today and found nothing wrong, while it read as far off as now, to the same side. */
function wasFoundFine(setpoint: number, off: number, { learner, now, room, site }: Outlook): boolean {
  const at = site.acts.foundNothing(room.key, "temperature", now);
  const then = at === undefined ? undefined : learner.temperatureAgo((now - at) / 60_000, now);
  return then !== undefined && Math.sign(off) * (then - setpoint) >= LIES.foundOffK;
}

/** K/h over the last hour. */
function slope(value: number, { learner, now }: Outlook): number {
  const was = learner.temperatureAgo(60, now);
  return was === undefined ? (learner.trend(now) ?? 0) * 60 : value - was;
}

/**
 * What a room shows that is far off before climate control has had its time: an hour after it comes on, today's rate is seen. P(the
 * room then turns out to get there), where that comes in time; nothing where no schedule says when control runs.
 */
export function willShow(
  value: number,
  [low, high]: readonly [number, number],
  outlook: Outlook,
): { goneSoon?: number; soonMin?: number } {
  const { ask, leadMin, learner, now, visit } = outlook;
  const setpoint = setpointOf(outlook);
  const isOut = value < low || value > high;
  if (!isOut || setpoint === undefined || !learner.knowsDay) return {};
  const soonMin = untilSettled(ask.card, now);
  if (soonMin === undefined || soonMin <= 0 || soonMin >= leadMin) return {};
  const gap = setpoint - value;
  const runs = conditionedShare(ask.card, { from: now, to: visit.arrival }) ?? 1;
  const way = Math.min(Math.abs(gap), (rateFor(gap, outlook) * runs * leadMin) / 60);
  const needed = value < low ? low - value : value - high;
  const sigma = Math.hypot(STEER.sigma, STEER.rateError * way);
  const left = sigma * (1 - STEER.ofToday);
  return { soonMin, goneSoon: normalCdf((way - needed - left) / Math.sqrt(sigma ** 2 - left ** 2)) };
}

/** Minutes until climate control has run for as long as it takes to see today's rate; `undefined` where that is not known or far off. */
function untilSettled(card: Outlook["ask"]["card"], now: number): number | undefined {
  const span = STEER.settledMin * 60_000;
  const ran = conditionedShare(card, { from: now - span, to: now }) ?? 0;
  if (ran > 0) return STEER.settledMin * (1 - ran);
  const runs = conditionedShare(card, { from: now, to: now + span }) ?? 0;
  return runs === 0 ? undefined : STEER.settledMin * (2 - runs);
}

export function setpointOf({ room, now }: Outlook): number | undefined {
  const seen = room.best("setpoint_c", now);
  const setpoint = seen?.slot?.value;
  return seen?.kind === "known" && typeof setpoint === "number" ? setpoint : undefined;
}

/** K/h at which the room closes this gap: learned, else its card's, else the default. */
export function rateFor(gap: number, { learner, ask }: Pick<Outlook, "learner" | "ask">): number {
  const { physics } = ask.card;
  const known =
    gap > 0 ? (learner.warmKPerHour ?? physics?.warm_k_per_h) : (learner.coolKPerHour ?? physics?.cool_k_per_h);
  return Math.max(0.3, known ?? RATE_K_PER_H);
}
