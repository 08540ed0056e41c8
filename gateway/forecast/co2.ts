import type { Row } from "../readiness/verdict.ts";
import { amount, wordsOf } from "../readiness/words.ts";
import { instant } from "#contract/units.ts";
import { type Opinion, type Outlook, SOON_MIN } from "./context.ts";
import { OUTDOOR_PPM } from "./climate/air-changes.ts";
import type { Expectation } from "./climate/curve.ts";
import { forecastBalance, settlesAt } from "./co2-balance.ts";
import { normalCdf } from "./normal.ts";

/** Air changes per hour of an empty room until learned (measured medians 0.44 to 0.5). */
const VACANT_PER_H = 0.5;
/** While people are in, ventilation usually runs. */
const OCCUPIED_PER_H = 2;
/** What an hour of boosted ventilation brings, times the vacant rate. */
const BOOST = 2.2;
/** CO₂ of one person, ppm·m³/h, over the usual 7 m³ a seat, half of the seats taken. */
const RISE_PPM_PER_H = (0.5 * 18_700) / 7;
/** The limit where a row carries none. */
const DEFAULT_LIMIT_PPM = 1_200;
const BASE_RATE = 0.99;
/** Bookings that nobody comes to: 34 %. */
const ATTENDED = 0.66;

/** So far the learner looks ahead, minutes; beyond, the room's usual behaviour speaks more and more. */
const LEARNED_MIN = 180;
const RELEVANCE_MIN = 120;
/**
 * P(CO₂ low enough at arrival). Where it is known how the room airs and what its people bring, the balance of both says so, with
 * the calendar. Else a room that has been watched for two days is expected to do what its learner says; before that it rises towards
 * what half the seats breathe while a booking runs, then decays with the room's own air changes.
 */
export function forecastCo2(row: Row, outlook: Outlook): Opinion {
  const ppm = row.part.seen?.slot?.value;
  if (row.part.seen?.kind !== "known" || typeof ppm !== "number") return { p: 0.95 };
  const { learner, visit, now, leadMin } = outlook;
  const limit = row.part.band?.ready[1] ?? DEFAULT_LIMIT_PPM;
  const balanced = forecastBalance(ppm, limit, outlook);
  const learned = learner.knowsAirOfDay ? learner.co2At(visit.arrival, now) : undefined;
  const {
    mean,
    sigma,
    p: near,
  } = balanced ??
  (learned === undefined
    ? firstBalance(ppm, limit, outlook)
    : { ...learned, p: normalCdf((limit - learned.mean) / learned.sigma) });
  const relevance = Math.exp(-Math.max(0, leadMin - (learned === undefined ? 120 : LEARNED_MIN)) / RELEVANCE_MIN);
  return {
    p: relevance * near + (1 - relevance) * BASE_RATE,
    mean,
    sigma,
    goneSoon: balanced?.goneSoon ?? (learned === undefined ? 0 : clearsUp(learned, limit, outlook)),
    recoveryMin: ppm <= limit ? 0 : airing(ppm, limit, airChanges(outlook)),
    isPassing: true,
    expects: () =>
      `expected ${amount(Math.round(mean / 10) * 10)} ppm at ${wordsOf(outlook.ask.card.zone).clock(visit.arrival)}`,
  };
}

/**
 * P(what comes to light within minutes makes the room one that nobody would be called for): people come and go, and each minute
 * the forecast has less far to look.
 */
function clearsUp({ mean, sigma }: Expectation, limit: number, { learner, visit, now }: Outlook): number {
  const nearer = learner.co2At(instant(visit.arrival - SOON_MIN * 60_000), now)?.sigma ?? sigma;
  return settlesAt({ mean, sigma }, nearer, limit);
}

/** Minutes of boosted ventilation from one value down to another. */
const airing = (ppm: number, limit: number, perHour: number): number =>
  (Math.log((ppm - OUTDOOR_PPM) / Math.max(50, limit - OUTDOOR_PPM)) / (BOOST * perHour)) * 60;

/** What people bring and air takes away, by the calendar and any room's figures; it counts as likely as the people are to come at all. */
function firstBalance(ppm: number, limit: number, outlook: Outlook): Expectation & { p: number } {
  const vacant = airChanges(outlook);
  const people = minutesOfPeople(outlook);
  const peak = rise(ppm, people, Math.max(OCCUPIED_PER_H, vacant));
  const emptyHours = (outlook.leadMin - people) / 60;
  const mean = OUTDOOR_PPM + (peak - OUTDOOR_PPM) * Math.exp(-vacant * emptyHours);
  const sigma =
    people > 0
      ? 60 + 0.3 * Math.abs(mean - OUTDOOR_PPM) * Math.min(1, people / 30)
      : 30 + 0.15 * Math.abs(mean - OUTDOOR_PPM);
  const certain = outlook.occupied === true || people === 0 ? 1 : ATTENDED;
  return { mean, sigma, p: 1 - certain * (1 - normalCdf((limit - mean) / sigma)) };
}

const airChanges = ({ learner, ask }: Outlook): number =>
  Math.max(0.2, learner.airChangesPerHour ?? ask.card.physics?.air_changes_per_h ?? VACANT_PER_H);

function rise(ppm: number, minutes: number, perHour: number): number {
  const ceiling = OUTDOOR_PPM + RISE_PPM_PER_H / perHour;
  return ceiling + (ppm - ceiling) * Math.exp((-perHour * minutes) / 60);
}

/** For how many of the minutes to come people will be in the room, by the calendar. */
function minutesOfPeople({ visit, now, occupied, leadMin }: Outlook): number {
  const last = visit.before;
  if (last === undefined || last.end <= now) return occupied === true ? Math.min(15, leadMin) : 0;
  const from = Math.max(now, last.start);
  return Math.max(0, (Math.min(visit.arrival, last.end) - from) / 60_000);
}
