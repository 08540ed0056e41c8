import type { RoomHabits } from "../habits.ts";
import { type Axis, Hazard, hazardSize, noteSpell, type Prior, type Spell } from "./hazard.ts";
import { noteShare, SHARE_SIZE, shareOf } from "./share.ts";
import type { SiteLearner } from "./site-learner.ts";

/** Minutes after its booked end that a meeting ends; before it, negative. */
const END_AXIS: Axis = [
  -90, -60, -45, -30, -20, -15, -10, -7, -5, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60, 90,
];
const LATE_AXIS: Axis = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30];
const STAY_AXIS: Axis = [0, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180];

/** Until learned: a quarter end early, half on time, a quarter run over, by 8 to 10 minutes on average (science §2.2). */
const RUNS_OVER = 0.25;
const ENDS: Prior = {
  weight: 4,
  lasts: (m) => {
    if (m < -1) return 1 - 0.25 * Math.exp((m + 1) / 8);
    if (m < 1) return 0.75 - (0.5 * (m + 1)) / 2;
    return RUNS_OVER * Math.exp(-(m - 1) / 9);
  },
};
const COMES: Prior = { weight: 4, lasts: (m) => Math.exp(-m / 2.5) };
const STAYS: Prior = { weight: 4, lasts: (m) => Math.exp(-m / 30) };
/** Bookings that nobody comes to: 34 to 37 %. */
const NO_SHOW = 0.34;
/** Rooms without a booking in which somebody is nonetheless. */
const STRAYS = 0.01;
const WEIGHT = { site: 20, room: 20 };
/** An overrun counts from here on. */
export const OVER_MIN = 2;

const hazard = (site: SiteLearner, name: string, axis: Axis, prior: Prior): Hazard =>
  site.derived(name, () => new Hazard(axis, site.counts(name, hazardSize(axis)), prior));

/** When meetings that somebody came to end, against their booking. */
export const meetingEnds = (site: SiteLearner): Hazard => hazard(site, "ends", END_AXIS, ENDS);
export const noteMeetingEnd = (site: SiteLearner, spell: Spell): void =>
  noteSpell(site.ledger("ends", hazardSize(END_AXIS)), END_AXIS, spell);

/** How late those come who come. */
export const arrivals = (site: SiteLearner): Hazard => hazard(site, "comes", LATE_AXIS, COMES);
export const noteArrivalOf = (site: SiteLearner, minutes: number): void =>
  noteSpell(site.ledger("comes", hazardSize(LATE_AXIS)), LATE_AXIS, { entered: 0, left: minutes, ended: true });

/** How long people stay who booked nothing. */
export const stays = (site: SiteLearner): Hazard => hazard(site, "stays", STAY_AXIS, STAYS);
export const noteStay = (site: SiteLearner, minutes: number): void =>
  noteSpell(site.ledger("stays", hazardSize(STAY_AXIS)), STAY_AXIS, { entered: 0, left: minutes, ended: true });

/** P(nobody comes to a booking) in this room. */
export const noShowShare = (site: SiteLearner, habits: RoomHabits): number =>
  habits.share("no-show", shareOf(site.counts("no-show", SHARE_SIZE), NO_SHOW, WEIGHT.site), WEIGHT.room);

export function noteShow(site: SiteLearner, habits: RoomHabits, isNoShow: boolean): void {
  noteShare(site.ledger("no-show", SHARE_SIZE), isNoShow);
  habits.note("no-show", Number(isNoShow), 1);
}

/** How much likelier than the site's a meeting of this room is to run over. */
export function overrunRatio(site: SiteLearner, habits: RoomHabits): number {
  const usual = shareOf(site.counts("over", SHARE_SIZE), RUNS_OVER, WEIGHT.site);
  return habits.share("over", usual, WEIGHT.room) / usual;
}

export function noteOverrun(site: SiteLearner, habits: RoomHabits, isOver: boolean): void {
  noteShare(site.ledger("over", SHARE_SIZE), isOver);
  habits.note("over", Number(isOver), 1);
}

/** P(somebody is in a room that is not booked). */
export const strayShare = (site: SiteLearner): number => shareOf(site.counts("stray", SHARE_SIZE), STRAYS, 100);
export const noteStray = (site: SiteLearner, isIn: boolean): void => noteShare(site.ledger("stray", SHARE_SIZE), isIn);
