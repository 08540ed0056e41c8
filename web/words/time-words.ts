/**
 * Time as people say it: "act by 13:10 (in 24 min)", "silent for 6 min", "last seen yesterday 17:42". Instants are epoch
 * milliseconds; clock times are told in the room's own zone.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NBSP = "\u00A0";

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formatters are costly to make and free to keep. A zone that the browser does not know is told in UTC. */
function formatOf(zone: string, shape: "time" | "day" | "date"): Intl.DateTimeFormat {
  const key = `${shape} ${zone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const options: Intl.DateTimeFormatOptions =
    shape === "time"
      ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
      : shape === "day"
        ? { weekday: "short", day: "numeric", month: "short" }
        : { year: "numeric", month: "2-digit", day: "2-digit" };
  const format = makeFormat(zone, options);
  formats.set(key, format);
  return format;
}

function makeFormat(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  }
}

/** The calendar day in that zone, as a number that rises by one from day to day. */
function dayNumber(at: number, zone: string): number {
  const parts = formatOf(zone, "date").formatToParts(at);
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value);
  return Math.round(Date.UTC(part("year"), part("month") - 1, part("day")) / DAY_MS);
}

/** Whole days from `now` to `at` on that zone's calendar: 0 today, 1 tomorrow. */
export const daysBetween = (now: number, at: number, zone: string): number =>
  dayNumber(at, zone) - dayNumber(now, zone);

/** "13:10" */
export const clockTime = (at: number, zone: string): string => formatOf(zone, "time").format(at);

/** "today", "tomorrow", "yesterday", "Tue 24 Nov" */
export function dayWords(at: number, now: number, zone: string): string {
  const days = daysBetween(now, at, zone);
  if (days === 0) return "today";
  if (days === 1) return "tomorrow";
  if (days === -1) return "yesterday";
  return shortDay(at, zone);
}

/** "Tue 24 Nov", whatever day it is today. */
export const shortDay = (at: number, zone: string): string => formatOf(zone, "day").format(at).replace(",", "");

/** "13:10" when it is today, else with the day: "tomorrow 09:30", "Tue 24 Nov 09:30". */
export function whenWords(at: number, now: number, zone: string): string {
  const time = clockTime(at, zone);
  const day = dayWords(at, now, zone);
  return day === "today" ? time : `${day} ${time}`;
}

/** "13:10–14:00" */
export const spanOfDay = (from: number, to: number, zone: string): string =>
  `${clockTime(from, zone)}–${clockTime(to, zone)}`;

/** A duration: "under a minute", "24 min", "2 h 39", "3 days". */
export function durationWords(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE_MS) return "under a minute";
  const minutes = Math.floor(size / MINUTE_MS);
  if (minutes < 60) return `${minutes}${NBSP}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const rest = minutes % 60;
    return rest === 0 ? `${hours}${NBSP}h` : `${hours}${NBSP}h${NBSP}${String(rest).padStart(2, "0")}`;
  }
  const days = Math.floor(hours / 24);
  return days === 1 ? `1${NBSP}day` : `${days}${NBSP}days`;
}

/** "in 24 min", "6 min ago", "now" */
export function relativeWords(at: number, now: number): string {
  const ms = at - now;
  if (Math.abs(ms) < MINUTE_MS) return "now";
  return ms > 0 ? `in ${durationWords(ms)}` : `${durationWords(ms)} ago`;
}

/** "act by 13:10 (in 24 min)"; past it: "act-by was 13:10 (6 min ago)". */
export function actByWords(actBy: number, now: number, zone: string): string {
  const when = whenWords(actBy, now, zone);
  if (Math.abs(actBy - now) < MINUTE_MS) return `act by ${when} (now)`;
  return actBy > now
    ? `act by ${when} (${relativeWords(actBy, now)})`
    : `act-by was ${when} (${relativeWords(actBy, now)})`;
}

/** How long ago something was heard of: "just now", "6 min ago", then with its time: "today 08:02", "yesterday 17:42". */
export function lastSeenWords(at: number | undefined, now: number, zone: string): string {
  if (at === undefined) return "never seen";
  const age = now - at;
  if (age < MINUTE_MS) return "just now";
  if (age < HOUR_MS) return `${durationWords(age)} ago`;
  const day = dayWords(at, now, zone);
  return `${day} ${clockTime(at, zone)}`;
}

/** "since 08:02 (49 min)" */
export const sinceWords = (at: number, now: number, zone: string): string =>
  now - at < MINUTE_MS ? "just now" : `since ${whenWords(at, now, zone)} (${durationWords(now - at)})`;

/** Names the room's zone when its clock differs from the reader's at that instant: "Hong Kong time". */
export function zoneNote(zone: string, readerZone: string, at: number): string | undefined {
  if (zone === readerZone || clockTime(at, zone) === clockTime(at, readerZone)) return undefined;
  return `${(zone.split("/").at(-1) ?? zone).replaceAll("_", " ")} time`;
}

/** "Tuesday 24 November" */
export function longDay(at: number, zone: string): string {
  return makeFormat(zone, { weekday: "long", day: "numeric", month: "long" }).format(at).replace(",", "");
}

/** Midnight at the start of that day in that zone. Right on days of 23 and 25 hours, too. */
export function startOfDay(at: number, zone: string): number {
  const day = dayNumber(at, zone);
  let guess = at - (at % HOUR_MS);
  while (dayNumber(guess, zone) >= day) guess -= HOUR_MS;
  // The first quarter of an hour of the day: zones are offset by quarters of an hour.
  let first = guess;
  while (dayNumber(first, zone) < day) first += 15 * MINUTE_MS;
  return first;
}
