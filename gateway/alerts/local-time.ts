import type { Instant } from "#contract/units.ts";

interface ZoneFormat {
  time: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
  suffix: string;
  told: Map<number, { weekday: string; time: string }>;
}
const formats = new Map<string, ZoneFormat>();

function formatOf(zone: string): ZoneFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const make = (timeZone: string, suffix: string): ZoneFormat => ({
    time: new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    day: new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short" }),
    suffix,
    told: new Map(),
  });
  let format: ZoneFormat;
  try {
    format = make(zone, "");
  } catch {
    // A card may name a zone that this machine does not know: UTC, and said so.
    format = make("UTC", " UTC");
  }
  formats.set(zone, format);
  return format;
}

const MOST_KEPT = 5_000;
const MINUTE_MS = 60_000;

/** The minute of an instant as that zone reads it. The same few are told again and again, and formatting is slow. */
function minuteOf(at: Instant, zone: string): { weekday: string; time: string } {
  const format = formatOf(zone);
  const minute = Math.floor(at / MINUTE_MS);
  let told = format.told.get(minute);
  if (told === undefined) {
    told = { weekday: format.day.format(at), time: `${format.time.format(at)}${format.suffix}` };
    if (format.told.size >= MOST_KEPT) format.told.clear();
    format.told.set(minute, told);
  }
  return told;
}

/** A time as people of that room say it: "13:10"; with its weekday ("Tue 09:00") when that is not the weekday of `now`. */
export function localTime(at: Instant, zone: string, now: Instant): string {
  const { weekday, time } = minuteOf(at, zone);
  return weekday === minuteOf(now, zone).weekday ? time : `${weekday} ${time}`;
}
