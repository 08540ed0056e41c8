import { expect, it } from "vitest";
import { Bench } from "./check-fixture.ts";
import { humidity } from "./humidity.ts";

it.each([
  [25, "ready", "OK"],
  [60, "ready", "OK"],
  [24, "degraded", "TOO_DRY"],
  [61, "degraded", "TOO_DAMP"],
  [19, "not_ready", "TOO_DRY"],
  [71, "not_ready", "TOO_DAMP"],
])("%s % RH is %s", (value, outcome, code) => {
  expect(new Bench(humidity).says({ humidity_pct: value }).finds()).toMatchObject({ outcome, code, hard: false });
});

it("must come three points further in than it went out, for ten minutes", () => {
  const bench = new Bench(humidity).says({ humidity_pct: 65 });
  bench.finds();
  for (let i = 0; i < 20; i++) bench.says({ humidity_pct: 58 }, 1).finds();
  expect(bench.finds()?.outcome).toBe("degraded");
  for (let i = 0; i < 10; i++) bench.says({ humidity_pct: 57 }, 1).finds();
  expect(bench.finds()?.outcome).toBe("degraded");
  expect(bench.says({ humidity_pct: 57 }, 1).finds()?.outcome).toBe("ready");
});
