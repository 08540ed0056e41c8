import type { Ledger } from "./ledger.ts";

/** Ledger size of a share: how often it was so, of how many. */
export const SHARE_SIZE = 2;

/** Notes one case; `yes` may lie between 0 and 1 where it is only believed. */
export function noteShare(ledger: Ledger, yes: boolean | number): void {
  ledger.add(0, Number(yes));
  ledger.add(1);
}

/** How often it is so, drawn towards `prior` as if that had been seen `weight` times (Beta shrinkage). */
export const shareOf = (counts: ArrayLike<number> | undefined, prior: number, weight: number): number =>
  ((counts?.[0] ?? 0) + prior * weight) / ((counts?.[1] ?? 0) + weight);
