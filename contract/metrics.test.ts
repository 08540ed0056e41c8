import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isPlausible, type Metric, metricList, metrics, SHORTEST_INTERVAL, wrongType, wrongUnits } from "./metrics.ts";
import { hours, minutes } from "./units.ts";

/** How a number's name ends for its unit. Counts end in what is counted. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  "°C": ["_c"],
  "% RH": ["_pct"],
  "%": ["_pct"],
  ppm: ["_ppm"],
  ppb: ["_ppb"],
  "dB(A)": ["_dba"],
  lx: ["_lux"],
  "µg/m³": ["_ugm3"],
  hPa: ["_hpa"],
  h: ["_h"],
  ms: ["_ms"],
  V: ["_v"],
  W: ["_w"],
  kWh: ["_kwh"],
  A: ["_a"],
  LQI: ["_lqi"],
  s: ["_s"],
  d: ["_d"],
  min: ["_min"],
  "Mbit/s": ["_mbps"],
  "errors/min": ["_errors_per_min"],
  "l/s": ["_lps"],
  motions: ["motion_count"],
  dBm: ["_dbm"],
  people: ["people_count"],
  cameras: ["cameras_connected"],
  microphones: ["microphones_connected"],
};

/** The metrics of a kind, by name. */
const named = (kind: Metric["kind"]): (readonly [string, Metric])[] =>
  metricList.filter((metric) => metric.kind === kind).map((metric) => [metric.name, metric] as const);

describe.each(metricList.map((metric) => [metric.name, metric] as const))("%s", (name, metric) => {
  it("is named once, in snake case, and says what it is", () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(metricList.filter((other) => other.name === name)).toHaveLength(1);
    expect(metrics.get(name)).toBe(metric);
    expect(metric.meaning).toMatch(/^[A-Z].*\.$/);
  });

  it("is expected at a time that makes sense", () => {
    expect(metric.interval).toBeGreaterThanOrEqual(SHORTEST_INTERVAL);
    expect(metric.interval).toBeGreaterThanOrEqual(minutes(1));
    expect(metric.interval).toBeLessThanOrEqual(hours(1));
  });
});

test.each(named("number"))("%s ends in its unit and has a plausible range", (name, metric) => {
  const endings = ENDINGS[metric.unit];
  expect(endings?.some((ending) => name.endsWith(ending)) ?? `no ending is known for ${metric.unit}`).toBe(true);
  const [low, high] = metric.plausible ?? [Number.NaN, Number.NaN];
  expect(low).toBeLessThan(high);
  expect(isPlausible(metric, low) && isPlausible(metric, high)).toBe(true);
  expect(isPlausible(metric, low - 0.01) || isPlausible(metric, high + 0.01)).toBe(false);
});

test.each(named("enum"))("%s takes its own values and no other", (_, metric) => {
  expect(new Set(metric.values).size).toBe(metric.values?.length);
  for (const value of metric.values ?? []) expect(wrongType(metric, value)).toBeUndefined();
  for (const value of ["", "ON", 0, true, null]) expect(wrongType(metric, value)).toBe(`must be one of ${metric.unit}`);
});

test("what a room can really have is plausible, what no room can have is not", () => {
  const of = (name: string): Metric => metrics.get(name) as Metric;
  expect([-5, 21, 45].map((value) => isPlausible(of("temperature_c"), value))).toEqual([true, true, true]);
  expect([394, -60].map((value) => isPlausible(of("temperature_c"), value))).toEqual([false, false]);
  expect([420, 5_000].map((value) => isPlausible(of("co2_ppm"), value))).toEqual([true, true]);
  expect([120, 65_535].map((value) => isPlausible(of("co2_ppm"), value))).toEqual([false, false]);
});

test("a value is of a metric's type or is told what it must be, whatever it is", () => {
  fc.assert(
    fc.property(fc.constantFrom(...metricList), fc.anything(), (metric, value) => {
      const wrong = wrongType(metric, value);
      if (wrong === undefined) expect(typeof value).toBe(metric.kind === "enum" ? "string" : metric.kind);
      else expect(wrong).toMatch(/^must be /);
    }),
  );
  const number = metrics.get("temperature_c") as Metric;
  for (const value of [Number.NaN, Infinity, -Infinity, "21"]) expect(wrongType(number, value)).toBeDefined();
});

test("a wrong unit is no metric itself, and leads to one", () => {
  for (const [wrong, right] of wrongUnits) {
    expect([wrong, metrics.has(wrong), right, metrics.has(right)]).toEqual([wrong, false, right, true]);
  }
});
