import type { Instant } from "#contract/units.ts";

interface ZoneFormat {
  time: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
  suffix: string;
}
const formats = new Map<string, ZoneFormat>();

function formatOf(zone: string): ZoneFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const make = (timeZone: string, suffix: string): ZoneFormat => ({
    time: new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    day: new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short" }),
    suffix,
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

/** A time as people of that room say it: "13:10"; with its weekday ("Tue 09:00") when that is not the weekday of `now`. */
export function localTime(at: Instant, zone: string, now: Instant): string {
  const { time, day, suffix } = formatOf(zone);
  const weekday = day.format(at);
  const text = `${time.format(at)}${suffix}`;
  return weekday === day.format(now) ? text : `${weekday} ${text}`;
}
