import { minutes } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Span } from "../rooms/span.ts";
import { type Opinion, type Outlook, SOON_MIN } from "./context.ts";
import {
  arrivals,
  meetingEnds,
  noShowShare,
  OVER_MIN,
  overrunRatio,
  stays,
  strayShare,
} from "./site/people-knowledge.ts";
import type { Hazard } from "./site/hazard.ts";
import { usesBefore } from "./uses.ts";

/** Those who are early come so long before their meeting. */
const EARLY = minutes(5);
/** So long after its end people in the room may still be those of a meeting. */
const LINGER = minutes(90);
/** P(those who left in the middle of their meeting come back). */
const COMES_BACK = 0.05;
/** The sensor has just seen nobody, or somebody, and it has not settled yet: P(it is as it was). */
const UNSETTLED = 0.35;
/** How fast the chance that somebody strays in comes up, e-fold in minutes. */
const STRAY_MIN = 20;

/** P(the room is free at arrival): each meeting before it may run over, or not take place; people may be in who booked nothing. */
export function forecastOccupancy(row: Row, outlook: Outlook): Opinion {
  const people = peopleNow(row, outlook.occupied);
  return { p: 1 - chanceOccupied(people, outlook), goneSoon: leavesSoon(people, outlook), isPassing: true };
}

/** P(those who are in leave within minutes). */
function leavesSoon(people: number | undefined, outlook: Outlook): number {
  if (people === undefined) return 0;
  const { now, visit, room, site } = outlook;
  const theirs = whoIsIn(usesBefore(visit, room), outlook);
  if (theirs === undefined) return 0;
  const sofar = (now - theirs.end) / 60_000;
  return people * meetingEnds(site).ends(sofar, sofar + SOON_MIN);
}

/** P(those who are in the room have left within so many minutes): the people of a meeting, or somebody who booked nothing. */
export function leftWithin(outlook: Outlook): (minutes: number) => number {
  const { now, visit, room, site } = outlook;
  const theirs = whoIsIn(usesBefore(visit, room), outlook);
  if (theirs === undefined) {
    const age = ageOfStay(outlook);
    return (min) => stays(site).ends(age, age + min);
  }
  const sofar = (now - theirs.end) / 60_000;
  const usual = usualOf(outlook);
  return (min) => 1 - stillIn(sofar + min, sofar, usual);
}

/** For how many minutes those who are in have been. */
const ageOfStay = ({ now, watch }: Outlook): number => (now - (watch.people.inSince ?? now)) / 60_000;

/** P(somebody is in the room now); `undefined` when nobody can tell. */
function peopleNow(row: Row, settled: boolean | undefined): number | undefined {
  if (settled === undefined) return undefined;
  const { seen } = row.part;
  const value = seen?.kind === "known" ? seen.slot?.value : undefined;
  const isSeen = value === undefined ? settled : Number(value) > 0;
  if (isSeen === settled) return settled ? 1 : 0;
  return settled ? UNSETTLED : 1 - UNSETTLED;
}

function chanceOccupied(people: number | undefined, outlook: Outlook): number {
  const { visit, room, leadMin, site } = outlook;
  const uses = usesBefore(visit, room);
  const last = whoIsIn(uses, outlook);
  let free = 1;
  if (uses.length > 0) {
    const usual = usualOf(outlook);
    for (const use of uses)
      free *= 1 - chanceFrom(use, use === last || people === undefined ? people : 0, usual, outlook);
  }
  if (people !== undefined && last === undefined) {
    const age = ageOfStay(outlook);
    free *= 1 - people * stays(site).lasts(age, age + leadMin);
  }
  return 1 - free * (1 - strayShare(site) * -Math.expm1(-leadMin / STRAY_MIN));
}

/** People of one use of the room before a visit, as far as they are still to be reckoned with. */
export interface Group {
  start: number;
  end: number;
  /** They are in now. */
  isIn: boolean;
  /** P(they come) of those who are not in yet. */
  comes: number;
}

/** Who will breathe the room's air until a visit, by the calendar and by who is in; first those who end first. */
export function groupsBefore(outlook: Outlook): Group[] {
  const { now, visit, room, site, watch, occupied } = outlook;
  const groups: Group[] = [];
  let isKnown = occupied !== true;
  const usual = 1 - noShowShare(site, watch.habits);
  for (const use of usesBefore(visit, room)) {
    const { start, end } = use;
    if (end <= now) continue;
    const isIn = occupied === true && watch.people.cameTo(start);
    groups.push({ start, end, isIn, comes: occupied === undefined ? usual : comesLater(use, usual, outlook) });
    if (isIn) isKnown = true;
  }
  // Who is in and belongs to nothing that runs is about to leave: those of the meeting before, or somebody who booked nothing.
  return isKnown ? groups : [{ start: now, end: now, isIn: true, comes: 1 }, ...groups];
}

/** Whose people are in the room: those of the meeting that runs, else of the one that ended last, if they were in by then. */
function whoIsIn(uses: readonly Span[], { now, watch }: Outlook): Span | undefined {
  let ended: Span | undefined;
  let running: Span | undefined;
  for (const use of uses) {
    if (use.end <= now) ended = use;
    else if (use.start - EARLY <= now) running ??= use;
  }
  if (running !== undefined) return running;
  const isTheirs =
    ended !== undefined && now - ended.end <= LINGER && (watch.people.inSince ?? now) <= ended.end + 60_000;
  return isTheirs ? ended : undefined;
}

/** How people here keep to their bookings: looked up once for all meetings before a visit. */
interface Usual {
  ends: Hazard;
  /** P(they come). */
  comes: number;
  /** How much likelier than the site's a meeting here is to run over. */
  overrun: number;
}

const usualOf = ({ site, watch }: Outlook): Usual => ({
  ends: meetingEnds(site),
  comes: 1 - noShowShare(site, watch.habits),
  overrun: overrunRatio(site, watch.habits),
});

/** P(the people of one meeting are in the room at arrival). `people`: P(they are in it now); `undefined` when nobody can tell. */
function chanceFrom(use: Span, people: number | undefined, usual: Usual, outlook: Outlook): number {
  const { now, visit } = outlook;
  const gap = (visit.arrival - use.end) / 60_000;
  const sofar = (now - use.end) / 60_000;
  const { comes } = usual;
  if (now < use.start - EARLY || people === undefined) return comes * stillIn(gap, undefined, usual);
  const staysIn = stillIn(gap, sofar, usual);
  if (sofar >= 0) return people * staysIn;
  return people * staysIn + (1 - people) * comesLater(use, comes, outlook) * staysIn;
}

/** P(they come yet | they are not in). */
function comesLater(use: Span, comes: number, { now, site, watch }: Outlook): number {
  // Those who have just come count as in only after two minutes; they are there all the same.
  if (watch.people.cameTo(use.start)) return watch.people.inSince === undefined ? COMES_BACK : 1;
  const late = arrivals(site).lasts(0, (now - use.start) / 60_000);
  return (comes * late) / (comes * late + 1 - comes);
}

/** P(a meeting lasts until `gap` minutes after its end | it has until `sofar`). */
function stillIn(gap: number, sofar: number | undefined, { ends, overrun }: Usual): number {
  const from = sofar ?? Number.NEGATIVE_INFINITY;
  const usual = ends.lasts(from, gap);
  if (gap < OVER_MIN || from >= OVER_MIN) return usual;
  return Math.min(1, usual * overrun);
}
