import { describe, expect, it } from "vitest";
import type { ComfortBand, Needs } from "#contract/messages/room.ts";
import type { ComfortCheck } from "./comfort-check.ts";
import { Bench, demoIn } from "./check-fixture.ts";
import { co2 } from "./co2.ts";
import { light } from "./light.ts";
import { noise } from "./noise.ts";
import { temperature } from "./temperature.ts";

/** What is found of values that come a minute apart. */
function found(bench: Bench, metric: string, ...values: number[]): string {
  bench.finds();
  for (const value of values) bench.says({ [metric]: value }, 1).finds();
  const row = bench.finds();
  return `${row?.outcome} ${row?.code}: ${bench.tells()}`;
}

describe("a value that is on its way back", () => {
  it("is told by the edge that it comes from, with the same reason, until it is far enough inside", () => {
    const cold = new Bench(temperature).says({ temperature_c: 19.5 });
    expect(found(cold, "temperature_c", 19.5)).toBe("degraded TOO_COLD: Room is 19.5 °C since 09:00, 0.5 K below 20.");
    const warming = (value: number) =>
      `degraded TOO_COLD: Room is ${value} °C since 09:00, back inside 20–24 °C but only just.`;
    expect(found(cold, "temperature_c", 20)).toBe(warming(20));
    expect(found(cold, "temperature_c", 20.2)).toBe(warming(20.2));
    const warm = new Bench(temperature).says({ temperature_c: 24.4 });
    expect(found(warm, "temperature_c", 24.4)).toBe("degraded TOO_WARM: Room is 24.4 °C since 09:00, 0.4 K above 24.");
    expect(found(warm, "temperature_c", 24)).toBe(
      "degraded TOO_WARM: Room is 24 °C since 09:00, back inside 20–24 °C but only just.",
    );
  });

  it("is high where only a most is asked, and low where only a least is", () => {
    const air = new Bench(co2).says({ co2_ppm: 1_400 });
    expect(found(air, "co2_ppm", 1_400, 1_180)).toBe(
      "degraded CO2_HIGH: CO₂ is 1,180 ppm since 09:00, back inside at most 1,200 ppm but only just.",
    );
    const dark = new Bench(light).says({ light_lux: 250, occupied: true });
    dark.finds();
    for (let minute = 0; minute < 2; minute++) dark.says({ light_lux: 310, occupied: true }, 1).finds();
    expect(dark.finds()).toMatchObject({ outcome: "degraded", code: "TOO_DARK" });
    expect(dark.tells()).toBe("Light is 310 lx since 09:00, back inside at least 300 lx but only just.");
  });
});

describe("what a comfort check asks", () => {
  const names = (check: ComfortCheck, ...bands: ComfortBand[]) => {
    const metric = check.comfort.metric;
    return bands.map((band) => new Bench(check).requires({ comfort: { [metric]: band } })?.key);
  };

  it("is answered once for the same band, and apart for each other one", () => {
    const bands: ComfortBand[] = [
      { ready: [0, 800], usable: [0, 900] },
      { ready: [0, 800], usable: [0, 1_000] },
      { ready: [0, 700], usable: [0, 900] },
    ];
    expect(new Set(names(co2, ...bands, ...bands)).size).toBe(3);
  });

  it("rests on its metric's sensors, and on people where they make or need it", () => {
    const bench = (check: ComfortCheck) =>
      new Bench(check).says({ light_lux: 400, noise_dba: 30, co2_ppm: 600, temperature_c: 21, occupied: false });
    const reads = [temperature, co2, noise, light].map((check) => bench(check).requires()?.reads);
    expect(reads.map((each) => each?.people)).toEqual([false, false, true, true]);
    expect(reads.map((each) => each?.slots.map(({ metric }) => metric))).toEqual([
      ["temperature_c"],
      ["co2_ppm"],
      ["noise_dba"],
      ["light_lux"],
    ]);
  });

  it("of light is asked where people are counted, too", () => {
    expect(new Bench(light).says({ light_lux: 100, people_count: 2 }).finds()).toMatchObject({ code: "TOO_DARK" });
  });

  it("cannot be told where nothing in the room measures it, which blocks nobody who did not name it", () => {
    const bare = new Bench(co2, { devices: [] });
    expect(bare.finds()).toBeUndefined();
    bare.demo = demoIn(60);
    const needs: Needs = { comfort: { co2_ppm: { ready: [0, 800], usable: [0, 900] } } };
    expect(bare.finds(needs)).toMatchObject({
      outcome: "unknown",
      code: "NEVER_REPORTED",
      freshness: 0,
      part: { device: "none", metric: "co2_ppm", cause: "sensor:none/co2_ppm", seen: { kind: "unknown", since: 0 } },
    });
    expect(bare.tells(needs)).toBe("Can't tell the CO₂: nothing in the room measures it.");
  });

  it("has the sensor that does not tell as its cause", () => {
    const silent = new Bench(co2).says({ co2_ppm: 600 }).waits(60);
    expect(silent.finds()?.part).toMatchObject({ cause: "sensor:air/co2_ppm", value: 600 });
  });
});

describe("what is judged only while it can be", () => {
  it("stays as it was found meanwhile, at half of its worth where it was not well", () => {
    const bench = new Bench(noise).says({ noise_dba: 40, occupied: false });
    expect(bench.finds()).toMatchObject({ outcome: "degraded", code: "TOO_LOUD", quality: 0.5 });
    const loud = new Bench(noise).says({ noise_dba: 44, occupied: false });
    expect(loud.finds()?.quality).toBeCloseTo(0.1, 9);
    for (let minute = 0; minute < 4; minute++) loud.says({ noise_dba: 30, occupied: true }, 1).finds();
    expect(loud.finds()).toMatchObject({ outcome: "degraded", code: "TOO_LOUD", quality: 0.5 });
    expect(loud.tells()).toBe("Noise is 30 dB(A); judged when the room is empty.");
    const quiet = new Bench(noise).says({ noise_dba: 60, occupied: true });
    expect(quiet.finds()?.part).toMatchObject({ outcome: "ready", quality: 1, code: "OK" });
  });
});
