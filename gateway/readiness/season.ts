import type { Instant } from "#contract/units.ts";

export type Season = "heating" | "cooling" | "between";

/** Zones whose summer is in January. What is not listed counts as northern. */
const SOUTHERN =
  /^(Australia|Antarctica)\/|^Pacific\/(Auckland|Chatham|Fiji|Tongatapu|Apia|Noumea|Easter)|^America\/(Sao_Paulo|Argentina|Buenos_Aires|Santiago|Montevideo|Asuncion|La_Paz|Lima|Campo_Grande|Cuiaba|Punta_Arenas)|^Africa\/(Johannesburg|Harare|Maputo|Windhoek|Gaborone|Lusaka|Maseru|Mbabane)/;

/** Months 1…12 of the north; the south is half a year away. */
const seasonOfMonth = (month: number): Season => {
  if (month >= 6 && month <= 8) return "cooling";
  return month === 5 || month === 9 ? "between" : "heating";
};

/**
 * The half of the year whose comfort band applies where a card gives none: June to August cools, October to April heats,
 * May and September may do either (in the south half a year later). A building that knows better says so on its cards.
 */
export function seasonOf(zone: string, now: Instant): Season {
  const month = new Date(now).getUTCMonth() + 1;
  return seasonOfMonth(SOUTHERN.test(zone) ? ((month + 5) % 12) + 1 : month);
}
