import { expect, it } from "vitest";
import { Bench, demoIn, NINE } from "./check-fixture.ts";
import { maintenance } from "./maintenance.ts";

const at = (minutes: number): string => new Date(NINE + minutes * 60_000).toISOString();
const windowed = (from: number, to: number): Bench => {
  const bench = new Bench(maintenance);
  bench.room.takeWindows([{ id: "w1", start: at(from), end: at(to), reason: "Filter change" }]);
  return bench;
};

it("blocks now while a window is open, and not before or after", () => {
  expect(windowed(-10, 10).finds()).toMatchObject({ outcome: "not_ready", code: "IN_MAINTENANCE", hard: true });
  expect(windowed(0, 10).finds()?.outcome).toBe("not_ready");
  expect(windowed(1, 10).finds()?.outcome).toBe("ready");
  expect(windowed(-10, 0).finds()?.outcome).toBe("ready");
});

it.each([
  [0, 60, "ready"],
  [30, 61, "not_ready"],
  [90, 100, "not_ready"],
  [120, 130, "ready"],
])("for a visit from 60 to 120 min a window from %s to %s is %s", (from, to, outcome) => {
  const bench = windowed(from, to);
  bench.demo = demoIn(60);
  expect(bench.finds()?.outcome).toBe(outcome);
});

it("says from when until when, and why", () => {
  expect(windowed(-30, 45).tells()).toBe("In maintenance from 08:30 until 09:45: Filter change.");
});
