/** What must not be larger than what. */
const ORDER: readonly (readonly [small: string, large: string])[] = [
  ["days.from_min", "days.to_min"],
  ["days.from_min", "calendar.from_min"],
  ["calendar.from_min", "calendar.to_min"],
  ["calendar.to_min", "days.to_min"],
  ["demos.from_min", "demos.to_min"],
  ["demos.to_min", "days.to_min"],
  ["climate.hot_days.from", "climate.hot_days.to"],
  ["calendar.people_share.0", "calendar.people_share.1"],
  ["calendar.comes_late_min.0", "calendar.comes_late_min.1"],
  ["reset_visits.planned_before_min.0", "reset_visits.planned_before_min.1"],
];
const DAY_MIN = 1_440;
/** Reports come on full minutes. */
const WHOLE_MINUTES = ["sensors.climate_every_s", "sensors.devices_every_s"] as const;

/** Faults between values of a scenario, each of which may be right by itself. */
export function faultsAcross(scenario: unknown): string[] {
  const faults: string[] = [];
  for (const [small, large] of ORDER) {
    const [low, high] = [numberAt(scenario, small), numberAt(scenario, large)];
    if (low !== undefined && high !== undefined && low > high)
      faults.push(`${small}: is ${low}, more than ${large}, which is ${high}`);
  }
  for (const path of WHOLE_MINUTES)
    if ((numberAt(scenario, path) ?? 0) % 60 !== 0) faults.push(`${path}: must be a multiple of 60`);
  if ((numberAt(scenario, "days.to_min") ?? 0) >= DAY_MIN) faults.push(`days.to_min: must be less than ${DAY_MIN}`);
  if ((numberAt(scenario, "days.starts_at_min") ?? 0) >= DAY_MIN)
    faults.push(`days.starts_at_min: must be less than ${DAY_MIN}`);
  return faults;
}

function numberAt(value: unknown, path: string): number | undefined {
  let at: unknown = value;
  for (const key of path.split(".")) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === "number" ? at : undefined;
}
