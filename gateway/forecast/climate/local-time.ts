import type { Instant } from "#contract/units.ts";
import { isZone } from "../../readiness/words.ts";

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const MOST_KEPT = 4_096;

interface Known {
  format: Intl.DateTimeFormat;
  /** Offsets by quarter of an hour: no zone changes its clocks between. */
  offsets: Map<number, number>;
}
const zones = new Map<string, Known>();

/** How far a zone's clocks are ahead of UTC at an instant, ms. An unknown zone counts as UTC. */
export function offsetOf(zone: string, at: Instant): number {
  if (zone === "UTC") return 0;
  let known = zones.get(zone);
  if (known === undefined) {
    known = { format: formatOf(isZone(zone) ? zone : "UTC"), offsets: new Map() };
    zones.set(zone, known);
  }
  const quarter = Math.floor(at / QUARTER_MS);
  let offset = known.offsets.get(quarter);
  if (offset === undefined) {
    offset = lookUp(known.format, quarter * QUARTER_MS);
    if (known.offsets.size >= MOST_KEPT) known.offsets.clear();
    known.offsets.set(quarter, offset);
  }
  return offset;
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
