import { z } from "zod";

export const Share = z.number().min(0).max(1);
export const Minutes = z.number().min(0);
/** Times per room-day or floor-day. */
export const Rate = z.number().min(0);
export type Rate = z.infer<typeof Rate>;

const SHAPES = "must be {median, spread}, {mean}, {from, to} or {mix: [{share, of}]}, with numbers that fit";

const Simple = z.union(
  [
    z
      .strictObject({ median: z.number().positive(), spread: z.number().min(0) })
      .describe("Log-normal: median, sd of the logarithm."),
    z.strictObject({ mean: z.number().positive() }).describe("Exponential."),
    z.strictObject({ from: z.number().min(0), to: z.number().min(0) }).describe("Uniform."),
  ],
  { error: SHAPES },
);
type Simple = z.infer<typeof Simple>;

/** A distribution; minutes unless its place says otherwise. */
export const Duration = z.union(
  [
    Simple,
    z
      .strictObject({ mix: z.array(z.strictObject({ share: Share, of: Simple })).min(1) })
      .describe("One of them, by its share; the last takes the rest."),
  ],
  { error: SHAPES },
);
export type Duration = z.infer<typeof Duration>;

interface Chance {
  next(): number;
  normal(mean: number, sd: number): number;
  exponential(mean: number): number;
  between(low: number, high: number): number;
}

/** Draws from a distribution. */
export function draw(chance: Chance, duration: Duration): number {
  if (!("mix" in duration)) return drawSimple(chance, duration);
  let u = chance.next();
  const last = duration.mix.at(-1);
  for (const part of duration.mix) {
    if (u < part.share || part === last) return drawSimple(chance, part.of);
    u -= part.share;
  }
  throw new TypeError("a mix has at least one part");
}

function drawSimple(chance: Chance, simple: Simple): number {
  if ("median" in simple) return simple.median * Math.exp(chance.normal(0, simple.spread));
  return "mean" in simple ? chance.exponential(simple.mean) : chance.between(simple.from, simple.to);
}
