import { describe, expect, it } from "vitest";
import { normal } from "../normal.ts";
import type { Scenario } from "../scenario.ts";
import { DAY_MIN } from "./faults.ts";
import { makeWorld } from "./world.ts";

const inBytes = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (inner instanceof Float64Array ? [...inner] : inner));

describe("a world", () => {
  const world = makeWorld(normal, 1, { rooms: 100, days: 10 });
  const meetings = world.days.flatMap((day) => day.meetings.flat()).filter(({ isDemo }) => !isDemo);
  const visits = world.days.flatMap((day) => day.visits);

  it("is a function of scenario and seed alone", () => {
    const size = { rooms: 12, days: 2 };
    expect(inBytes(makeWorld(normal, 7, size))).toBe(inBytes(makeWorld(normal, 7, size)));
    expect(inBytes(makeWorld(normal, 8, size).days)).not.toBe(inBytes(makeWorld(normal, 7, size).days));
  });

  it("leaves what is there as it is when rooms or faults are added", () => {
    const few = makeWorld(normal, 7, { rooms: 10, days: 2 });
    const many = makeWorld(normal, 7, { rooms: 20, days: 2 });
    expect(many.rooms.slice(0, 10)).toEqual(few.rooms);
    for (const [day, plan] of few.days.entries()) expect(many.days[day]?.meetings.slice(0, 10)).toEqual(plan.meetings);
    const worse: Scenario = structuredClone(normal);
    worse.faults.room.mic.per_day = 0.9;
    const isOther = ({ kind }: { kind: string }): boolean => kind !== "mic";
    const faults = makeWorld(worse, 7, { rooms: 10, days: 2 }).faults;
    expect(faults.length).toBeGreaterThan(few.faults.length);
    expect(faults.filter(isOther)).toEqual(few.faults.filter(isOther));
  });

  it("has the calendar that its scenario asks for", () => {
    const share = (of: (meeting: (typeof meetings)[number]) => boolean): number =>
      meetings.filter(of).length / meetings.length;
    expect(meetings.length).toBeGreaterThan(5_000);
    expect(share(({ attended }) => !attended)).toBeCloseTo(0.34, 1);
    expect(share(({ attended, leaves, end }) => attended && leaves > end + 1)).toBeCloseTo(
      0.25 * 0.66 * Math.exp(-1 / 7),
      1,
    );
    expect(visits.length / (100 * 20)).toBeCloseTo(0.5, 1);
    expect(visits.filter(({ call }) => call).length / visits.length).toBeCloseTo(0.7, 1);
    expect(visits.every(({ gap, before }) => before === undefined || gap >= 0)).toBe(true);
    expect(visits.every(({ arrival }) => arrival >= 540 && arrival <= 1_020)).toBe(true);
  });

  it("has the faults that its scenario asks for", () => {
    const count = (kind: string): number => world.faults.filter((fault) => fault.kind === kind).length;
    const roomDays = 100 * 20;
    // First, second … of a day, each half as likely as the one before, and those of the night.
    expect(count("flap") / roomDays).toBeCloseTo(0.3 * 1.15, 1);
    expect(Math.abs(count("codec") / roomDays / (0.035 * 1.37) - 1)).toBeLessThan(0.3);
    expect(count("net") / (10 * 20)).toBeCloseTo(0.02, 1);
    const overnight = world.faults.filter(({ start }) => start % DAY_MIN < normal.days.from_min);
    expect(new Set(overnight.map(({ kind }) => kind))).toEqual(new Set(["codec", "mic", "disp_off"]));
  });

  it("puts scripted faults where they are asked for: one switch is one fault for all its floors", () => {
    const scripted: Scenario = structuredClone(normal);
    scripted.faults.scripted = [
      { kind: "net", scored_day: 1, at_min: 540, lasts_min: 45, floors: "all" },
      { kind: "codec", scored_day: 0, at_min: 600, lasts_min: 60, rooms: [3, 5, 99] },
    ];
    const { faults } = makeWorld(scripted, 1, { rooms: 20, days: 2 });
    const found = faults.filter(({ id }) => id.startsWith("scripted."));
    expect(found).toMatchObject([
      { kind: "codec", room: 3, start: 10 * DAY_MIN + 600 },
      { kind: "codec", room: 5 },
      { kind: "net", floors: [0, 1], start: 11 * DAY_MIN + 540, end: 11 * DAY_MIN + 585 },
    ]);
  });

  it("gathers as many visits as a conference has", () => {
    const conference: Scenario = structuredClone(normal);
    conference.demos.conference = { every_days: 2, demos: 8, at_min: 600, lasts_min: 60 };
    const { days } = makeWorld(conference, 1, { rooms: 20, days: 4 });
    const at10 = days.map((day) => day.visits.filter(({ arrival, end }) => arrival === 600 && end === 660).length);
    expect(at10[10]).toBeGreaterThanOrEqual(8);
    expect(at10[12]).toBeGreaterThanOrEqual(8);
    expect(at10[9]).toBeLessThan(8);
    const clash = days[10]?.meetings.flatMap((list) =>
      list.filter((each, i) => (list[i + 1]?.start ?? 9_999) < each.end),
    );
    expect(clash).toEqual([]);
  });
});
