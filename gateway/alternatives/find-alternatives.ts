import type { Alternative } from "#contract/messages/alert.ts";
import type { Booking, Demo, MaintenanceWindow, RoomCard } from "#contract/messages/room.ts";
import type { Instant } from "#contract/units.ts";
import { type Span, spanOf } from "../rooms/span.ts";
import { distanceOf } from "./distance.ts";
import { decideFit, needsElsewhere } from "./fit.ts";

/** A room as the search sees it. */
export interface RoomToOffer {
  /** `site/room`. */
  key: string;
  site: string;
  card: RoomCard | undefined;
  demos: readonly Demo[];
  bookings: readonly Booking[];
  windows: readonly MaintenanceWindow[];
}

/** One visit that looks for another room. */
export interface VisitToMove {
  roomKey: string;
  demo: Demo;
  /** P(its own room is ready at arrival): another must be better. */
  p_ready: number;
}

export interface SearchOptions {
  rooms: Iterable<RoomToOffer>;
  /** P(ready at arrival) of a room for a visit that it does not have. */
  chanceOf: (roomKey: string, demo: Demo) => number | undefined;
  /** Whether a room is not kept for another visit then. */
  isFree: (roomKey: string, span: Span) => boolean;
  now: Instant;
}

const MOST = 5;
/** Judging a room costs more than ruling it out: so many of the most promising are judged. */
const MOST_JUDGED = 12;
/** Nobody walks to a room that is no better, or that is as likely as not to fail too. */
const LEAST_CHANCE = 0.5;
const LEAST_GAIN = 0.1;
/** What a booking that gives way, a storey and a metre are worth, in chance of being ready. */
const COST = { displaced: 0.2, thrownOut: 0.3, storey: 0.01, metre: 0.0002 };

interface Candidate {
  key: string;
  card: RoomCard;
  fit: number;
  storeys: number;
  metres: number | undefined;
  displaces: number;
  cost: number;
}

/** Other rooms of the site for one visit, the best first: by chance and fit, less what the way and the displaced cost. */
export function findAlternatives({ roomKey, demo, p_ready }: VisitToMove, options: SearchOptions): Alternative[] {
  const rooms = [...options.rooms];
  const home = rooms.find(({ key }) => key === roomKey);
  if (home?.card === undefined) return [];
  const wanted = { ...demo, needs: needsElsewhere(demo, home.card) };
  const span = spanOf(demo);
  const found: Candidate[] = [];
  for (const room of rooms) {
    if (room.key === roomKey || room.site !== home.site) continue;
    const candidate = candidateOf(room, { wanted, home: home.card, span }, options);
    if (candidate !== undefined) found.push(candidate);
  }
  found.sort((a, b) => a.cost - b.cost || byName(a.key, b.key));
  const ranked: { worth: number; alternative: Alternative }[] = [];
  for (const { key, card, fit, storeys, metres, displaces, cost } of found.slice(0, MOST_JUDGED)) {
    const chance = options.chanceOf(key, wanted);
    if (chance === undefined || chance < LEAST_CHANCE || chance < p_ready + LEAST_GAIN) continue;
    const { name, floor } = card;
    const alternative: Alternative = {
      room: key,
      name,
      floor,
      p_ready: Math.round(chance * 100) / 100,
      fit: Math.round(fit * 100) / 100,
      storeys,
      ...(metres !== undefined && { metres: Math.round(metres) }),
      displaces,
    };
    ranked.push({ worth: chance * fit - cost, alternative });
  }
  ranked.sort((a, b) => b.worth - a.worth || byName(a.alternative.room, b.alternative.room));
  return ranked.slice(0, MOST).map(({ alternative }) => alternative);
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Rules out what cannot serve: too small, without the gear, closed, with a visit of its own or kept for another. */
function candidateOf(
  { key, card, demos, bookings, windows }: RoomToOffer,
  { wanted, home, span }: { wanted: Demo; home: RoomCard; span: Span },
  { isFree, now }: SearchOptions,
): Candidate | undefined {
  const fit = card === undefined ? undefined : decideFit(wanted, card, home);
  if (card === undefined || fit === undefined) return undefined;
  const overlaps = (each: { start: string; end: string }): boolean => isOverlapping(spanOf(each), span);
  if (demos.some(overlaps) || windows.some(overlaps) || !isFree(key, span)) return undefined;
  const displaced = bookings.filter(overlaps);
  const running = displaced.filter((booking) => spanOf(booking).start <= now).length;
  const { storeys, metres } = distanceOf(home, card);
  const way = storeys * COST.storey + (metres ?? 0) * COST.metre;
  const cost = way + displaced.length * COST.displaced + running * COST.thrownOut;
  return { key, card, fit, storeys, metres, displaces: displaced.length, cost };
}

const isOverlapping = (a: Span, b: Span): boolean => a.start < b.end && a.end > b.start;
