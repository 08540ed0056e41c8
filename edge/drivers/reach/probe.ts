import { millis, type Millis } from "#contract/units.ts";

/** What one attempt to reach something gave; without a latency where that was not told. */
export type Attempt = { answered: true; latency: Millis | undefined } | { answered: false; why: string };

/** What several attempts together say; `cannot`: this machine cannot ask, which says nothing about the device. */
export type Reached = { kind: "asked"; attempts: readonly Attempt[] } | { kind: "cannot"; why: string };

/** The time that an attempt took, by a clock that may be set meanwhile. */
export const tookMs = (ms: number): Millis => millis(Math.min(60_000, Math.max(0, ms)));
