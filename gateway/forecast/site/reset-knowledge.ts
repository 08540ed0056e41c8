import { type Axis, Hazard, hazardSize, noteSpell, type Prior, type Spell } from "./hazard.ts";
import { noteShare, SHARE_SIZE, shareOf } from "./share.ts";
import type { SiteLearner } from "./site-learner.ts";

/** A reset is waited for from the room's last use, but no earlier than so long before arrival. */
export const RESET_WINDOW_MIN = 95;

const AXIS: Axis = [0, 2, 4, 6, 8, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90];
const SIZE = hazardSize(AXIS);
/** Resets that nobody makes, or nobody reports. */
const NEVER = 0.05;
/** Short gaps are reset at once, long ones when the visit comes near: each class learns apart. */
const USUAL_MIN = [10, 22, 35] as const;
const CLASSES_MIN = [45, 90] as const;
/** Of those that are not reported, so many were made all the same. */
const MADE_UNREPORTED = 0.5;
const WEIGHT = 4;

/** The class of a gap between last use and arrival. */
export function gapClass(gapMin: number): 0 | 1 | 2 {
  if (gapMin < CLASSES_MIN[0]) return 0;
  return gapMin < CLASSES_MIN[1] ? 1 : 2;
}

const prior = (usual: number): Prior => ({
  weight: WEIGHT,
  lasts: (m) => NEVER + (1 - NEVER) / (1 + (m / usual) ** 4),
});

/** Minutes from the beginning of the wait until a reset is reported. */
export const resets = (site: SiteLearner, cls: 0 | 1 | 2): Hazard =>
  site.derived(`reset ${cls}`, () => new Hazard(AXIS, site.counts(`reset ${cls}`, SIZE), prior(USUAL_MIN[cls])));

export const noteReset = (site: SiteLearner, cls: 0 | 1 | 2, spell: Spell): void =>
  noteSpell(site.ledger(`reset ${cls}`, SIZE), AXIS, spell);

/** P(it was made | nobody has reported it until the visit). */
export const madeUnreported = (site: SiteLearner): number =>
  shareOf(site.counts("reset unreported", SHARE_SIZE), MADE_UNREPORTED, WEIGHT);

export const noteUnreported = (site: SiteLearner, wasMade: boolean): void =>
  noteShare(site.ledger("reset unreported", SHARE_SIZE), wasMade);
