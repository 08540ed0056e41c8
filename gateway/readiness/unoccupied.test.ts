import { expect, it } from "vitest";
import { Bench, demoIn, NINE } from "./check-fixture.ts";
import { unoccupied } from "./unoccupied.ts";

const at = (minutes: number): string => new Date(NINE + minutes * 60_000).toISOString();
const used = (occupied: boolean, arrivalIn: number): Bench => {
  const bench = new Bench(unoccupied).says({ occupied });
  bench.demo = demoIn(arrivalIn);
  return bench;
};

it("does not mind people hours before, doubts them shortly before, and never stands in the way of the visit itself", () => {
  expect(used(true, 120).finds()).toMatchObject({ outcome: "ready" });
  expect(used(true, 15).finds()).toMatchObject({ outcome: "degraded", code: "STILL_IN_USE" });
  expect(used(false, 15).finds()).toMatchObject({ outcome: "ready" });
  expect(used(true, 0).finds()).toMatchObject({ outcome: "ready", freshness: 1 });
});

it("names an overrun with its booking and the client's arrival", () => {
  const bench = used(true, 10);
  bench.room.takeDemos([], [{ start: at(-60), end: at(-5) }]);
  expect(bench.finds()).toMatchObject({ outcome: "degraded", code: "OVERRUN" });
  expect(bench.tells()).toBe("Still in use since 09:00, booked until 08:55; the client comes at 09:10.");
});

it("only lowers the verdict now", () => {
  expect(new Bench(unoccupied).says({ occupied: true }).finds()).toMatchObject({ outcome: "degraded", code: "IN_USE" });
  expect(new Bench(unoccupied).says({ people_count: 2 }).finds()).toMatchObject({ outcome: "degraded" });
  expect(new Bench(unoccupied).says({ people_count: 0 }).finds()).toMatchObject({ outcome: "ready" });
});

it("is unknown when its sensor has gone silent, and not asked for where there is none", () => {
  const bench = new Bench(unoccupied).says({ occupied: false });
  bench.finds();
  expect(bench.waits(5).finds()).toMatchObject({ outcome: "unknown", code: "STALE", hard: true });
  expect(new Bench(unoccupied).finds()).toBeUndefined();
});

it("takes two minutes of people to be in use and two without to be empty", () => {
  const bench = new Bench(unoccupied).says({ occupied: false });
  bench.finds();
  expect(bench.says({ occupied: true }, 1).finds()?.outcome).toBe("ready");
  expect(bench.says({ occupied: true }, 2).finds()?.outcome).toBe("degraded");
  expect(bench.says({ occupied: false }, 1).finds()?.outcome).toBe("degraded");
  expect(bench.says({ occupied: false }, 2).finds()?.outcome).toBe("ready");
});
