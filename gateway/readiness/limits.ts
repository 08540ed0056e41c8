import type { ComfortBand } from "#contract/messages/room.ts";
import type { Instant } from "#contract/units.ts";
import type { Ask } from "./check.ts";
import { seasonOf } from "./season.ts";

export type ComfortMetric = "temperature_c" | "humidity_pct" | "co2_ppm" | "noise_dba" | "light_lux";

/** No bound on that side. */
const OPEN = 1e9;

/** EN 16798-1, categories II (ready) and III (usable), by season; between seasons either will do. */
const TEMPERATURE = {
  heating: { ready: [20, 24], usable: [19, 25] },
  cooling: { ready: [23, 26], usable: [22, 27] },
  between: { ready: [20, 26], usable: [19, 27] },
} as const satisfies Record<string, ComfortBand>;

/**
 * CO₂: EN 16798-1, outdoor air (about 400) + 800 and + 1350. Humidity: categories II and III. Noise: 35 dB(A) is excellent
 * for speech, over 45 poor. Light: 300 lx to meet, 200 to get by (EN 12464-1 asks 500 of a finished installation).
 */
const DEFAULTS: Readonly<Record<Exclude<ComfortMetric, "temperature_c">, ComfortBand>> = {
  co2_ppm: { ready: [0, 1200], usable: [0, 1750] },
  humidity_pct: { ready: [25, 60], usable: [20, 70] },
  noise_dba: { ready: [0, 35], usable: [0, 45] },
  light_lux: { ready: [300, OPEN], usable: [200, OPEN] },
};

/** The band of a metric: what the demo needs, else what the card says, else the default of the season. */
export function bandOf(metric: ComfortMetric, ask: Ask, now: Instant): ComfortBand {
  const said = ask.needs.comfort?.[metric] ?? ask.card.comfort?.[metric];
  if (said !== undefined) return said;
  return metric === "temperature_c" ? TEMPERATURE[seasonOf(ask.card.zone, now)] : DEFAULTS[metric];
}

/** "20–24 °C", "at most 1,200 ppm", "at least 300 lx". */
export function bandText(band: readonly [number, number], unit: string, format: (n: number) => string): string {
  const [low, high] = band;
  if (low <= 0) return `at most ${format(high)} ${unit}`;
  if (high >= OPEN) return `at least ${format(low)} ${unit}`;
  return `${format(low)}–${format(high)} ${unit}`;
}
