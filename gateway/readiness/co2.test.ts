import { expect, it } from "vitest";
import { Bench } from "./check-fixture.ts";
import { co2 } from "./co2.ts";

it.each([
  [420, "ready", false],
  [1200, "ready", false],
  [1201, "degraded", false],
  [1750, "degraded", false],
  [1751, "not_ready", true],
])("%s ppm is %s", (value, outcome, hard) => {
  expect(new Bench(co2).says({ co2_ppm: value }).finds()).toMatchObject({ outcome, hard });
});

it("blocks only when it is not ready, not when it is unknown", () => {
  const bench = new Bench(co2, {
    devices: [{ device: "air", name: "Air", kind: "sensor", intervals_s: { co2_ppm: 60 } }],
  });
  expect(bench.finds()).toMatchObject({ outcome: "unknown", hard: false });
});

it("is not asked for where nothing measures it, unless a visit names it", () => {
  expect(new Bench(co2).finds()).toBeUndefined();
  const named = {
    comfort: { co2_ppm: { ready: [0, 800] as [number, number], usable: [0, 1000] as [number, number] } },
  };
  expect(new Bench(co2).finds(named)).toMatchObject({ outcome: "unknown" });
});

it("says the amount over the limit", () => {
  expect(new Bench(co2).says({ co2_ppm: 1420 }).tells()).toBe("CO₂ is 1,420 ppm since 09:00, 220 ppm above 1,200.");
});
