import { expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { seasonOf } from "./season.ts";

it.each([
  ["Europe/Berlin", 1, "heating"],
  ["Europe/Berlin", 5, "between"],
  ["Europe/Berlin", 4, "heating"],
  ["Europe/Berlin", 6, "cooling"],
  ["Europe/Berlin", 7, "cooling"],
  ["Europe/Berlin", 8, "cooling"],
  ["Europe/Berlin", 10, "heating"],
  ["Europe/Berlin", 9, "between"],
  ["Europe/Berlin", 11, "heating"],
  ["Australia/Sydney", 1, "cooling"],
  ["Australia/Sydney", 7, "heating"],
  ["America/Sao_Paulo", 11, "between"],
  ["Nowhere/At_All", 7, "cooling"],
])("%s in month %s is %s", (zone, month, season) => {
  expect(seasonOf(zone, instant(Date.UTC(2026, month - 1, 15)))).toBe(season);
});
