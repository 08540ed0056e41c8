import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isPlausible, metricList, metrics as registry } from "#contract/metrics.ts";
import { Told } from "./told.ts";

test("what cannot be is left out and named, what was not told is not", () => {
  const told = new Told();
  told.putAll({ temperature_c: 21, co2_ppm: 70_000, made_up: 1, power_state: "exploded", humidity_pct: undefined });
  expect(told.metrics).toEqual({ temperature_c: 21 });
  expect(told.refused).toBe(
    "co2_ppm cannot be 70000 ppm; made_up is no metric; power_state must be one of off | on | cooling | warming | standby",
  );
  expect(told.parsed("register 3")).toMatchObject({ ok: false, code: "DEVICE_GARBAGE", where: "register 3" });
  expect(new Told().parsed("x")).toEqual({ ok: true, value: {} });
});

test("of many refusals a few are told", () => {
  const told = new Told();
  for (let i = 0; i < 7; i++) told.put("co2_ppm", i);
  expect(told.refused).toMatch(/^co2_ppm cannot be 0 ppm; .*; and 2 more$/);
});

test("law: whatever is put, only plausible values of the registry are held", () => {
  const name = fc.oneof(fc.constantFrom(...metricList.map((metric) => metric.name)), fc.string());
  const value = fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.string(), fc.constantFrom("on", "ok", "error"));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (all) => {
      const told = new Told();
      for (const [metric, said] of all) told.put(metric, said);
      for (const [metric, held] of Object.entries(told.metrics)) {
        const known = registry.get(metric);
        expect(known !== undefined && isPlausible(known, held)).toBe(true);
      }
    }),
  );
});
