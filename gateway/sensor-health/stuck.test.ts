import { describe, expect, it } from "vitest";
import { hours, type Instant, minutes } from "#contract/units.ts";
import { days, except, TestRoom, working, type Script } from "./test-room.ts";

/** From that minute on the metric keeps its value. */
const frozenFrom = (metric: string, from: number, value: number): Script =>
  except(working, (m) => m >= from, { [metric]: value });

describe("stuck: not the least change", () => {
  it("is found while the rest of the room goes on living", () => {
    const room = new TestRoom().run(days(3), { env: frozenFrom("temperature_c", 2 * 1440, 22.4) });
    expect(room.told).toEqual(["env temperature_c stuck 2880.."]);
    expect(room.health.isBelievable("env", "temperature_c")).toBe(false);
  });

  it("is found within minutes where a sensor has not stood still for a week", () => {
    const lively: Script = (at, m) => ({ ...working(at, m), temperature_c: 22.4 + 0.2 * Math.sin(m * 1.7) });
    const room = new TestRoom().run(days(8), { env: lively });
    expect(room.told).toEqual([]);
    room.run(minutes(28), { env: except(lively, () => true, { temperature_c: 22.4 }) });
    expect(room.told).toEqual([]);
    room.run(minutes(4), { env: except(lively, () => true, { temperature_c: 22.4 }) });
    expect(room.told).toHaveLength(1);
    expect(room.told[0]).toContain("env temperature_c stuck");
  });

  it("ends when the value moves again", () => {
    const script = except(working, (m) => m >= 2880 && m < 4000, { humidity_pct: 51 });
    const room = new TestRoom().run(days(3), { env: script });
    expect(room.told).toEqual(["env humidity_pct stuck 2880..4000"]);
    expect(room.health.isBelievable("env", "humidity_pct")).toBe(true);
  });

  it("is none in a quiet weekend, when nothing else moves either", () => {
    const quiet: Script = (at, m) =>
      m < 2880 ? working(at, m) : { temperature_c: 21, humidity_pct: 50, co2_ppm: 420, light_lux: 0, motion_pct: 0 };
    expect(new TestRoom().run(days(2) as never, { env: quiet }).run(hours(62), { env: quiet }).told).toEqual([]);
  });

  it("is none for a coarse sensor that often stands still", () => {
    const coarse: Script = (at, m) => ({
      ...working(at, m),
      temperature_c: Math.round(2 * (22.3 + 0.8 * Math.sin(m / 230))) / 2,
    });
    expect(new TestRoom().run(days(6), { env: coarse }).told).toEqual([]);
  });

  it("does not take a gap in reports for steadiness", () => {
    const gap = except(frozenFrom("temperature_c", 2880, 22.4), (m) => m > 2890 && m < 3800, undefined);
    const room = new TestRoom().run(hours(48 + 15.5), { env: gap });
    expect(room.told.filter((line) => line.includes("stuck"))).toEqual([]);
  });
});

describe("stuck: never at rest", () => {
  it("is light that is bright by day and night alike", () => {
    const bright: Script = (at, m) => ({ ...working(at, m), light_lux: 2170 + 200 * Math.sin(m / 60) });
    const room = new TestRoom().run(days(2), { env: bright });
    expect(room.told).toEqual(["env light_lux stuck 0.."]);
    expect(room.findings[0]?.sentence).toContain("by day and night alike");
  });

  it("is not a lamp that was left on, nor a room that is dark for a week", () => {
    const left: Script = (at, m) => ({ ...working(at, m), light_lux: 480 + Math.sin(m) });
    expect(new TestRoom().run(days(4), { env: left }).told).toEqual([]);
    expect(new TestRoom().run(days(7), { env: except(working, () => true, { light_lux: 0 }) }).told).toEqual([]);
  });

  it("is motion that never stops for a day", () => {
    const busy: Script = (at, m) => ({ ...working(at, m), motion_pct: 100 });
    expect(new TestRoom().run(hours(23), { env: busy }).told).toEqual([]);
    expect(new TestRoom().run(hours(25), { env: busy }).told).toEqual(["env motion_pct stuck 0.."]);
  });
});

describe("motion that never fires", () => {
  const dead = except(working, () => true, { motion_pct: 0 });

  it("is found after a week in a room that is used", () => {
    const room = new TestRoom().run(days(6.9), { env: dead });
    expect(room.told).toEqual([]);
    expect(room.run(days(0.3), { env: dead }).told).toEqual(["env motion_pct never_fires 0.."]);
  });

  it("is none in a room that nobody uses", () => {
    const empty: Script = (_at: Instant, m) => ({
      temperature_c: 21 + Math.sin(m / 500),
      co2_ppm: 425 + 5 * Math.sin(m),
      light_lux: 2,
      motion_pct: 0,
    });
    expect(new TestRoom().run(days(12), { env: empty }).told).toEqual([]);
  });

  it("is judged of one that fired before only after two weeks, and ends when it fires", () => {
    const dying = except(working, (m) => m > 1440 && m < 1440 * 17, { motion_pct: 0 });
    const room = new TestRoom().run(days(14), { env: dying });
    expect(room.told).toEqual([]);
    room.run(days(2), { env: dying });
    expect(room.findings).toMatchObject([{ kind: "never_fires", metric: "motion_pct" }]);
    expect(room.health.isBelievable("env", "motion_pct")).toBe(false);
    room.run(days(1.2), { env: dying });
    expect(room.findings[0]?.to).toBeDefined();
  });
});
