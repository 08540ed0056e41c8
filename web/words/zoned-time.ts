import { clockTime, daysBetween } from "./time-words.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** "2026-11-24" in that zone. */
export function dayText(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(at);
}

/**
 * The instant of a day and a time on that zone's clocks; `undefined` for what is not a day or a time. A time that the
 * clocks skip in spring is taken as if they had not been moved yet; of one that comes twice in autumn, the first counts.
 */
export function instantOf(day: string, time: string, zone: string): number | undefined {
  const asUtc = Date.parse(`${day}T${time}:00.000Z`);
  if (Number.isNaN(asUtc) || !/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d$/.test(time)) return undefined;
  const candidates = [asUtc - offsetAt(asUtc - DAY_MS, zone), asUtc - offsetAt(asUtc + DAY_MS, zone)];
  const exact = candidates.filter((at) => dayText(at, zone) === day && clockTime(at, zone) === time);
  return exact.length > 0 ? Math.min(...exact) : candidates[0];
}

/** How far the clocks of that zone are ahead of UTC at that instant. */
function offsetAt(at: number, zone: string): number {
  const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const days = daysBetween(
    Date.parse(`${dayText(at, "UTC")}T00:00:00Z`),
    Date.parse(`${dayText(at, zone)}T00:00:00Z`),
    "UTC",
  );
  return (days * 1_440 + minutesOf(clockTime(at, zone)) - minutesOf(clockTime(at, "UTC"))) * MINUTE_MS;
}
