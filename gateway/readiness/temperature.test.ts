import { expect, it } from "vitest";
import { Bench } from "./check-fixture.ts";
import { temperature } from "./temperature.ts";

const at = (value: number) => new Bench(temperature).says({ temperature_c: value }).finds();

it.each([
  [19, "degraded", "TOO_COLD"],
  [18.9, "not_ready", "TOO_COLD"],
  [19.9, "degraded", "TOO_COLD"],
  [20, "ready", "OK"],
  [24, "ready", "OK"],
  [24.1, "degraded", "TOO_WARM"],
  [25, "degraded", "TOO_WARM"],
  [25.1, "not_ready", "TOO_WARM"],
])("in November %s °C is %s", (value, outcome, code) => {
  expect(at(value)).toMatchObject({ outcome, code, hard: true, weight: 10 });
});

it("falls evenly through the usable band", () => {
  expect(at(19.5)?.quality).toBeCloseTo(0.5);
  expect(at(24.25)?.quality).toBeCloseTo(0.75);
});

it("takes the demo's band over the card's, and the card's over the season's", () => {
  const band = (low: number, high: number) => ({
    ready: [low, high] as [number, number],
    usable: [low - 1, high + 1] as [number, number],
  });
  const bench = new Bench(temperature, { comfort: { temperature_c: band(17, 19) } }).says({ temperature_c: 18 });
  expect(bench.finds()?.outcome).toBe("ready");
  expect(bench.finds({ comfort: { temperature_c: band(22, 23) } })?.outcome).toBe("not_ready");
});

it("counts a change after five minutes, and comes back only 0.3 K inside and after five more", () => {
  const bench = new Bench(temperature).says({ temperature_c: 22 });
  expect(bench.finds()?.outcome).toBe("ready");
  expect(bench.says({ temperature_c: 24.5 }, 1).finds()?.outcome).toBe("ready");
  expect(bench.says({ temperature_c: 24.5 }, 4).finds()?.outcome).toBe("ready");
  expect(bench.says({ temperature_c: 24.5 }, 1).finds()?.outcome).toBe("degraded");
  for (let i = 0; i < 8; i++) bench.says({ temperature_c: 23.8 }, 1).finds();
  expect(bench.finds()?.outcome).toBe("degraded");
  bench.says({ temperature_c: 23.6 }, 1).finds();
  for (let i = 0; i < 4; i++) expect(bench.says({ temperature_c: 23.6 }, 1).finds()?.outcome).toBe("degraded");
  expect(bench.says({ temperature_c: 23.6 }, 1).finds()?.outcome).toBe("ready");
});

it("says what, by how much and since when", () => {
  expect(new Bench(temperature).says({ temperature_c: 18.1 }).tells()).toBe(
    "Room is 18.1 °C since 09:00, 1.9 K below 20.",
  );
  expect(new Bench(temperature).says({ temperature_c: 22 }).tells()).toBe("Room is 22 °C; wanted 20–24 °C.");
});

it("is unknown while its sensor has never reported, and asked for where any sensor might tell it", () => {
  expect(new Bench(temperature).finds()).toMatchObject({ outcome: "unknown", code: "NEVER_REPORTED", freshness: 0 });
  expect(new Bench(temperature).tells()).toBe("Can't tell the room's temperature: The air has never reported.");
  expect(new Bench(temperature, { devices: [] }).finds()).toBeUndefined();
});

it("ages from two reports on and is unknown after five; what was not ready stays so", () => {
  const fine = new Bench(temperature).says({ temperature_c: 22 });
  fine.finds();
  expect(fine.waits(2).finds()).toMatchObject({ outcome: "ready", freshness: 1 });
  expect(fine.waits(1.5).finds()).toMatchObject({ outcome: "ready", freshness: 0.5 });
  expect(fine.waits(1.5).finds()).toMatchObject({ outcome: "unknown", freshness: 0, code: "STALE" });
  const cold = new Bench(temperature).says({ temperature_c: 15 });
  cold.finds();
  expect(cold.waits(60).finds()).toMatchObject({ outcome: "not_ready", freshness: 0, code: "TOO_COLD" });
});
