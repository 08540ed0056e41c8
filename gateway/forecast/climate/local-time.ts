import type { Instant } from "#contract/units.ts";
import { middleOf } from "./grid.ts";
import { isZone } from "../../readiness/words.ts";

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const MOST_KEPT = 4_096;

interface Known {
  format: Intl.DateTimeFormat | undefined;
  /** Offsets by quarter of an hour: no zone changes its clocks between. */
  offsets: Map<number, number>;
  /** Steps of the grid, each at its number's rest: all rooms of a zone ask for the same few hours. */
  moments: (Moment | undefined)[];
}
const zones = new Map<string, Known>();
const MOST_ZONES = 1_024;
const MOMENTS = 1_024;

/** How far a zone's clocks are ahead of UTC at an instant, ms. An unknown zone counts as UTC. */
function offsetOf(zone: string, at: Instant): number {
  const { format, offsets } = zoneOf(zone);
  if (format === undefined) return 0;
  const quarter = Math.floor(at / QUARTER_MS);
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    offset = lookUp(format, quarter * QUARTER_MS);
    if (offsets.size >= MOST_KEPT) offsets.clear();
    offsets.set(quarter, offset);
  }
  return offset;
}

function zoneOf(zone: string): Known {
  let known = zones.get(zone);
  if (known === undefined) {
    const format = zone !== "UTC" && isZone(zone) ? formatOf(zone) : undefined;
    known = { format, offsets: new Map(), moments: Array.from({ length: MOMENTS }) };
    if (zones.size >= MOST_ZONES) zones.clear();
    zones.set(zone, known);
  }
  return known;
}

const formatOf = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  });

function lookUp(format: Intl.DateTimeFormat, at: number): number {
  const part = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(
    part.get("year") ?? 1970,
    (part.get("month") ?? 1) - 1,
    part.get("day") ?? 1,
    part.get("hour") ?? 0,
    part.get("minute") ?? 0,
  );
  return wall - at;
}

/** An instant on the room's own clock and calendar. */
export interface LocalTime {
  /** Hours since local midnight, 0 to 24. */
  hour: number;
  /** 1 (Monday) … 7. */
  day: number;
  isWeekend: boolean;
}

/** The room's local time at an instant. */
export function localTime(zone: string, at: Instant): LocalTime {
  const wall = at + offsetOf(zone, at);
  const days = Math.floor(wall / (24 * HOUR_MS));
  const day = ((((days + 3) % 7) + 7) % 7) + 1;
  return { hour: (wall - days * 24 * HOUR_MS) / HOUR_MS, day, isWeekend: day >= 6 };
}

/** A step of the grid on the room's clock, with where the hand stands: cosine and sine of one, two and three turns a day. */
export interface Moment extends LocalTime {
  step: number;
  turns: readonly [number, number, number, number, number, number];
}

/** The room's local time in the middle of a step of the grid. */
export function momentOf(zone: string, step: number): Moment {
  const { moments } = zoneOf(zone);
  const place = (step | 0) & (MOMENTS - 1);
  const known = moments[place];
  if (known?.step === step) return known;
  const local = localTime(zone, middleOf(step));
  const angle = (local.hour / 12) * Math.PI;
  const turn = (n: number): [number, number] => [Math.cos(n * angle), Math.sin(n * angle)];
  const moment: Moment = { ...local, step, turns: [...turn(1), ...turn(2), ...turn(3)] };
  moments[place] = moment;
  return moment;
}
