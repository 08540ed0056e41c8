import type { Outcome } from "#contract/messages/common.ts";
import type { ComfortBand } from "#contract/messages/room.ts";
import { badness } from "./score.ts";

/**
 * Where a value lies in a comfort band. To leave a worse state it must come `hysteresis` further in than it went out, so
 * that noise on the edge changes nothing.
 */
export function decideBand(value: number, band: ComfortBand, before: Outcome | undefined, hysteresis: number): Outcome {
  const was = before === undefined ? 0 : badness[before];
  if (isInside(value, band.ready, was > badness.ready ? hysteresis : 0)) return "ready";
  if (isInside(value, band.usable, was > badness.degraded ? hysteresis : 0)) return "degraded";
  return "not_ready";
}

/** A margin never eats more than half of a narrow band. */
function isInside(value: number, [low, high]: readonly [number, number], margin: number): boolean {
  const room = Math.min(margin, (high - low) / 4);
  const isOpenBelow = low <= 0;
  return value >= (isOpenBelow ? low : low + room) && value <= high - room;
}

/** 1 inside ready, falling evenly through the usable band, 0 beyond. */
export function bandQuality(value: number, band: ComfortBand): number {
  if (value < band.ready[0]) return slope(value, band.usable[0], band.ready[0]);
  if (value > band.ready[1]) return slope(value, band.usable[1], band.ready[1]);
  return 1;
}

const slope = (value: number, outer: number, inner: number): number =>
  outer === inner ? 0 : Math.max(0, Math.min(1, (value - outer) / (inner - outer)));
