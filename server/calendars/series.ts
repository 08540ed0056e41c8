import { type CalendarDate, dayKey, instantOf } from "./calendar-date.ts";
import type { CalendarEvent } from "./calendar-event.ts";
import { forDays, MOST_INSTANCES, type RecurrenceRule, wallTimes } from "./recurrence-rule.ts";

/** One occurrence of an event: when, and whose properties it has. */
export interface Occurrence {
  event: CalendarEvent;
  start: CalendarDate;
  /** Which one of the series it is, if it belongs to one. */
  replaces?: CalendarDate;
}

export interface Window {
  from: Temporal.Instant;
  to: Temporal.Instant;
}

/** The events that share a UID: a master, and what replaces some or all later of its occurrences. */
export interface Series {
  master: CalendarEvent | undefined;
  replacements: CalendarEvent[];
}

const DAY_MS = 86_400_000;

/** Puts events of one UID in order: of several versions the highest SEQUENCE counts, then the latest stamp, then the last in the file. */
export function seriesOf(events: readonly CalendarEvent[]): Series {
  let master: CalendarEvent | undefined;
  const replacements = new Map<string, CalendarEvent>();
  for (const event of events) {
    if (event.replaces === undefined) {
      if (master === undefined || isNewer(event, master)) master = event;
      continue;
    }
    const key = `${keyIn(event.replaces.date)}/${event.replaces.andFuture}`;
    const known = replacements.get(key);
    if (known === undefined || isNewer(event, known)) replacements.set(key, event);
  }
  return { master, replacements: [...replacements.values()] };
}

const isNewer = (a: CalendarEvent, b: CalendarEvent): boolean =>
  a.sequence === b.sequence ? a.stamp >= b.stamp : a.sequence > b.sequence;
const keyIn = (date: CalendarDate): string =>
  date.dateOnly ? dayKey(date.local) : String(instantOf(date).epochMilliseconds);

/** Whether a RECURRENCE-ID or EXDATE names this occurrence: the same instant, or the same day where either is only a day. */
function names(date: CalendarDate, occurrence: CalendarDate): boolean {
  if (date.dateOnly || occurrence.dateOnly) return dayKey(date.local) === dayKey(occurrence.local);
  return instantOf(date).epochMilliseconds === instantOf(occurrence).epochMilliseconds;
}

/** The occurrences of a series that touch the window. `onCut` is told when it was cut short. */
export function occurrencesOf(series: Series, window: Window, onCut: (why: string) => void): Occurrence[] {
  const { master, replacements } = series;
  const single = replacements.filter((event) => event.replaces?.andFuture === false);
  const future = replacements
    .filter((event) => event.replaces?.andFuture === true)
    .toSorted((a, b) => startMs(a.replaces?.date as CalendarDate) - startMs(b.replaces?.date as CalendarDate));
  const found: Occurrence[] = [];
  const replaced = new Set<CalendarEvent>();
  if (master !== undefined) {
    // Replacements may move an occurrence by days: look a little further than the window.
    for (const start of startsOf(master, widened(window, replacements), onCut)) {
      const own = single.find((event) => names((event.replaces as { date: CalendarDate }).date, start));
      if (own !== undefined && !isWithdrawn(own, master)) {
        replaced.add(own);
        found.push({ event: own, start: own.start, replaces: start });
        continue;
      }
      if (master.excluded.some((date) => names(date, start))) continue;
      const ruling = future.findLast(
        (event) => startMs((event.replaces as { date: CalendarDate }).date) <= startMs(start),
      );
      found.push(
        ruling === undefined
          ? { event: master, start, replaces: start }
          : { event: ruling, start: shifted(start, ruling), replaces: start },
      );
    }
  }
  for (const event of [...single, ...(master === undefined ? future : [])]) {
    if (!replaced.has(event) && (master === undefined || !isWithdrawn(event, master)))
      found.push({ event, start: event.start, replaces: (event.replaces as { date: CalendarDate }).date });
  }
  return found.filter((occurrence) => touches(occurrence, window));
}

/** A newer version of the series excludes what an older replacement had moved. */
const isWithdrawn = (replacement: CalendarEvent, master: CalendarEvent): boolean =>
  master.sequence > replacement.sequence &&
  master.excluded.some((date) => names(date, (replacement.replaces as { date: CalendarDate }).date));

const startMs = (date: CalendarDate): number => instantOf(date).epochMilliseconds;

/** An occurrence under a THISANDFUTURE replacement: moved as far as the replacement moved its own first one. */
function shifted(start: CalendarDate, ruling: CalendarEvent): CalendarDate {
  const original = (ruling.replaces as { date: CalendarDate }).date;
  const inZone =
    original.dateOnly || ruling.start.dateOnly ? original.local : ruling.start.zone.toLocal(instantOf(original));
  const moved = inZone.until(ruling.start.local, { largestUnit: "days" });
  const local = start.dateOnly || ruling.start.dateOnly ? start.local : ruling.start.zone.toLocal(instantOf(start));
  return { ...ruling.start, local: local.add(moved) };
}

function widened(window: Window, replacements: readonly CalendarEvent[]): Window {
  if (replacements.length === 0) return window;
  const moves = replacements.map((event) =>
    Math.abs(startMs(event.start) - startMs((event.replaces as { date: CalendarDate }).date)),
  );
  const most = Math.max(DAY_MS, ...moves) + DAY_MS;
  return { from: window.from.subtract({ milliseconds: most }), to: window.to.add({ milliseconds: most }) };
}

export function lengthMs(event: CalendarEvent): number {
  return "days" in event.length ? event.length.days * DAY_MS : event.length.ms;
}

function touches({ event, start }: Occurrence, { from, to }: Window): boolean {
  const begins = startMs(start);
  // A day without an end lasts that day.
  const ends = begins + Math.max(lengthMs(event), start.dateOnly ? DAY_MS : 0);
  return begins < to.epochMilliseconds && (ends > from.epochMilliseconds || begins >= from.epochMilliseconds);
}

/** The starts of a master within the window: DTSTART, which always counts, its rules and its RDATEs, in order, each once. */
function startsOf(event: CalendarEvent, window: Window, onCut: (why: string) => void): CalendarDate[] {
  const margin = Math.max(lengthMs(event), DAY_MS) + DAY_MS;
  const from = event.start.zone.toLocal(window.from.subtract({ milliseconds: margin }));
  const to = event.start.zone.toLocal(window.to.add({ milliseconds: DAY_MS }));
  const starts = new Map<number, CalendarDate>();
  const add = (date: CalendarDate): void => void starts.set(startMs(date), date);
  const dead = event.rules.length > 0 && event.rules.every((rule) => isPast(rule, event.start, event.start.local));
  if (!dead) add(event.start);
  for (const rule of event.rules) for (const date of ruleDates(event.start, rule, { from, to, onCut })) add(date);
  for (const date of event.dates) add(date);
  const excluded = new Set(
    event.excludedRules.flatMap((rule) => [...ruleDates(event.start, rule, { from, to, onCut })].map(startMs)),
  );
  return [...starts.entries()]
    .filter(([ms]) => !excluded.has(ms))
    .toSorted(([a], [b]) => a - b)
    .map(([, date]) => date);
}

interface RuleBounds {
  from: Temporal.PlainDateTime;
  to: Temporal.PlainDateTime;
  onCut: (why: string) => void;
}

/** A wall time that clocks skip is no occurrence and does not count (RFC 5545 §3.3.10). */
function* ruleDates(start: CalendarDate, rule: RecurrenceRule, bounds: RuleBounds): Generator<CalendarDate> {
  try {
    yield* countedDates(start, rule, bounds);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    bounds.onCut(error.message);
  }
}

function* countedDates(
  start: CalendarDate,
  rule: RecurrenceRule,
  { from, to, onCut }: RuleBounds,
): Generator<CalendarDate> {
  const counted = rule.count !== undefined;
  let count = 1;
  let generated = 0;
  for (const local of wallTimes(start.dateOnly ? forDays(rule) : rule, start.local, counted ? start.local : from, to)) {
    if (++generated > MOST_INSTANCES) {
      onCut(`the recurrence rule was cut after ${MOST_INSTANCES} occurrences`);
      return;
    }
    if (isPast(rule, start, local)) return;
    if (local.equals(start.local)) continue;
    if (!start.dateOnly && start.zone.resolve(local).skipped) continue;
    if (counted && ++count > (rule.count as number)) return;
    if (Temporal.PlainDateTime.compare(local, from) >= 0) yield { ...start, local };
  }
}

/** Whether a wall time lies after the rule's UNTIL, which may be a day, a wall time or an instant; it is inclusive. */
function isPast(rule: RecurrenceRule, start: CalendarDate, local: Temporal.PlainDateTime): boolean {
  const { until } = rule;
  if (until === undefined) return false;
  const day = `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`;
  if (start.dateOnly || until.length === 8) return dayKey(local) > day;
  const time = `${day}T${until.slice(9, 11)}:${until.slice(11, 13)}:${until.slice(13, 15)}`;
  if (!until.endsWith("Z")) return local.toString({ smallestUnit: "second" }) > time;
  const limit = Date.parse(`${time}Z`);
  return !Number.isNaN(limit) && start.zone.resolve(local).at.epochMilliseconds > limit;
}
