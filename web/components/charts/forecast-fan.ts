import type { DemoView } from "#contract/api/views.ts";
import type { CheckId } from "#contract/messages/readiness.ts";
import type { Line } from "./merge-series.ts";

/** What is expected at an instant, with its standard error. */
export interface FanPoint {
  at: number;
  mean: number;
  sigma: number;
}

const checks: Readonly<Record<string, CheckId>> = {
  temperature_c: "temperature",
  co2_ppm: "co2",
  humidity_pct: "humidity",
  noise_dba: "noise",
  light_lux: "light",
};
/** A line that ended earlier than this says nothing about where a forecast begins. */
const FRESH_MS = 30 * 60_000;
const STEPS = 12;

/**
 * The forecast of a metric from now to each arrival, as it is drawn: known at arrivals only, so between them the mean goes
 * straight, and from what is measured now the error grows with the root of time.
 */
export function forecastFan(demos: readonly DemoView[], metric: string, line: Line, now: number): FanPoint[] {
  const check = checks[metric];
  const arrivals = demos
    .flatMap(({ readiness }) => {
      const forecast = readiness?.forecasts?.find((one) => one.check === check);
      const at = Date.parse(readiness?.arrival ?? "");
      const isKnown = forecast?.mean !== undefined && forecast.sigma !== undefined && at > now;
      return isKnown ? [{ at, mean: forecast.mean as number, sigma: forecast.sigma as number }] : [];
    })
    .toSorted((a, b) => a.at - b.at);
  const start = lastOf(line, now);
  const [first] = arrivals;
  if (start === undefined || first === undefined) return [];
  const opening = Array.from({ length: STEPS }, (_, index): FanPoint => {
    const part = index / STEPS;
    return {
      at: start.at + (first.at - start.at) * part,
      mean: start.mean + (first.mean - start.mean) * part,
      sigma: first.sigma * Math.sqrt(part),
    };
  });
  return [...opening, ...arrivals];
}

function lastOf(line: Line, now: number): { at: number; mean: number } | undefined {
  for (let index = line.at_s.length - 1; index >= 0; index -= 1) {
    const mean = line.mean[index];
    const at = (line.at_s[index] ?? 0) * 1000;
    if (now - at > FRESH_MS) return undefined;
    if (mean !== null && mean !== undefined && at <= now) return { at, mean };
  }
  return undefined;
}
