import { hours, type Instant } from "#contract/units.ts";
import { localTime as wallTime } from "../forecast/climate/local-time.ts";
import { isZone, wordsOf } from "../readiness/words.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** So far from now a weekday tells which day is meant. */
const WEEK = hours(5 * 24);

/**
 * A time as people of that room say it: "13:10"; with its weekday ("Tue 09:00") when that is not today, with its date ("Tue 3 Nov, 09:00")
 * when the weekday would be taken for another's.
 */
export function localTime(at: Instant, zone: string, now: Instant): string {
  const words = wordsOf(zone);
  const isFar = Math.abs(at - now) > WEEK;
  const clock = isFar ? words.time(at, now) : words.clock(at);
  // A card may name a zone that this machine does not know: UTC, and said so.
  const time = isZone(zone) ? clock : `${clock} UTC`;
  if (isFar) return time;
  const { day } = wallTime(zone, at);
  return day === wallTime(zone, now).day ? time : `${WEEKDAYS[day - 1]} ${time}`;
}
