import * as fc from "fast-check";
import { expect, test } from "vitest";
import { metricList, metrics, wrongType } from "#contract/metrics.ts";
import { type Conversion, conversionFault, converted } from "./conversion.ts";

test.each<[unknown, Conversion, unknown]>([
  [70.7, { metric: "temperature_c", unit: "F" }, 21.5],
  [294.65, { metric: "temperature_c", unit: "K" }, 21.5],
  [0.43, { metric: "humidity_pct", unit: "fraction" }, 43],
  [101_325, { metric: "pressure_hpa", unit: "Pa" }, 1013.25],
  [101.325, { metric: "pressure_hpa", unit: "kPa" }, 1013.25],
  [1013.25, { metric: "pressure_hpa", unit: "mbar" }, 1013.25],
  [0.5, { metric: "voc_ppb", unit: "ppm" }, 500],
  [0.012, { metric: "pm25_ugm3", unit: "mgm3" }, 12],
  [3_600, { metric: "battery_v", unit: "mV" }, 3.6],
  [250, { metric: "current_a", unit: "mA" }, 0.25],
  [1_500, { metric: "power_w", unit: "mW" }, 1.5],
  [1.5, { metric: "power_w", unit: "kW" }, 1_500],
  [1_500, { metric: "energy_kwh", unit: "Wh" }, 1.5],
  [0.5, { metric: "energy_kwh", unit: "MWh" }, 500],
  [0.25, { metric: "latency_ms", unit: "s" }, 250],
  [90_000, { metric: "uptime_s", unit: "ms" }, 90],
  [90, { metric: "uptime_s", unit: "min" }, 5_400],
  [2, { metric: "uptime_s", unit: "h" }, 7_200],
  [" 21.5 ", { metric: "temperature_c" }, 21.5],
  ["-1.5e1", { metric: "temperature_c" }, -15],
  [215, { metric: "temperature_c", scale: 0.1 }, 21.5],
  [615, { metric: "temperature_c", scale: 0.1, offset: -40 }, 21.5],
  ["on", { metric: "power_state" }, "on"],
  ["ON", { metric: "power_state" }, undefined],
  [1, { metric: "power_state", values: { "1": "on" } }, "on"],
  [true, { metric: "occupied" }, true],
  ["true", { metric: "occupied" }, undefined],
  [1, { metric: "occupied" }, undefined],
  [true, { metric: "co2_ppm" }, undefined],
  ["", { metric: "co2_ppm" }, undefined],
  ["0x10", { metric: "co2_ppm" }, undefined],
  ["1,5", { metric: "co2_ppm" }, undefined],
  ["Infinity", { metric: "co2_ppm" }, undefined],
  [Number.NaN, { metric: "co2_ppm" }, undefined],
  [null, { metric: "co2_ppm" }, undefined],
  [[400], { metric: "co2_ppm" }, undefined],
  ["toString", { metric: "occupied", values: {} }, undefined],
  [1, { metric: "happiness" }, undefined],
])("%j by %j is %j", (value, conversion, wanted) => {
  expect(converted(value, conversion)).toEqual(wanted);
});

test("a unit fits its metric, or is a fault", () => {
  expect(conversionFault({ metric: "temperature_c", unit: "F" })).toBeUndefined();
  expect(conversionFault({ metric: "humidity_pct", unit: "fraction" })).toBeUndefined();
  expect(conversionFault({ metric: "co2_ppm", unit: "F" })).toMatch(/does not become ppm/);
  expect(conversionFault({ metric: "power_state", offset: 1 })).toMatch(/is no number/);
  expect(conversionFault({ metric: "occupied", values: { present: "yes" } })).toBe(
    'what "present" means must be true or false',
  );
});

test("law: what is converted is of its metric's type, whatever the device says", () => {
  const some = fc.oneof(fc.anything(), fc.double(), fc.string());
  fc.assert(
    fc.property(some, fc.constantFrom(...metricList), fc.double({ noNaN: true }), (value, { name }, scale) => {
      const metric = metrics.get(name);
      const told = converted(value, { metric: name, scale });
      if (told !== undefined && metric !== undefined) expect(wrongType(metric, told)).toBeUndefined();
    }),
  );
});
