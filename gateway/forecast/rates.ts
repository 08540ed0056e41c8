import type { Outlook } from "./context.ts";

/** Default warming and cooling, K/h (Modelica Buildings OptimalStart: 1 K/h). */
const RATE_K_PER_H = 1;

/** K/h at which the room closes this gap: learned, else its card's, else the default. */
export function rateFor(gap: number, { learner, ask }: Pick<Outlook, "learner" | "ask">): number {
  const { physics } = ask.card;
  const known =
    gap > 0 ? (learner.warmKPerHour ?? physics?.warm_k_per_h) : (learner.coolKPerHour ?? physics?.cool_k_per_h);
  return Math.max(0.3, known ?? RATE_K_PER_H);
}

/** K/h over the last hour. */
export function slopeOf(value: number, { learner, now }: Outlook): number {
  const was = learner.temperatureAgo(60, now);
  return was === undefined ? (learner.trend(now) ?? 0) * 60 : value - was;
}
