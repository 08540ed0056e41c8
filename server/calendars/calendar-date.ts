import type { ContentLine } from "./content-lines.ts";
import { utc, type Zone } from "./zone.ts";
import type { Zones } from "./zones.ts";

/** A DATE or DATE-TIME of a calendar, with the zone that turns it into an instant. */
export interface CalendarDate {
  local: Temporal.PlainDateTime;
  dateOnly: boolean;
  zone: Zone;
  floating: boolean;
}

const DATE = /^(\d{4})(\d\d)(\d\d)$/;
const DATE_TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(Z)?$/i;

/** Reads one value of a date property; `undefined` when it is not a date of the calendar. */
export function parseCalendarDate(text: string, property: ContentLine, zones: Zones): CalendarDate | undefined {
  const value = text.trim().replaceAll(/^"|"$/g, "");
  const date = DATE.exec(value);
  const time = DATE_TIME.exec(value);
  const [, y, mo, d, h, mi, s, z] = date ?? time ?? [];
  if (y === undefined) return undefined;
  let local: Temporal.PlainDateTime;
  try {
    // A leap second is the last second of its minute here.
    local = Temporal.PlainDateTime.from(
      {
        year: Number(y),
        month: Number(mo),
        day: Number(d),
        hour: Number(h ?? 0),
        minute: Number(mi ?? 0),
        second: Math.min(59, Number(s ?? 0)),
      },
      { overflow: "reject" },
    );
  } catch {
    return undefined;
  }
  if (z !== undefined) return { local, dateOnly: false, zone: utc, floating: false };
  const tzid = date === null ? property.params.get("TZID") : undefined;
  const zone = tzid === undefined ? zones.floating : zones.find(tzid, property.line);
  return { local, dateOnly: date !== null, zone, floating: zone === zones.floating };
}

export const instantOf = (date: CalendarDate): Temporal.Instant => date.zone.resolve(date.local).at;

/** As it is told: a day as `2024-07-17`, an instant in UTC with seconds. */
export const toldDate = (date: CalendarDate): string =>
  date.dateOnly ? date.local.toPlainDate().toString() : toldInstant(instantOf(date));
export const toldInstant = (at: Temporal.Instant): string =>
  at.round({ smallestUnit: "second", roundingMode: "floor" }).toString();
export const dayKey = (local: Temporal.PlainDateTime): string => local.toPlainDate().toString();
