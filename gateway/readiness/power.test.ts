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

it.each<[Values, string]>([
  [{ battery_pct: 20, load_pct: 95 }, "OK"],
  [{ battery_pct: 100, load_pct: 40 }, "OK"],
  [{ battery_pct: 19.9 }, "BATTERY_LOW"],
  [{ load_pct: 95.1 }, "SUPPLY_LOADED"],
])("%j is %s, to the edge", (values, code) => {
  expect(told({ external_power: true, ...values }).finds()?.code).toBe(code);
});

it("says no time where the supply tells none", () => {
  expect(told({ external_power: false }).tells()).toBe("The rack's supply runs on its battery since 09:00.");
});

it("is known by whatever the supply tells, and not known, without blame, where it does not answer", () => {
  for (const values of [{ other_health: "ok" }, { reachable: true }] satisfies Values[])
    expect(told(values).finds()).toMatchObject({ outcome: "ready", code: "OK" });
  const bench = told({ external_power: true });
  bench.room.takeDeviceState("ups", { at: new Date(NINE).toISOString(), state: "offline" }, NINE);
  expect(bench.finds()).toMatchObject({ outcome: "unknown", code: "DEVICE_OFFLINE" });
  expect(bench.tells()).toContain("Can't tell the power supply: The rack's supply does not answer");
});
