import type { Row } from "../readiness/verdict.ts";
import { amount, wordsOf } from "../readiness/words.ts";
import type { Opinion, Outlook } from "./context.ts";
import { dampedTrend } from "./climate/trend.ts";
import { rateFor } from "./rates.ts";
import { recoveryMin } from "./recovery.ts";
import { setpointOf, steer, type Steered, willShow } from "./steering.ts";
import { chanceInside, type Way } from "./ways.ts";

/** How often a room is warm enough when nothing is known. */
const BASE_RATE = 0.985;
/** Beyond a few hours what is measured now says nothing of arrival: e-fold, minutes. */
const RELEVANCE_MIN = 180;
/** Chance that climate control brings a room to its set-point, before and after it is seen to move that way. */
const OBEYS = { unseen: 0.5, seen: 0.93, against: 0.15 };

/** From this chance on that the thermometer is wrong, that is what is said of it. */
const LIKELY = 0.5;

/** So far the learner looks ahead, and a trend, minutes. */
const LEARNED_MIN = 180;
const FIRST_MIN = 60;

/**
 * P(temperature in band at arrival). A room that has been watched for two days is expected to do what its learner says, or, as
 * far as the last half hours did not go as expected, to drift on. Before that: a damped trend, and where the set-point is
 * known a mix of "obeys, at the room's rate" and "does not". The error grows with the horizon; far ahead the room's usual
 * behaviour speaks.
 */
export function forecastTemperature(row: Row, outlook: Outlook): Opinion {
  const { leadMin } = outlook;
  const { seen } = row.part;
  const value = seen?.slot?.value;
  if (seen?.kind !== "known" || typeof value !== "number" || row.part.band === undefined) return { p: 0.9 };
  const band = row.part.band.ready;
  const { knowsDay } = outlook.learner;
  const steered = knowsDay ? steer({ value, since: seen.since }, outlook) : undefined;
  const usual = knowsDay ? usualWays(value, outlook) : undefined;
  const ways = steeredWays(steered, usual ?? firstWays(value, outlook));
  const lies = steered?.lies ?? 0;
  const looksFar = usual !== undefined || steered !== undefined;
  let near = 0;
  let mean = 0;
  let square = 0;
  for (const way of ways) {
    near += way.weight * chanceInside(band, way);
    mean += way.weight * way.mean;
    square += way.weight * (way.mean ** 2 + way.sigma ** 2);
  }
  const relevance = Math.exp(-Math.max(0, leadMin - (looksFar ? LEARNED_MIN : FIRST_MIN)) / RELEVANCE_MIN);
  return {
    p: relevance * near + (1 - relevance) * BASE_RATE,
    ...willShow(value, band, outlook),
    mean,
    sigma: Math.sqrt(Math.max(0, square - mean ** 2)),
    recoveryMin: recoveryMin(ways, { value, band, rate: rateFor(value < band[0] ? 1 : -1, outlook) }),
    isPassing: true,
    doubt: lies,
    expects: () =>
      lies > LIKELY
        ? "its thermometer is probably wrong"
        : `expected ${amount(mean, 1)} °C at ${wordsOf(outlook.ask.card.zone).clock(outlook.visit.arrival)}`,
  };
}

/** Where climate control decides, what it does; as far as it does not, what the room usually does. */
function steeredWays(steered: Steered | undefined, usual: readonly Way[]): readonly Way[] {
  if (steered === undefined) return usual;
  const left = 1 - steered.share;
  return [...usual.map((way) => ({ ...way, weight: left * way.weight })), ...steered.ways];
}

/** What the room usually does, by its learner; nothing after a gap. */
function usualWays(value: number, outlook: Outlook): Way[] | undefined {
  const { learner, now, leadMin, visit } = outlook;
  const expected = learner.temperatureAt(visit.arrival, now);
  if (expected === undefined) return undefined;
  const { stuck } = learner;
  const { sigma } = expected;
  // The learner's word is that of its last step: what has been measured since moves it along.
  const mean = expected.mean + value - (learner.temperatureAgo(0, now) ?? value);
  const drift = dampedTrend(value, learner.trend(now) ?? 0, leadMin);
  return [
    { mean, sigma, weight: 1 - stuck, obeys: true },
    { mean: drift, sigma, weight: stuck, obeys: false },
  ];
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
