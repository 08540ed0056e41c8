import type { Row } from "../readiness/verdict.ts";
import { amount, wordsOf } from "../readiness/words.ts";
import type { Opinion, Outlook } from "./context.ts";
import { conditionedShare } from "./climate/room-around.ts";
import { dampedTrend } from "./climate/trend.ts";
import { normalCdf, probabilityInside } from "./normal.ts";
import { recoveryMin, type Way } from "./recovery.ts";

/** Default warming and cooling, K/h (Modelica Buildings OptimalStart: 1 K/h). */
const RATE_K_PER_H = 1;
/** How often a room is warm enough when nothing is known. */
const BASE_RATE = 0.985;
/** Beyond a few hours what is measured now says nothing of arrival: e-fold, minutes. */
const RELEVANCE_MIN = 180;
/** Chance that climate control brings a room to its set-point, before and after it is seen to move that way. */
const OBEYS = { unseen: 0.5, seen: 0.93, against: 0.15 };

/** So far the learner looks ahead, minutes. */
const LEARNED_MIN = 180;

/**
 * Climate control at work: from which gap to the set-point (K) it decides, and wholly; how often it fails (odds), how wrong its rate
 * is known (share of the way, K/h for the trend), how fast a room without it drifts (K/h), how strong evidence may be (logarithm),
 * for which share of the last half hour it must have run to give any, and after how long and by how much today's rate counts.
 */
const STEER = {
  from: 0.5,
  wholly: 1.2,
  fails: 0.03,
  rateError: 0.28,
  trendError: 0.25,
  idle: 0.6,
  driftError: 0.5,
  sigma: 0.15,
  lookBackMin: 30,
  settledMin: 60,
  ofToday: 0.5,
  slowest: 0.7,
  toldBy: 0.6,
  most: 8,
} as const;

/**
 * P(temperature in band at arrival). A room that has been watched for two days is expected to do what its learner says, or, as
 * far as the last half hours did not go as expected, to drift on. Before that: a damped trend, and where the set-point is
 * known a mix of "obeys, at the room's rate" and "does not". The error grows with the horizon; far ahead the room's usual
 * behaviour speaks.
 */
export function forecastTemperature(row: Row, outlook: Outlook): Opinion {
  const { leadMin } = outlook;
  const value = row.part.seen?.slot?.value;
  if (row.part.seen?.kind !== "known" || typeof value !== "number" || row.part.band === undefined) return { p: 0.9 };
  const band = row.part.band.ready;
  const learned = learnedWays(value, outlook);
  const ways = learned ?? firstWays(value, outlook);
  let near = 0;
  let mean = 0;
  let square = 0;
  for (const way of ways) {
    near += way.weight * probabilityInside(band, way);
    mean += way.weight * way.mean;
    square += way.weight * (way.mean ** 2 + way.sigma ** 2);
  }
  const relevance = Math.exp(-Math.max(0, leadMin - (learned === undefined ? 60 : LEARNED_MIN)) / RELEVANCE_MIN);
  return {
    p: relevance * near + (1 - relevance) * BASE_RATE,
    ...willShow(value, band, outlook),
    mean,
    sigma: Math.sqrt(Math.max(0, square - mean ** 2)),
    recoveryMin: recoveryMin(ways, { value, band, rate: rateFor(value < band[0] ? 1 : -1, outlook) }),
    isPassing: true,
    expects: () => `expected ${amount(mean, 1)} °C at ${wordsOf(outlook.ask.card.zone).clock(outlook.visit.arrival)}`,
  };
}

function learnedWays(value: number, outlook: Outlook): Way[] | undefined {
  const { learner, now, leadMin, visit } = outlook;
  if (!learner.knowsDay) return undefined;
  const usual = learner.temperatureAt(visit.arrival, now);
  if (usual === undefined) return undefined;
  const { stuck } = learner;
  const drift = dampedTrend(value, learner.trend(now) ?? 0, leadMin);
  const steered = steeredWays(value, drift, outlook);
  const left = 1 - (steered?.share ?? 0);
  return [
    { ...usual, weight: left * (1 - stuck), obeys: true },
    { mean: drift, sigma: usual.sigma, weight: left * stuck, obeys: false },
    ...(steered?.ways ?? []),
  ];
}

/**
 * Far from its set-point a room goes where climate control takes it, whatever it did on other days: at its rate while the
 * schedule lets it, or not at all where control does not obey. How likely that is, the progress of the last half hour says.
 */
function steeredWays(value: number, drift: number, outlook: Outlook): { share: number; ways: Way[] } | undefined {
  const { ask, leadMin, learner, now, visit } = outlook;
  const setpoint = setpointOf(outlook);
  const gap = (setpoint ?? value) - value;
  const share = Math.min(1, (Math.abs(gap) - STEER.from) / (STEER.wholly - STEER.from));
  if (setpoint === undefined || share <= 0) return undefined;
  const runs = conditionedShare(ask.card, { from: now, to: visit.arrival }) ?? 1;
  const usual = rateFor(gap, outlook);
  const ran = (backMin: number): number => conditionedShare(ask.card, { from: now - backMin * 60_000, to: now }) ?? 1;
  const progress = Math.sign(gap) * (learner.trend(now) ?? 0) * 60;
  const fails = failing(progress, ran(STEER.lookBackMin) * usual, usual);
  const rate = ran(STEER.settledMin) === 1 ? today(usual, progress) : usual;
  const way = Math.min(Math.abs(gap), (rate * runs * leadMin) / 60);
  const hours = leadMin / 60;
  return {
    share,
    ways: [
      {
        mean: value + Math.sign(gap) * way,
        sigma: Math.hypot(STEER.sigma, STEER.rateError * way),
        weight: share * (1 - fails),
        obeys: true,
      },
      { mean: drift, sigma: Math.hypot(STEER.sigma, STEER.driftError * hours), weight: share * fails, obeys: false },
    ],
  };
}

/**
 * The rate of a room that obeys, K/h: half of what it usually is, half of what is seen now that control has had its time. Weather and
 * people make it another one each day. One that hardly moves is not slow: it does not obey, which is told apart.
 */
const today = (usual: number, progress: number): number =>
  usual + STEER.ofToday * (Math.max(STEER.slowest * usual, progress) - usual);

/** P(climate control does not obey), K/h: what has been gained lately, what should have been, and the room's rate. */
function failing(progress: number, expected: number, rate: number): number {
  const asItShould = (progress - expected) / (STEER.rateError * rate + STEER.trendError);
  const notAtAll = progress / STEER.idle;
  const evidence = Math.max(-STEER.most, Math.min(STEER.most, (asItShould ** 2 - notAtAll ** 2) / 2));
  const odds = STEER.fails * Math.exp(expected < STEER.toldBy * rate ? 0 : evidence);
  return odds / (1 + odds);
}

/**
 * What a room shows that is far off before climate control has had its time: an hour after it comes on, today's rate is seen. P(the
 * room then turns out to get there), where that comes in time; nothing where no schedule says when control runs.
 */
function willShow(
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

function firstWays(value: number, outlook: Outlook): Way[] {
  const { learner, leadMin, now } = outlook;
  const trend = learner.trend(now) ?? 0;
  const sigma = learner.sigma(leadMin);
  const obeying = towardsSetpoint(value, outlook);
  const weight = obeying === undefined ? 0 : oddsOfObeying(value, obeying.setpoint, trend);
  const drift = { mean: dampedTrend(value, trend, leadMin), sigma, weight: 1 - weight, obeys: false };
  return obeying === undefined ? [drift] : [{ mean: obeying.mean, sigma, weight, obeys: true }, drift];
}

function setpointOf({ room, now }: Outlook): number | undefined {
  const seen = room.best("setpoint_c", now);
  const setpoint = seen?.slot?.value;
  return seen?.kind === "known" && typeof setpoint === "number" ? setpoint : undefined;
}

function towardsSetpoint(value: number, outlook: Outlook): { mean: number; setpoint: number } | undefined {
  const setpoint = setpointOf(outlook);
  if (setpoint === undefined) return undefined;
  const gap = setpoint - value;
  const reach = (rateFor(gap, outlook) * outlook.leadMin) / 60;
  return { setpoint, mean: value + Math.sign(gap) * Math.min(Math.abs(gap), reach) };
}

function oddsOfObeying(value: number, setpoint: number, trendPerMin: number): number {
  const gap = setpoint - value;
  if (Math.abs(gap) < 0.5) return OBEYS.seen;
  const progress = Math.sign(gap) * trendPerMin * 60;
  if (progress > 0.25) return OBEYS.seen;
  return progress < -0.25 ? OBEYS.against : OBEYS.unseen;
}

/** K/h at which the room closes this gap: learned, else its card's, else the default. */
function rateFor(gap: number, { learner, ask }: Outlook): number {
  const { physics } = ask.card;
  const known =
    gap > 0 ? (learner.warmKPerHour ?? physics?.warm_k_per_h) : (learner.coolKPerHour ?? physics?.cool_k_per_h);
  return Math.max(0.3, known ?? RATE_K_PER_H);
}
