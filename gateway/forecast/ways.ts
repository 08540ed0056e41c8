import { normalCdf, normalDensity, probabilityInside } from "./normal.ts";

/** A normal: °C, or K. */
interface Normal {
  mean: number;
  sigma: number;
}

/** One way in which a room's temperature may go until arrival. */
export interface Way extends Normal {
  /** How likely it goes this way. */
  weight: number;
  /** Climate control does what it should in it: what is missing at arrival is a matter of its power. */
  obeys: boolean;
  /** Where it stops on its way up, or down, and where it would get to if it did not. */
  stops?: { at: number; isUp: boolean; free: Normal };
}

/** How near climate control holds a room to where it stops it, K. */
const HELD_K = 0.13;

/**
 * The way to where climate control stops it: from `from` it would get to `free`, and goes no farther than `at`. Its mean and
 * standard error are those of a normal that is cut off there.
 */
export function wayTo(at: number, { from, free }: { from: number; free: Normal }): Normal & Pick<Way, "stops"> {
  const isUp = at >= from;
  const up = isUp ? 1 : -1;
  const { mean, sigma } = free;
  const z = (up * (at - mean)) / sigma;
  const short = normalCdf(z);
  const density = normalDensity(z);
  // Of what it falls short of `at`: the first two moments.
  const first = sigma * (z * short + density);
  const second = sigma ** 2 * ((z ** 2 + 1) * short + z * density);
  const spread = Math.max(0, second - first ** 2);
  return { mean: at - up * first, sigma: Math.max(HELD_K, Math.sqrt(spread)), stops: { at, isUp, free } };
}

/** P(a room that is held at this temperature is in the band). */
export const chanceHeld = (band: readonly [number, number], at: number): number =>
  probabilityInside(band, { mean: at, sigma: HELD_K });

/** P(it is in the band at arrival). What stops within the band only has to get there, and cannot go through it. */
export function chanceInside(band: readonly [number, number], way: Way): number {
  const { stops } = way;
  const [low, high] = band;
  if (stops === undefined || stops.at < low || stops.at > high) return probabilityInside(band, way);
  const { mean, sigma } = stops.free;
  const gets = stops.isUp ? normalCdf((mean - low) / sigma) : normalCdf((high - mean) / sigma);
  return gets * chanceHeld(band, stops.at);
}
