import { expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { Bench, NINE, testCard, type Values } from "./check-fixture.ts";
import { power } from "./power.ts";

const card = { devices: [...testCard.devices, { device: "ups", name: "The rack's supply", kind: "ups" as const }] };
const told = (values: Values): Bench => {
  const bench = new Bench(power, card);
  bench.room.takeReading("ups", { at: "", metrics: values }, NINE, NINE);
  return bench;
};

it.each<[Values, string, string]>([
  [{ external_power: true, battery_pct: 100, runtime_left_min: 40 }, "ready", "OK"],
  [{ external_power: false, runtime_left_min: 40, other_health: "warning" }, "degraded", "ON_BATTERY"],
  [{ external_power: false }, "degraded", "ON_BATTERY"],
  [{ external_power: false, runtime_left_min: 10, other_health: "warning" }, "not_ready", "BATTERY_SHORT"],
  [{ external_power: true, runtime_left_min: 4 }, "ready", "OK"],
  [{ external_power: true, switched_on: false }, "not_ready", "SUPPLY_OFF"],
  [{ external_power: true, other_health: "error" }, "not_ready", "SUPPLY_FAULT"],
  [{ external_power: true, other_health: "warning" }, "degraded", "SUPPLY_WARNING"],
  [{ external_power: true, battery_pct: 19 }, "degraded", "BATTERY_LOW"],
  [{ external_power: true, load_pct: 96 }, "degraded", "SUPPLY_LOADED"],
])("%j is %s", (values, outcome, code) => {
  expect(told(values).finds()).toMatchObject({ outcome, code, part: { cause: "power:ups" } });
});

it("says how long the battery lasts, and blocks", () => {
  const bench = told({ external_power: false, runtime_left_min: 7.6 });
  expect(bench.tells()).toMatch(/^The rack's supply runs on its battery since \d\d:\d\d, which lasts 7 min more\.$/);
  expect(bench.finds()?.hard).toBe(true);
});

it("asks nothing of a room without one, and knows nothing of one that is silent", () => {
  expect(new Bench(power).finds()).toBeUndefined();
  const bench = told({ external_power: true });
  bench.now = instant(NINE + 24 * 3_600_000);
  expect(bench.finds()?.outcome).toBe("unknown");
});
