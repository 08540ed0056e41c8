import { type Instant } from "#contract/units.ts";

/** Cities for the sample building, once around the world. */
const CITIES: readonly { city: string; zone: string }[] = [
  { city: "Auckland", zone: "Pacific/Auckland" },
  { city: "Sydney", zone: "Australia/Sydney" },
  { city: "Tokyo", zone: "Asia/Tokyo" },
  { city: "Hong Kong", zone: "Asia/Hong_Kong" },
  { city: "Bangkok", zone: "Asia/Bangkok" },
  { city: "Mumbai", zone: "Asia/Kolkata" },
  { city: "Dubai", zone: "Asia/Dubai" },
  { city: "Athens", zone: "Europe/Athens" },
  { city: "Berlin", zone: "Europe/Berlin" },
  { city: "London", zone: "Europe/London" },
  { city: "Praia", zone: "Atlantic/Cape_Verde" },
  { city: "São Paulo", zone: "America/Sao_Paulo" },
  { city: "New York", zone: "America/New_York" },
  { city: "Mexico City", zone: "America/Mexico_City" },
  { city: "Denver", zone: "America/Denver" },
  { city: "Los Angeles", zone: "America/Los_Angeles" },
  { city: "Anchorage", zone: "America/Anchorage" },
  { city: "Honolulu", zone: "Pacific/Honolulu" },
];

/** A building is interesting at this hour: the day's visits lie ahead and a few have begun. */
const INTERESTING_HOUR = 9.25;

/** Where in the world a building's day has just begun, so that whoever tries the sample sees one at work at any hour. */
export function cityWhereItIsMorning(at: Instant): { city: string; zone: string } {
  let best = CITIES[0] as { city: string; zone: string };
  let nearest = Infinity;
  for (const city of CITIES) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(city.zone);
    const gap = Math.abs(local.hour + local.minute / 60 - INTERESTING_HOUR);
    const distance = Math.min(gap, 24 - gap);
    if (distance < nearest) {
      nearest = distance;
      best = city;
    }
  }
  return best;
}
