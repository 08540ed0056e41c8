import { makeBuilding } from "../dev/sample-building.ts";
import { makeDetail } from "../dev/sample-detail.ts";

/** The fixed minute and building of the gallery. */
export const NOW = Date.parse("2026-11-24T07:41:00.000Z");
export const building = makeBuilding(NOW);
export const detailOf = (room: string) => {
  const detail = makeDetail(building, `harbour-house/${room}`, NOW);
  if (detail === undefined) throw new Error(`The sample building has no room ${room}.`);
  return detail;
};
