import { expect, it } from "vitest";
import { Bench } from "./check-fixture.ts";
import { noise } from "./noise.ts";

it.each([
  [35, "ready"],
  [36, "degraded"],
  [45, "degraded"],
  [46, "not_ready"],
])("an empty room at %s dB(A) is %s", (value, outcome) => {
  expect(new Bench(noise).says({ noise_dba: value, occupied: false }).finds()).toMatchObject({ outcome, hard: false });
});

it("does not take people talking for noise", () => {
  const bench = new Bench(noise).says({ noise_dba: 30, occupied: false });
  bench.finds();
  for (let i = 0; i < 10; i++) bench.says({ noise_dba: 65, occupied: true }, 1).finds();
  expect(bench.finds()?.outcome).toBe("ready");
  expect(bench.tells()).toBe("Noise is 65 dB(A); judged when the room is empty.");
});

it("is judged always where nobody tells of people", () => {
  expect(new Bench(noise).says({ noise_dba: 65 }).finds()?.outcome).toBe("not_ready");
});
