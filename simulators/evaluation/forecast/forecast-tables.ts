import type { ForecastReport, HorizonFigures, QuantityFigures, RoomFigures } from "./forecast-report.ts";

const HEAD = ["minutes", "n", "error", "as now", "skill", "better in", "90 % holds", "Brier", "as now"];

const number = (value: number | null, digits: number): string => (value === null ? "–" : value.toFixed(digits));
const percent = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(1)} %`);

/** The report as tables for people. */
export function forecastTables(report: ForecastReport): string {
  const { learn, kind, rooms, state_bytes } = report;
  const days = `${String(learn.days)} ${learn.of} days`;
  return [
    `${kind}: ${String(rooms)} rooms; weekdays 07–19; the first ${days} only teach; a room's memory is at most ${String(state_bytes)} bytes.`,
    ...quantity("Temperature, K", report, 3),
    ...quantity("CO₂, ppm", report.co2, 1),
  ].join("\n");
}

function quantity(title: string, figures: QuantityFigures, digits: number): string[] {
  if (figures.rooms === 0) return ["", `${title}: nothing could be forecast.`];
  const rows = (horizons: Record<string, HorizonFigures>): string[][] =>
    Object.entries(horizons).map(([min, each]) => [
      min,
      String(each.n),
      number(each.mae, digits),
      number(each.mae_persistence, digits),
      percent(each.skill),
      `${String(each.rooms_better)} of ${String(each.rooms_scored)}`,
      percent(each.coverage_90),
      number(each.brier_band, 3),
      number(each.brier_band_persistence, 3),
    ]);
  return [
    "",
    title,
    ...aligned([HEAD, ...rows(figures.horizons)]),
    "after three working days",
    ...aligned([HEAD, ...rows(figures.horizons_after_3_working_days)]),
    "skill by room",
    ...aligned(byRoom(figures.by_room)),
  ];
}

function byRoom(rooms: Record<string, Record<string, RoomFigures>>): string[][] {
  const horizons = Object.keys(Object.values(rooms)[0] ?? {});
  return [
    ["room", ...horizons],
    ...Object.entries(rooms).map(([room, each]) => [room, ...horizons.map((min) => percent(each[min]?.skill ?? null))]),
  ];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
}
