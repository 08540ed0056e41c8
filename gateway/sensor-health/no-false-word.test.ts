import { describe, expect, it } from "vitest";
import { hours, minutes } from "#contract/units.ts";
import { SensorHealth } from "./sensor-health.ts";
import { atMinute, days, type Script, START, TestRoom, working } from "./test-room.ts";

/** Noise that repeats: as even as a die, the same at every run. */
const noise = (minute: number): number => (Math.imul(minute + 1, 2_654_435_761) >>> 0) / 2 ** 31 - 1;

describe("what looks wrong and is not", () => {
  it("a chip's temperature is never judged as a room's, however hot or steady", () => {
    const rack: Script = () => ({ chip_temperature_c: 88 });
    const room = new TestRoom().run(days(6), { env: working, rack });
    expect(room.told).toEqual([]);
    expect(room.health.isBelievable("rack", "chip_temperature_c")).toBe(true);
  });

  it("a display that sleeps may be silent as long as it likes, and is silent again once it is awake", () => {
    const health = new SensorHealth({ room: "hq/r1" });
    health.know([{ device: "proj", intervals_s: { power_state: 60 } }], START);
    for (let minute = 0; minute < 5; minute++) health.observe("proj", "power_state", "standby", atMinute(minute));
    health.know([{ device: "proj", sleeping: true }], atMinute(5));
    for (let minute = 5; minute < 600; minute++) health.tick(atMinute(minute));
    expect(health.findings()).toEqual([]);
    health.know([{ device: "proj", sleeping: false }], atMinute(600));
    for (let minute = 600; minute < 610; minute++) health.tick(atMinute(minute));
    expect(health.findings()).toMatchObject([{ kind: "silent" }]);
  });

  it("a sensor five times as noisy as others is noisy, not lying", () => {
    const noisy: Script = (at, minute) => ({
      ...working(at, minute),
      temperature_c: 22.5 + Math.sin(minute / 300) + 0.5 * noise(minute),
      co2_ppm: 600 + 150 * Math.sin(minute / 200) + 75 * noise(minute * 3),
      humidity_pct: 45 + 5 * noise(minute * 7),
    });
    const room = new TestRoom().run(days(6), { env: noisy });
    expect(room.told).toEqual([]);
    for (const metric of ["temperature_c", "co2_ppm", "humidity_pct"])
      expect(room.health.isBelievable("env", metric)).toBe(true);
  });

  it("a button that speaks only when it is pressed is not silent in between; one that promised to is", () => {
    const health = new SensorHealth({ room: "hq/r1" });
    for (const minute of [0, 300, 1_500]) health.observe("button", "reset_pressed", true, atMinute(minute));
    health.know([{ device: "hourly", intervals_s: { reset_pressed: 3_600 } }], START);
    health.observe("hourly", "reset_pressed", false, atMinute(1_500));
    for (let minute = 1_500; minute < 1_800; minute++) health.tick(atMinute(minute));
    const open = health.findings().filter(({ to }) => to === undefined);
    expect(open).toMatchObject([{ device: "hourly", kind: "silent" }]);
  });
});

describe("what is wrong from the beginning", () => {
  it("is silence after the very first report, seen as soon as any other", () => {
    const health = new SensorHealth({ room: "hq/r1" });
    health.know([{ device: "env", intervals_s: { temperature_c: 60 } }], START);
    health.tick(START);
    health.observe("env", "temperature_c", 21, atMinute(0));
    health.tick(atMinute(0));
    expect((health.dueAt() as number) - START).toBeLessThan(minutes(3));
    health.tick(atMinute(3));
    expect(health.findings()).toMatchObject([{ device: "env", kind: "silent" }]);
  });

  it("is a value that no room has, from a sensor that never said another", () => {
    const room = new TestRoom().run(hours(1), { env: () => ({ temperature_c: -127 }) });
    expect(room.findings).toMatchObject([{ kind: "out_of_range", confidence: 0.99 }]);
    expect(room.health.isBelievable("env", "temperature_c")).toBe(false);
  });
});
