import { describe, expect, it } from "vitest";
import { hours, minutes, seconds } from "#contract/units.ts";
import { SensorHealth } from "./sensor-health.ts";
import { atMinute, except, START, TestRoom, working } from "./test-room.ts";

const known = { device: "env", intervals_s: { temperature_c: 60, co2_ppm: 60 } };
const silentFrom = (from: number, to: number) => except(working, (m) => m >= from && m < to, undefined);

describe("silence of a device", () => {
  it("is none for one lost packet", () => {
    const room = new TestRoom();
    room.health.know([known], START);
    expect(room.run(hours(3), { env: except(working, (m) => m % 30 === 29, undefined) }).told).toEqual([]);
  });

  it("is a finding after more than two intervals, dated back to the last report, ended by the next", () => {
    const room = new TestRoom();
    room.health.know([known], START);
    room.run(minutes(62), { env: silentFrom(60, 90) });
    expect(room.told).toEqual([]);
    room.run(minutes(1), { env: silentFrom(60, 90) });
    expect(room.told).toEqual(["env * silent 59.."]);
    expect(room.run(minutes(40), { env: silentFrom(60, 90) }).told).toEqual(["env * silent 59..90"]);
  });

  it("is found at the next report even when nobody looked in between", () => {
    const health = new SensorHealth({ room: "hq/r1" });
    health.know([known], START);
    for (const minute of [0, 1, 2, 40]) health.observe("env", "co2_ppm", 500 + minute, atMinute(minute));
    expect(health.findings()).toMatchObject([{ kind: "silent", metric: "*", to: "2013-08-23T23:45:00.000Z" }]);
  });

  it("says when to look again, and not before", () => {
    const health = new SensorHealth({ room: "hq/r1" });
    health.know([known], START);
    health.observe("env", "co2_ppm", 500, START);
    health.tick(START);
    const due = health.dueAt() as number;
    expect(due - START).toBeGreaterThan(120_000);
    expect(due - START).toBeLessThan(180_000);
    health.tick(due as never);
    expect(health.findings()).toMatchObject([{ kind: "silent" }]);
    expect(health.dueAt()).toBeUndefined();
  });

  it("follows an interval that was never told", () => {
    const slow = new TestRoom().run(hours(10), { env: working }, minutes(10));
    expect(slow.told).toEqual([]);
    slow.run(minutes(30), {}, minutes(1));
    expect(slow.findings).toMatchObject([{ kind: "silent", metric: "*" }]);
  });

  it("believes the reports when they plainly come slower than told", () => {
    const room = new TestRoom();
    room.health.know([{ device: "env", intervals_s: { temperature_c: 10 } }], START);
    room.run(hours(2), { env: working });
    const before = room.findings.filter((finding) => finding.to === undefined);
    const count = room.findings.length;
    expect(before).toEqual([]);
    room.run(hours(2), { env: working });
    expect(room.findings.length).toBe(count);
  });

  it("is patient with what reports on change only", () => {
    const room = new TestRoom();
    const onChange = except(working, (m) => ![0, 3, 4, 11, 19].includes(m % 25), undefined);
    room.run(hours(24), { door: onChange });
    const settled = room.findings.length;
    expect(room.run(hours(24), { door: onChange }).findings.length).toBeLessThanOrEqual(settled);
  });

  it("of a device that sleeps on purpose means nothing", () => {
    const room = new TestRoom();
    room.health.know([known], START);
    room.run(minutes(30), { env: working });
    room.health.know([{ device: "env", sleeping: true }], room.now);
    expect(room.run(hours(5), {}).told).toEqual([]);
    room.health.know([{ device: "env", sleeping: false }], room.now);
  });

  it("is not counted while nobody listened", () => {
    const before = new TestRoom();
    before.health.know([known], START);
    before.run(hours(1), { env: working });
    const kept: unknown = JSON.parse(JSON.stringify(before.health));
    const health = SensorHealth.fromJSON(kept, { room: "hq/r1" });
    health.resume(atMinute(600));
    health.tick(atMinute(600));
    expect(health.findings()).toEqual([]);
    health.observe("env", "co2_ppm", 500, atMinute(601));
    health.tick(atMinute(601));
    expect(health.findings()).toEqual([]);
    health.tick(atMinute(605));
    expect(health.findings()).toMatchObject([{ kind: "silent", from: new Date(atMinute(601)).toISOString() }]);
  });

  it("ignores what comes late or twice", () => {
    const room = new TestRoom().run(hours(1), { env: working });
    const before = JSON.stringify(room.health);
    room.health.observe("env", "temperature_c", 999, atMinute(30));
    room.health.observe("env", "temperature_c", 999, atMinute(59));
    expect(JSON.stringify(room.health)).toBe(before);
  });
});

describe("what never came", () => {
  it("is a finding about a device on the card, until it is heard of", () => {
    const room = new TestRoom();
    room.health.know([known, { device: "lamp" }], START);
    room.run(minutes(60), { env: working });
    expect(room.told).toEqual(["lamp * never_reported 0.."]);
    room.run(minutes(1), { env: working, lamp: () => ({ light_lux: 5 }) });
    expect(room.told).toEqual(["lamp * never_reported 0..60"]);
  });

  it("is forgotten with the device", () => {
    const room = new TestRoom();
    room.health.know([{ device: "lamp" }], START);
    room.run(minutes(60), {});
    expect(room.told).toHaveLength(1);
    room.health.forget("lamp");
    expect(room.told).toEqual([]);
  });
});

it("a flood of invented devices and metrics is not taken", () => {
  const health = new SensorHealth({ room: "hq/r1" });
  for (let i = 0; i < 2_000; i++) health.observe(`d${String(i)}`, "co2_ppm", 500, START);
  health.know(
    [{ device: "env", intervals_s: Object.fromEntries(Array.from({ length: 999 }, (_, i) => [`m${String(i)}`, 1])) }],
    START,
  );
  expect(health.toJSON().devices).toHaveLength(400);
  expect(JSON.stringify(health)).not.toContain("m998");
});

it("one metric that stops while its device goes on is a finding about that metric", () => {
  const noCo2: typeof working = (at, m) => {
    const { co2_ppm, ...rest } = working(at, m) as Record<string, number>;
    return m < 60 || m >= 120 ? { ...rest, co2_ppm: co2_ppm as number } : rest;
  };
  const room = new TestRoom();
  room.health.know([known], START);
  room.run(minutes(90), { env: noCo2 });
  expect(room.told).toEqual(["env co2_ppm silent 59.."]);
  expect(room.run(minutes(60), { env: noCo2 }).told).toEqual(["env co2_ppm silent 59..120"]);
});

it("fast reporters get a grace of seconds", () => {
  const room = new TestRoom();
  room.run(minutes(10), { env: working }, seconds(5));
  expect(room.told).toEqual([]);
});
