import { expect, it } from "vitest";
import { capacity } from "./capacity.ts";
import { Bench } from "./check-fixture.ts";

it.each([
  [7, "ready"],
  [8, "ready"],
  [9, "degraded"],
  [10, "not_ready"],
])("8 seats for %s people are %s", (people, outcome) => {
  expect(new Bench(capacity).finds({ people })).toMatchObject({ outcome, hard: true, freshness: 1 });
});

it("is not asked for where nobody said how many come", () => {
  expect(new Bench(capacity).finds()).toBeUndefined();
});

it("says how many are missing", () => {
  expect(new Bench(capacity).tells({ people: 12 })).toBe("8 seats for 12 people: 4 too few.");
});
