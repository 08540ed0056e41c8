import { expect, test } from "vitest";
import type { DemoView } from "#contract/api/views.ts";
import { forecastFan } from "./forecast-fan.ts";

const NOW = Date.parse("2026-11-24T08:00:00Z");
const MINUTE = 60_000;
const demo = (inMin: number, mean?: number, sigma?: number): DemoView =>
  ({
    readiness: {
      arrival: new Date(NOW + inMin * MINUTE).toISOString(),
      forecasts: [{ check: "temperature", p_ready: 0.5, mean, sigma }],
    },
  }) as unknown as DemoView;
const line = { at_s: [NOW / 1000 - 600, NOW / 1000 - 300], mean: [18, 19] };

test("the fan begins at what was measured last, widens with the root of time, and goes through every arrival", () => {
  const fan = forecastFan([demo(180, 22, 1.2), demo(60, 21, 0.8)], "temperature_c", line, NOW);
  expect(fan[0]).toEqual({ at: NOW - 5 * MINUTE, mean: 19, sigma: 0 });
  expect(fan.slice(-2)).toEqual([
    { at: NOW + 60 * MINUTE, mean: 21, sigma: 0.8 },
    { at: NOW + 180 * MINUTE, mean: 22, sigma: 1.2 },
  ]);
  const quarter = fan[3];
  expect([quarter?.mean, quarter?.sigma]).toEqual([19.5, 0.4]);
  for (const [index, point] of fan.entries()) expect(point.at).toBeGreaterThan(fan[index - 1]?.at ?? 0);
});

test("without a forecast of that metric, or without anything measured lately, nothing is drawn", () => {
  expect(forecastFan([demo(60)], "temperature_c", line, NOW)).toEqual([]);
  expect(forecastFan([demo(60, 21, 0.8)], "co2_ppm", line, NOW)).toEqual([]);
  expect(forecastFan([demo(-5, 21, 0.8)], "temperature_c", line, NOW)).toEqual([]);
  expect(forecastFan([demo(60, 21, 0.8)], "temperature_c", line, NOW + 40 * MINUTE)).toEqual([]);
  expect(forecastFan([demo(60, 21, 0.8)], "temperature_c", { at_s: [NOW / 1000], mean: [null] }, NOW)).toEqual([]);
});
