import { describe, expect, it } from "vitest";
import { hours, minutes } from "#contract/units.ts";
import { days, except, type Script, START, TestRoom, working } from "./test-room.ts";
import { SensorHealth } from "./sensor-health.ts";

describe("out of range", () => {
  it("is a finding about the sensor that says what it claims, and since when in the room's zone", () => {
    const hot = except(working, () => true, { temperature_c: 394.2 });
    const room = new TestRoom().run(minutes(5), { env: hot });
    expect(room.told).toEqual(["env temperature_c out_of_range 0.."]);
    expect(room.findings[0]?.sentence).toBe(
      "env claims a temperature of 394.2 °C since Fri 16:05: no room is like that. Sensor fault.",
    );
    expect(room.health.isBelievable("env", "temperature_c")).toBe(false);
    expect(room.health.isBelievable("env", "co2_ppm")).toBe(true);
  });

  it("is seen within two reports when a good sensor goes bad", () => {
    const room = new TestRoom().run(hours(2), { env: working });
    const bad = except(working, () => true, { temperature_c: 75 });
    room.run(minutes(1), { env: bad });
    expect(room.told).toEqual([]);
    expect(room.health.isBelievable("env", "temperature_c")).toBe(false);
    room.run(minutes(1), { env: bad });
    expect(room.told).toEqual(["env temperature_c out_of_range 120.."]);
  });

  it("stays one finding while the fault comes and goes, and ends after a clean hour at the first good report", () => {
    const flapping = except(working, (m) => m < 300 && m % 20 < 3, { co2_ppm: 180 });
    const room = new TestRoom().run(hours(5), { env: flapping });
    expect(room.told).toEqual(["env co2_ppm out_of_range 0.."]);
    room.run(hours(2), { env: working });
    expect(room.told).toEqual(["env co2_ppm out_of_range 0..283"]);
    expect(room.health.isBelievable("env", "co2_ppm")).toBe(true);
  });

  it("is not believed again before a liar has been good for a while", () => {
    const liar = except(working, (m) => m < 240 && m % 2 === 0, { temperature_c: 80 });
    const room = new TestRoom().run(hours(4), { env: liar }).run(minutes(10), { env: working });
    expect(room.health.isBelievable("env", "temperature_c")).toBe(false);
    room.run(minutes(90), { env: working });
    expect(room.health.isBelievable("env", "temperature_c")).toBe(true);
  });

  it("takes the registry's bounds as inclusive and ignores metrics that nobody knows", () => {
    const health = new SensorHealth({ room: "hq/r1" });
    health.observe("env", "co2_ppm", 250, START);
    health.observe("env", "temperature_c", 60, START);
    health.observe("env", "vibes", -1e9, START);
    expect(health.findings()).toEqual([]);
  });
});

describe("a spike", () => {
  it("is one report that leaves the level and comes back: a glitch, not the room", () => {
    const room = new TestRoom().run(hours(4), { env: except(working, (m) => m === 100, { temperature_c: 43.8 }) });
    expect(room.told).toEqual(["env temperature_c spike 100..101"]);
    expect(room.findings[0]?.sentence).toMatch(/jumped to a temperature of 43\.8 °C .* among reports of 2[23]\.\d °C/);
  });

  it("is not believed while it lasts and forgiven at once", () => {
    const spiky = except(working, (m) => m === 100, { temperature_c: 43.8 });
    const room = new TestRoom().run(minutes(101), { env: spiky });
    expect(room.health.isBelievable("env", "temperature_c")).toBe(false);
    room.run(minutes(1), { env: spiky });
    expect(room.health.isBelievable("env", "temperature_c")).toBe(true);
  });

  it("of an impossible value is a spike too when the next report is good", () => {
    const room = new TestRoom().run(hours(4), { env: except(working, (m) => m === 100, { temperature_c: 70 }) });
    expect(room.told).toEqual(["env temperature_c spike 100..101"]);
  });

  it("that repeats within the hour is one finding", () => {
    const room = new TestRoom().run(hours(6), {
      env: except(working, (m) => m === 100 || m === 130, { humidity_pct: 5 }),
    });
    expect(room.told).toEqual(["env humidity_pct spike 100..131"]);
    expect(room.findings[0]?.sentence).toContain("2 times");
  });

  it("is none when the next report agrees: the room really changed", () => {
    const heated = except(working, (m) => m >= 100, { temperature_c: 33 });
    const room = new TestRoom().run(minutes(102), { env: heated });
    expect(room.health.isBelievable("env", "temperature_c")).toBe(true);
    expect(room.run(hours(2), { env: heated }).told).toEqual([]);
  });

  it("is none when the value runs on in one direction, as steam beside the sensor does", () => {
    const steam: Script = (at, m) => {
      const rise = m < 100 ? 0 : m < 104 ? 8 * (m - 99) : Math.max(0, 32 - 2 * (m - 103));
      return { ...working(at, m), temperature_c: 23 + rise };
    };
    const room = new TestRoom().run(hours(3), { env: steam });
    expect(room.told).toEqual([]);
  });

  it("before a gap does not become the level after it", () => {
    const glitch = except(working, (m) => m === 100, { temperature_c: 70 });
    const gap = except(glitch, (m) => m > 100 && m < 160, undefined);
    const room = new TestRoom().run(hours(6), { env: gap });
    expect(room.told.filter((line) => line.includes("temperature_c"))).toEqual(["env temperature_c spike 100..160"]);
  });

  it("is none when somebody breathes at the CO₂ sensor", () => {
    const burst = [720, 1760, 1665, 1255, 724];
    const breath: typeof working = (at, m) => ({ ...working(at, m), co2_ppm: burst[m - 100] ?? 612 });
    expect(new TestRoom().run(hours(3), { env: breath }).told).toEqual([]);
  });

  it("is not looked for in what jumps by nature: light and motion", () => {
    const lamp = except(working, (m) => m === 100, { light_lux: 900, motion_pct: 100 });
    expect(new TestRoom().run(hours(3), { env: lamp }).told).toEqual([]);
  });
});

it("a working room gives no finding in ten days", () => {
  expect(new TestRoom().run(days(10), { env: working }).told).toEqual([]);
});
