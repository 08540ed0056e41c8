import type { CalendarFault } from "./calendar-fault.ts";
import { type CalendarDate, instantOf, parseCalendarDate } from "./calendar-date.ts";
import { type Component, propertiesOf, propertyOf } from "./components.ts";
import { type ContentLine, unescapeText } from "./content-lines.ts";
import { parseRecurrenceRule, type RecurrenceRule } from "./recurrence-rule.ts";
import type { Zones } from "./zones.ts";

/** One VEVENT, read but not expanded. */
export interface CalendarEvent {
  uid: string;
  line: number;
  sequence: number;
  /** LAST-MODIFIED, else DTSTAMP, as text that sorts. */
  stamp: string;
  start: CalendarDate;
  /** Its length: whole days for all-day events, milliseconds else. */
  length: { days: number } | { ms: number };
  rules: RecurrenceRule[];
  excludedRules: RecurrenceRule[];
  dates: CalendarDate[];
  excluded: CalendarDate[];
  replaces?: { date: CalendarDate; andFuture: boolean };
  summary?: string;
  status?: string;
  location?: string;
  categories: string[];
  organizer?: string;
  /** Rooms invited as attendees (CUTYPE=ROOM or RESOURCE): address and name. */
  resources: { address: string; name?: string }[];
}

const TEN_YEARS_MS = 10 * 366 * 86_400_000;

/** Reads a VEVENT. Without a readable start there is no event, only a fault. */
export function readEvent(component: Component, zones: Zones, faults: CalendarFault[]): CalendarEvent | undefined {
  const startLine = propertyOf(component, "DTSTART");
  const start = startLine === undefined ? undefined : parseCalendarDate(startLine.value, startLine, zones);
  const text = (name: string): string | undefined => {
    const value = propertyOf(component, name)?.value;
    return value === undefined ? undefined : unescapeText(value).slice(0, 4_096);
  };
  const summary = text("SUMMARY");
  const label = `VEVENT ${JSON.stringify((summary ?? text("UID") ?? "").slice(0, 60))}`;
  if (startLine === undefined || start === undefined) {
    faults.push({
      line: startLine?.line ?? component.line,
      where: label,
      why:
        startLine === undefined
          ? "has no readable DTSTART and is left out"
          : `DTSTART "${startLine.value.slice(0, 40)}" is not a date of the calendar; the event is left out`,
    });
    return undefined;
  }
  for (const again of propertiesOf(component, "DTSTART").slice(1))
    faults.push({
      line: again.line,
      where: label,
      why: `DTSTART is given twice; the one in line ${startLine.line} is taken`,
    });
  const rules = (name: string): RecurrenceRule[] =>
    propertiesOf(component, name).flatMap((line) => readRule(line, label, faults));
  const dates = (name: string): CalendarDate[] =>
    propertiesOf(component, name).flatMap((line) => readDates(line, label, { zones, faults }));
  const replaced = propertyOf(component, "RECURRENCE-ID");
  const replaces = replaced === undefined ? undefined : parseCalendarDate(replaced.value, replaced, zones);
  if (replaced !== undefined && replaces === undefined)
    faults.push({
      line: replaced.line,
      where: label,
      why: `RECURRENCE-ID "${replaced.value.slice(0, 40)}" is not a date; the event stands by itself`,
    });
  const status = text("STATUS")?.trim().toUpperCase();
  const optional = { summary, status, location: text("LOCATION"), organizer: text("ORGANIZER") };
  return {
    uid: text("UID")?.trim() || `line-${component.line}`,
    line: component.line,
    sequence: Number.parseInt(text("SEQUENCE") ?? "0", 10) || 0,
    stamp: text("LAST-MODIFIED") ?? text("DTSTAMP") ?? "",
    start,
    length: lengthOf(component, start, { label, zones, faults }),
    rules: rules("RRULE"),
    excludedRules: rules("EXRULE"),
    dates: dates("RDATE"),
    excluded: dates("EXDATE"),
    ...(replaces === undefined
      ? {}
      : { replaces: { date: replaces, andFuture: replaced?.params.get("RANGE")?.toUpperCase() === "THISANDFUTURE" } }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined && value !== "")),
    categories: propertiesOf(component, "CATEGORIES").flatMap(({ value }) =>
      value.split(",").map((each) => unescapeText(each).trim()),
    ),
    resources: resourcesOf(component),
  };
}

function readRule(line: ContentLine, label: string, faults: CalendarFault[]): RecurrenceRule[] {
  const { rule, faults: found } = parseRecurrenceRule(line.value);
  for (const why of found) faults.push({ line: line.line, where: label, why });
  return rule === undefined ? [] : [rule];
}

function readDates(
  line: ContentLine,
  label: string,
  { zones, faults }: { zones: Zones; faults: CalendarFault[] },
): CalendarDate[] {
  return line.value.split(",").flatMap((each) => {
    const date = parseCalendarDate(each.split("/")[0] ?? "", line, zones);
    if (date === undefined && each.trim() !== "")
      faults.push({
        line: line.line,
        where: label,
        why: `${line.name} "${each.slice(0, 40)}" is not a date and is left out`,
      });
    return date ?? [];
  });
}

interface LengthContext {
  label: string;
  zones: Zones;
  faults: CalendarFault[];
}

function lengthOf(
  component: Component,
  start: CalendarDate,
  { label, zones, faults }: LengthContext,
): CalendarEvent["length"] {
  const endLine = propertyOf(component, "DTEND");
  const durationLine = propertyOf(component, "DURATION");
  const none = start.dateOnly ? { days: 0 } : { ms: 0 };
  if (endLine !== undefined) {
    const end = parseCalendarDate(endLine.value, endLine, zones);
    if (end === undefined) {
      faults.push({
        line: endLine.line,
        where: label,
        why: `DTEND "${endLine.value.slice(0, 40)}" is not a date; the event is taken as without length`,
      });
      return none;
    }
    if (start.dateOnly && end.dateOnly)
      return { days: Math.max(0, start.local.until(end.local, { largestUnit: "days" }).days) };
    const ms = instantOf(end).epochMilliseconds - instantOf(start).epochMilliseconds;
    if (ms < 0)
      faults.push({ line: endLine.line, where: label, why: "ends before it starts; it is taken as without length" });
    return start.dateOnly ? { days: Math.max(0, Math.round(ms / 86_400_000)) } : { ms: Math.max(0, ms) };
  }
  if (durationLine === undefined) return none;
  const ms = parseDuration(durationLine.value);
  if (ms === undefined || ms < 0 || ms > TEN_YEARS_MS) {
    faults.push({
      line: durationLine.line,
      where: label,
      why: `DURATION "${durationLine.value.slice(0, 40)}" is not a usable length; the event is taken as without length`,
    });
    return none;
  }
  return start.dateOnly ? { days: Math.round(ms / 86_400_000) } : { ms };
}

function parseDuration(text: string): number | undefined {
  const [whole, sign, weeks, days, hours, minutes, seconds] =
    /^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const ms =
    ((((Number(weeks ?? 0) * 7 + Number(days ?? 0)) * 24 + Number(hours ?? 0)) * 60 + Number(minutes ?? 0)) * 60 +
      Number(seconds ?? 0)) *
    1000;
  return sign === "-" ? -ms : ms;
}

function resourcesOf(component: Component): CalendarEvent["resources"] {
  return propertiesOf(component, "ATTENDEE")
    .filter(({ params }) => /^(room|resource)$/i.test(params.get("CUTYPE") ?? ""))
    .map(({ value, params }) => {
      const name = params.get("CN");
      return {
        address: value
          .trim()
          .replace(/^mailto:\s*/i, "")
          .toLowerCase(),
        ...(name === undefined ? {} : { name }),
      };
    });
}
