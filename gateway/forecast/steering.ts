import { conditionedShare, runningMin } from "./climate/room-around.ts";
import type { Outlook } from "./context.ts";
import { failing } from "./failing.ts";
import { lying } from "./lying.ts";
import { normalCdf } from "./normal.ts";
import { paceOf, type Reading } from "./pace.ts";
import { rateFor, slopeOf } from "./rates.ts";
import { chanceHeld, type Way, wayTo } from "./ways.ts";

/**
 * Climate control at work: from which gap to the set-point (K) it decides, and wholly; how far off its usual rate a room may be (share of
 * it) and the pace that is seen today (K/h), the least pace of one that obeys (share of the usual), how soon a room that comes nearer loses
 * pace (e-fold, h), what any forecast of a room strays by (K), how far a room without control strays (K/h) and in which time it comes to
 * rest (h), when control has had its time and how far off the pace that is seen then may be (K/h), and for how long it counts as on where
 * no schedule says so.
 */
const STEER = {
  from: 0.5,
  wholly: 1.2,
  usualError: 0.28,
  seenError: 0.08,
  slowest: 0.5,
  tiresH: 12,
  sigma: 0.13,
  driftError: 0.35,
  restsH: 8,
  settledMin: 60,
  shownError: 0.15,
  unscheduledMin: 85,
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
export function steer(reading: Reading, outlook: Outlook): Steered | undefined {
  const { value } = reading;
  const { leadMin } = outlook;
  const setpoint = setpointOf(outlook);
  const gap = (setpoint ?? value) - value;
  const share = Math.min(1, (Math.abs(gap) - STEER.from) / (STEER.wholly - STEER.from));
  if (setpoint === undefined || share <= 0) return undefined;
  const usual = rateFor(gap, outlook);
  const { odds: failed, stopped } = failing(value, { gap, setpoint, usual }, outlook);
  const odds = failed + stopped.odds;
  const fails = odds / (1 + odds);
  // A wrong thermometer drifts; it does not stop.
  const lies = (failed / (1 + odds)) * lying(value, setpoint, outlook);
  const hours = leadMin / 60;
  const drift = stopped.odds > failed ? stopped.drift : slopeOf(value, outlook);
  const free = obeying(reading, { gap, usual }, outlook);
  return {
    share,
    lies: share * lies,
    ways: [
      {
        ...wayTo(setpoint, { from: value, free }),
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
 * How far a room that obeys would get if its set-point did not stop it: at its usual rate, or, as far as that is known better, at the pace that it
 * shows now that control has had its time. Weather and people make it another one each day. One that hardly moves is not slow: it does not
 * obey, which is told apart.
 */
function obeying(
  reading: Reading,
  { gap, usual }: { gap: number; usual: number },
  outlook: Outlook,
): { mean: number; sigma: number } {
  const { ask, leadMin, learner, now } = outlook;
  const up = Math.sign(gap);
  const hours = (leadMin / 60) * runsUntilArrival(outlook);
  const ranMin =
    ask.card.hvac === undefined ? STEER.unscheduledMin : (runningMin(ask.card, now, learner.startsLateMin) ?? 0);
  const pace = paceOf(reading, { learner, now, ranMin });
  if (pace === undefined)
    return {
      mean: reading.value + up * usual * hours,
      sigma: Math.hypot(STEER.sigma, STEER.usualError * usual * hours),
    };
  const usualVariance = (STEER.usualError * usual) ** 2;
  const seenVariance = pace.error ** 2 + STEER.seenError ** 2;
  const trust = usualVariance / (usualVariance + seenVariance);
  const rate = usual + trust * (Math.max(STEER.slowest * usual, up * pace.perHour) - usual);
  const tiring = STEER.tiresH * -Math.expm1(-hours / STEER.tiresH);
  return {
    mean: pace.level + up * rate * tiring,
    sigma: Math.hypot(STEER.sigma, Math.sqrt(trust * seenVariance) * hours),
  };
}

const runsUntilArrival = ({ ask, learner, now, visit }: Outlook): number =>
  conditionedShare(ask.card, { from: now, to: visit.arrival }, learner.startsLateMin) ?? 1;

/**
 * What a room shows that is far off before climate control has had its time: an hour after it comes on, today's rate is seen. P(the
 * room then turns out to get there), where that comes in time; nothing where no schedule says when control runs.
 */
export function willShow(
  value: number,
  [low, high]: readonly [number, number],
  outlook: Outlook,
): { goneSoon?: number; soonMin?: number } {
  const { leadMin, learner } = outlook;
  const setpoint = setpointOf(outlook);
  const isOut = value < low || value > high;
  if (!isOut || setpoint === undefined || !learner.knowsDay) return {};
  const soonMin = untilSettled(outlook);
  if (soonMin === undefined || soonMin <= 0 || soonMin >= leadMin) return {};
  const way = (rateFor(setpoint - value, outlook) * runsUntilArrival(outlook) * leadMin) / 60;
  const needed = value < low ? low - value : value - high;
  const sigma = Math.hypot(STEER.sigma, STEER.usualError * way);
  const left = Math.min(0.9 * sigma, Math.hypot(STEER.sigma, (STEER.shownError * (leadMin - soonMin)) / 60));
  const gets = normalCdf((way - needed - left) / Math.sqrt(sigma ** 2 - left ** 2));
  return { soonMin, goneSoon: gets * chanceHeld([low, high], setpoint) };
}

/** Minutes until climate control has run for as long as it takes to see today's rate; `undefined` where that is not known or far off. */
function untilSettled({ ask, learner, now }: Outlook): number | undefined {
  const span = STEER.settledMin * 60_000;
  const { startsLateMin } = learner;
  const ran = conditionedShare(ask.card, { from: now - span, to: now }, startsLateMin) ?? 0;
  if (ran > 0) return STEER.settledMin * (1 - ran);
  const runs = conditionedShare(ask.card, { from: now, to: now + span }, startsLateMin) ?? 0;
  return runs === 0 ? undefined : STEER.settledMin * (2 - runs);
}

export function setpointOf({ room, now }: Outlook): number | undefined {
  const seen = room.best("setpoint_c", now);
  const setpoint = seen?.slot?.value;
  return seen?.kind === "known" && typeof setpoint === "number" ? setpoint : undefined;
}
