import { messageOf } from "#contract/errors.ts";
import { type CalendarEvent, readEvent } from "./calendar-event.ts";
import type { CalendarFault } from "./calendar-fault.ts";
import { toldDate, toldInstant, instantOf } from "./calendar-date.ts";
import { componentsOf, propertyOf, readComponents } from "./components.ts";
import { readContentLines } from "./content-lines.ts";
import { lengthMs, type Occurrence, occurrencesOf, seriesOf } from "./series.ts";
import { utc } from "./zone.ts";
import { ianaZone, Zones } from "./zones.ts";

/** One occurrence of a calendar's event. Instants are UTC; an all-day event has days (`2024-07-17`), its end is exclusive. */
export interface CalendarInstance {
  uid: string;
  start: string;
  end: string;
  summary: string;
  status?: string;
  all_day: boolean;
  /** Its times have no zone of their own; the calendar's or the given zone was used. */
  floating?: boolean;
  location?: string;
  categories?: string[];
  organizer?: string;
  resources?: { address: string; name?: string }[];
  /** Which occurrence of the series it is: the start that the series' own rule gives it. */
  recurrence_id?: string;
}

export interface ReadCalendarOptions {
  from: Temporal.Instant;
  to: Temporal.Instant;
  /** For times without a zone, where the calendar names none: IANA. */
  zone?: string;
}

/** What is read at most: more is a fault, and what was read until then is kept. */
const LONGEST_TEXT = 16 * 1024 * 1024;
const MOST_EVENTS = 50_000;

/**
 * Reads an iCalendar text into the instances that touch a window, in order of start. Never throws: what cannot be read is a
 * fault with its line, and the rest is read. See docs/calendars.md for what is decided where calendars disagree.
 */
export function readCalendar(
  text: string,
  { from, to, zone }: ReadCalendarOptions,
): { instances: CalendarInstance[]; faults: CalendarFault[] } {
  const faults: CalendarFault[] = [];
  if (text.length > LONGEST_TEXT)
    return {
      instances: [],
      faults: [{ where: "file", why: `is larger than ${LONGEST_TEXT} characters and is not read` }],
    };
  const root = readComponents(readContentLines(text, faults), faults);
  const calendars = componentsOf(root, "VCALENDAR");
  if (calendars.length === 0)
    faults.push({ line: 1, where: "file", why: "has no VCALENDAR; its events are read all the same" });
  const named = calendars
    .map((calendar) => propertyOf(calendar, "X-WR-TIMEZONE")?.value.trim() ?? "")
    .find((name) => name !== "");
  const floating = ianaZone(named ?? "") ?? ianaZone(zone ?? "") ?? utc;
  const zones = new Zones(componentsOf(root, "VTIMEZONE"), floating, faults);
  const components = componentsOf(root, "VEVENT");
  if (components.length > MOST_EVENTS)
    faults.push({
      line: (components[MOST_EVENTS] as { line: number }).line,
      where: "file",
      why: `has more than ${MOST_EVENTS} events; the rest is not read`,
    });
  const byUid = new Map<string, CalendarEvent[]>();
  for (const component of components.slice(0, MOST_EVENTS)) {
    const event = readEvent(component, zones, faults);
    if (event === undefined) continue;
    const same = byUid.get(event.uid);
    if (same === undefined) byUid.set(event.uid, [event]);
    else same.push(event);
  }
  const instances = [...byUid.values()].flatMap((events) => expand(events, { from, to }, faults));
  return { instances: instances.toSorted((a, b) => (a.start === b.start ? 0 : a.start < b.start ? -1 : 1)), faults };
}

function expand(
  events: readonly CalendarEvent[],
  window: { from: Temporal.Instant; to: Temporal.Instant },
  faults: CalendarFault[],
): CalendarInstance[] {
  const [first] = events as [CalendarEvent];
  const where = `VEVENT ${JSON.stringify((first.summary ?? first.uid).slice(0, 60))}`;
  try {
    return occurrencesOf(seriesOf(events), window, (why) => faults.push({ line: first.line, where, why })).map(told);
  } catch (error) {
    faults.push({ line: first.line, where, why: `cannot be expanded: ${messageOf(error)}` });
    return [];
  }
}

function told({ event, start, replaces }: Occurrence): CalendarInstance {
  const end = start.dateOnly
    ? start.local
        .add({ days: "days" in event.length ? event.length.days : 0 })
        .toPlainDate()
        .toString()
    : toldInstant(instantOf(start).add({ milliseconds: lengthMs(event) }));
  return {
    uid: event.uid,
    start: toldDate(start),
    end,
    summary: event.summary ?? "",
    ...(event.status === undefined ? {} : { status: event.status }),
    all_day: start.dateOnly,
    ...(start.floating && !start.dateOnly ? { floating: true } : {}),
    ...(event.location === undefined ? {} : { location: event.location }),
    ...(event.categories.length === 0 ? {} : { categories: event.categories }),
    ...(event.organizer === undefined ? {} : { organizer: event.organizer }),
    ...(event.resources.length === 0 ? {} : { resources: event.resources }),
    ...(replaces === undefined ? {} : { recurrence_id: toldDate(replaces) }),
  };
}
