import type { Row } from "../readiness/verdict.ts";
import { type Opinion, type Outlook, SOON_MIN } from "./context.ts";
import { leftWithin } from "./occupancy.ts";
import type { Hazard } from "./site/hazard.ts";
import { gapClass, madeUnreported, RESET_WINDOW_MIN, resets } from "./site/reset-knowledge.ts";

/** A reset that was reported can be undone only by somebody who uses the room. */
const STAYS = 0.998;

/** P(the room is reset before the visit): reported in time, as resets here are, or made and not reported. */
export function forecastReset(row: Row, outlook: Outlook): Opinion {
  if (row.outcome === "ready" || (row.outcome === "degraded" && row.part.code === "OK")) return { p: STAYS };
  const { visit, now, site, occupied, leadMin } = outlook;
  const from = waitsFrom(visit, undefined);
  const cls = gapClass((visit.arrival - (visit.before?.end ?? 0)) / 60_000);
  const age = (now - from) / 60_000;
  const hazard = resets(site, cls);
  const waited = Math.max(0, age);
  const reported =
    occupied === true ? resetOnceLeft(hazard, age, outlook) : hazard.ends(waited, Math.max(waited, age + leadMin));
  return {
    p: reported + (1 - reported) * madeUnreported(site),
    goneSoon: occupied === true ? 0 : hazard.ends(waited, Math.max(waited, age + SOON_MIN)),
    isPassing: true,
  };
}

/** Into so many parts the time until arrival is cut, in each of which people may leave. */
const PARTS = 8;

/**
 * P(a reset is reported before arrival | those who are in have left by then): nobody begins before they have. That they may stay is told
 * apart, as a room that is not free. `age`: minutes since it is waited for, below 0 before that.
 */
function resetOnceLeft(hazard: Hazard, age: number, outlook: Outlook): number {
  const { leadMin } = outlook;
  const left = leftWithin(outlook);
  let reported = 0;
  let before = 0;
  for (let part = 1; part <= PARTS; part++) {
    const by = left((leadMin * part) / PARTS);
    const begins = Math.max((leadMin * (part - 0.5)) / PARTS, -age);
    reported += (by - before) * hazard.ends(0, Math.max(0, leadMin - begins));
    before = by;
  }
  return before < 1e-9 ? 0 : reported / before;
}

/** Since when a reset is waited for, in minutes of the clock: the last use, but not earlier than staff would come. */
export const waitsFrom = (
  { arrival, before }: { arrival: number; before?: { end: number } | undefined },
  usedUntil: number | undefined,
): number => Math.max(usedUntil ?? 0, before?.end ?? 0, arrival - RESET_WINDOW_MIN * 60_000);
