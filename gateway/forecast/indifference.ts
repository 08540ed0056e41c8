import type { Outlook } from "./context.ts";

/**
 * Two accounts of a reading that stays off its set-point. The thermometer is wrong: control holds the room, so the reading stands, or drifts
 * along a straight line, and people hardly move it (they warm the room a little before control answers). Or control has failed: the room
 * goes its way, and people warm it for as long as they are in.
 *
 * How far back that is seen, in steps of five minutes; from when on control must have held the room; the noise of a step at least (K); how
 * likely a wrong thermometer stands; how fast it drifts, or a room without control moves (K/h; how often such a room has come to rest, and
 * how nearly); by how much people move a room that is held (K), and how soon (hours); what people bring to one that is not (100 W a seat:
 * K/h); and how strong such evidence may be (logarithm), of which neighbouring steps make less (share). All assumed.
 */
const HELD = {
  steps: 24,
  leastSteps: 9,
  settledMin: 60,
  stepK: 0.05,
  stands: 0.5,
  driftSd: 0.4,
  idleSd: 0.45,
  rests: 0.25,
  restsSd: 0.1,
  peopleK: 0.12,
  answersH: 0.35,
  breath: 0.45,
  breathSd: 0.25,
  most: 4,
  share: 0.9,
} as const;
const STEP_H = 1 / 12;

/** Scratch: nothing outlives a call. By step, the newest first: what was read, hours, hours of people, how far people moved a room that is held. */
const read = new Float64Array(HELD.steps + 1);
const hours = new Float64Array(HELD.steps + 1);
const peopleH = new Float64Array(HELD.steps + 1);
const moved = new Float64Array(HELD.steps + 1);

/** How much likelier it is that the reading is a wrong thermometer's than that of a room without control, as a logarithm; 0 where too little was seen. */
export function indifference(ranMin: number, outlook: Outlook): number {
  const count = look(ranMin, outlook);
  if (count < HELD.leastSteps) return 0;
  const noise = noiseOf(count);
  const stands = likelihood(count, noise, [{ x: moved, mean: 0, sd: HELD.peopleK }]);
  const drifts = likelihood(count, noise, [
    { x: moved, mean: 0, sd: HELD.peopleK },
    { x: hours, mean: 0, sd: HELD.driftSd },
  ]);
  const people = { x: peopleH, mean: HELD.breath, sd: HELD.breathSd };
  const goes = likelihood(count, noise, [{ x: hours, mean: 0, sd: HELD.idleSd }, people]);
  const rests = likelihood(count, noise, [{ x: hours, mean: 0, sd: HELD.restsSd }, people]);
  const evidence = either(stands, drifts, HELD.stands) - either(rests, goes, HELD.rests);
  return HELD.share * Math.max(-HELD.most, Math.min(HELD.most, evidence));
}

/** Log likelihood of two accounts together, of which the first is so likely. */
function either(first: number, second: number, share: number): number {
  const best = Math.max(first, second);
  return best + Math.log(share * Math.exp(first - best) + (1 - share) * Math.exp(second - best));
}

/** Reads what was measured and who was in, back to when control had its time, or to a gap; returns how many steps. */
function look(ranMin: number, { learner, now }: Outlook): number {
  const most = Math.min(HELD.steps, Math.floor((ranMin - HELD.settledMin) / 5));
  let count = 0;
  for (; count <= most; count++) {
    const was = learner.temperatureAgo(count * 5, now);
    const occupied = learner.occupiedAgo(count * 5, now);
    if (was === undefined || occupied === undefined) break;
    read[count] = was;
    hours[count] = -count * STEP_H;
    moved[count] = occupied ? 1 : 0;
  }
  let stayed = 0;
  for (let i = 0; i < count; i++) {
    peopleH[i] = -stayed * STEP_H;
    stayed += moved[i] as number;
  }
  const keep = Math.exp(-STEP_H / HELD.answersH);
  for (let i = count - 2; i >= 0; i--) moved[i] = keep * (moved[i + 1] as number) + (1 - keep) * (moved[i] as number);
  return count;
}

/** The variance of single steps, by how far each lies off the middle of its neighbours. */
function noiseOf(count: number): number {
  let sum = 0;
  for (let i = 1; i < count - 1; i++)
    sum += ((read[i - 1] as number) - 2 * (read[i] as number) + (read[i + 1] as number)) ** 2;
  return Math.max(HELD.stepK ** 2, sum / (6 * (count - 2)));
}

/** What a reading may depend on: a course by step, and how strongly it may (a normal). */
interface Influence {
  x: Float64Array;
  mean: number;
  sd: number;
}

/**
 * Log likelihood of the course, at any level, under one or two influences whose strength is open within their normals
 * (Bayesian linear regression; what all accounts share is left out).
 */
function likelihood(count: number, noise: number, influences: readonly Influence[]): number {
  const [first, second = NOTHING] = influences as [Influence, Influence?];
  const ownMean = meanOf(read, count);
  const [firstMean, secondMean] = [meanOf(first.x, count), meanOf(second.x, count)];
  let [rest, a, b, c, u, v] = [0, 1 / first.sd ** 2, 1 / second.sd ** 2, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x = (first.x[i] as number) - firstMean;
    const z = (second.x[i] as number) - secondMean;
    const left = (read[i] as number) - ownMean - first.mean * x - second.mean * z;
    rest += left * left;
    a += (x * x) / noise;
    b += (z * z) / noise;
    c += (x * z) / noise;
    u += (x * left) / noise;
    v += (z * left) / noise;
  }
  const determinant = a * b - c * c;
  const explained = (b * u * u - 2 * c * u * v + a * v * v) / determinant;
  return (explained - rest / noise - Math.log(determinant * first.sd ** 2 * second.sd ** 2)) / 2;
}

const NOTHING: Influence = { x: new Float64Array(HELD.steps + 1), mean: 0, sd: 1 };

function meanOf(x: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += x[i] as number;
  return sum / count;
}
