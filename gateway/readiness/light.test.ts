import { expect, it } from "vitest";
import { Bench } from "./check-fixture.ts";
import { light } from "./light.ts";

it.each([
  [300, "ready"],
  [299, "degraded"],
  [200, "degraded"],
  [199, "not_ready"],
])("a room in use at %s lx is %s", (value, outcome) => {
  expect(new Bench(light).says({ light_lux: value, occupied: true }).finds()).toMatchObject({ outcome, hard: false });
});

it("lets an empty room be dark", () => {
  const bench = new Bench(light).says({ light_lux: 0, occupied: false });
  expect(bench.finds()?.outcome).toBe("ready");
  expect(bench.tells()).toBe("Light is 0 lx; judged while people are in.");
});

it("is not asked for where nobody tells of people", () => {
  expect(new Bench(light).says({ light_lux: 0 }).finds()).toBeUndefined();
});
