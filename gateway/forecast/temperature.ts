import type { Row } from "../readiness/verdict.ts";
import { amount, wordsOf } from "../readiness/words.ts";
import type { Opinion, Outlook } from "./context.ts";
import { dampedTrend } from "./learner.ts";
import { probabilityInside } from "./normal.ts";

/** Default warming and cooling, K/h (Modelica Buildings OptimalStart: 1 K/h). */
const RATE_K_PER_H = 1;
/** How often a room is warm enough when nothing is known. */
const BASE_RATE = 0.985;
/** Beyond a few hours what is measured now says nothing of arrival: e-fold, minutes. */
const RELEVANCE_MIN = 180;
/** Chance that climate control brings a room to its set-point, before and after it is seen to move that way. */
const OBEYS = { unseen: 0.5, seen: 0.93, against: 0.15 };

/**
 * P(temperature in band at arrival): a damped trend, and where the set-point is known a mix of "obeys, at the room's rate"
 * and "does not"; the error grows with the horizon; far ahead the room's usual behaviour speaks.
 */
export function forecastTemperature(row: Row, outlook: Outlook): Opinion {
  const { learner, leadMin, now } = outlook;
  const value = row.part.seen?.slot?.value;
  if (row.part.seen?.kind !== "known" || typeof value !== "number" || row.part.band === undefined) return { p: 0.9 };
  const band = row.part.band.ready;
  const trend = learner.trend(now) ?? 0;
  const drift = { mean: dampedTrend(value, trend, leadMin), sigma: learner.sigma(leadMin) };
  const obeying = towardsSetpoint(value, outlook);
  const weight = obeying === undefined ? 0 : oddsOfObeying(value, obeying.setpoint, trend);
  const near =
    weight * (obeying === undefined ? 0 : probabilityInside(band, { mean: obeying.mean, sigma: drift.sigma })) +
    (1 - weight) * probabilityInside(band, drift);
  const relevance = Math.exp(-Math.max(0, leadMin - 60) / RELEVANCE_MIN);
  const p = relevance * near + (1 - relevance) * BASE_RATE;
  const mean = weight * (obeying?.mean ?? 0) + (1 - weight) * drift.mean;
  return {
    p,
    recoveryMin: recovery(value, band, outlook),
    isPassing: true,
    expects: () => `expected ${amount(mean, 1)} °C at ${wordsOf(outlook.ask.card.zone).clock(outlook.visit.arrival)}`,
  };
}

function towardsSetpoint(value: number, outlook: Outlook): { mean: number; setpoint: number } | undefined {
  const seen = outlook.room.best("setpoint_c", outlook.now);
  const setpoint = seen?.slot?.value;
  if (seen?.kind !== "known" || typeof setpoint !== "number") return undefined;
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

function recovery(value: number, [low, high]: readonly [number, number], outlook: Outlook): number {
  const gap = value < low ? low - value : value > high ? high - value : 0;
  return (Math.abs(gap) / rateFor(gap, outlook)) * 60;
}
