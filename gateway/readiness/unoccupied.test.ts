import { describe, expect, it } from "vitest";
import { Bench, demoIn, NINE, testCard } from "./check-fixture.ts";
import { unoccupied } from "./unoccupied.ts";

const at = (minutes: number): string => new Date(NINE + minutes * 60_000).toISOString();
const used = (occupied: boolean, arrivalIn: number): Bench => {
  const bench = new Bench(unoccupied).says({ occupied });
  bench.demo = demoIn(arrivalIn);
  return bench;
};

it("does not mind people hours before, doubts them shortly before, and never stands in the way of the visit itself", () => {
  expect(used(true, 120).finds()).toMatchObject({ outcome: "ready" });
  expect(used(true, 15).finds()).toMatchObject({ outcome: "degraded", code: "STILL_IN_USE" });
  expect(used(false, 15).finds()).toMatchObject({ outcome: "ready" });
  expect(used(true, 0).finds()).toMatchObject({ outcome: "ready", freshness: 1 });
});

it("names an overrun with its booking and the client's arrival", () => {
  const bench = used(true, 10);
  bench.room.takeDemos([], [{ start: at(-60), end: at(-5) }]);
  expect(bench.finds()).toMatchObject({ outcome: "degraded", code: "OVERRUN" });
  expect(bench.tells()).toBe("Still in use since 09:00, booked until 08:55; the client comes at 09:10.");
});

it("only lowers the verdict now", () => {
  expect(new Bench(unoccupied).says({ occupied: true }).finds()).toMatchObject({ outcome: "degraded", code: "IN_USE" });
  expect(new Bench(unoccupied).says({ people_count: 2 }).finds()).toMatchObject({ outcome: "degraded" });
  expect(new Bench(unoccupied).says({ people_count: 0 }).finds()).toMatchObject({ outcome: "ready" });
});

it("is unknown when its sensor has gone silent, and not asked for where there is none", () => {
  const bench = new Bench(unoccupied).says({ occupied: false });
  bench.finds();
  expect(bench.waits(5).finds()).toMatchObject({ outcome: "unknown", code: "STALE", hard: true });
  expect(new Bench(unoccupied).finds()).toBeUndefined();
});

it("takes two minutes of people to be in use and two without to be empty", () => {
  const bench = new Bench(unoccupied).says({ occupied: false });
  bench.finds();
  expect(bench.says({ occupied: true }, 1).finds()?.outcome).toBe("ready");
  expect(bench.says({ occupied: true }, 2).finds()?.outcome).toBe("degraded");
  expect(bench.says({ occupied: false }, 1).finds()?.outcome).toBe("degraded");
  expect(bench.says({ occupied: false }, 2).finds()?.outcome).toBe("ready");
});

describe("before a visit", () => {
  const booked = (bench: Bench, from: number, to: number): Bench => {
    bench.room.takeDemos([], [{ start: at(from), end: at(to) }]);
    return bench;
  };

  it("is looked at again when people begin to matter, when the room must be empty, at arrival and when a booking ends", () => {
    const bench = booked(used(true, 60), -30, 30);
    expect(bench.wakes()).toEqual([30, 45, 55, 60]);
    expect(used(true, 60).wakes()).toEqual([45, 55, 60]);
    expect(used(true, 0).wakes()).toEqual([]);
    expect(bench.requires()?.reads).toEqual({ slots: [], people: true });
    expect(new Bench(unoccupied).says({ occupied: true }).wakes()).toEqual([]);
  });

  it("is answered for each visit and for nobody in particular, each by itself", () => {
    const [bench, other] = [used(true, 60), used(true, 60)];
    other.demo = demoIn(60, { id: "bolt" });
    const nobody = new Bench(unoccupied).says({ occupied: true });
    expect(new Set([bench, other, nobody].map((each) => each.requires()?.key)).size).toBe(3);
    expect(bench.finds()).toMatchObject({ outcome: "ready" });
    bench.demo = undefined;
    expect(bench.finds()).toMatchObject({ outcome: "degraded" });
  });

  it("is in the way since people mattered, or since they came", () => {
    const bench = used(true, 60);
    for (let minute = 0; minute < 50; minute++) bench.says({ occupied: true }, 1).finds();
    expect(bench.tells()).toBe("Still in use since 09:45; the client comes at 10:00.");
    const late = used(false, 60);
    for (let minute = 1; minute <= 52; minute++) late.says({ occupied: minute >= 48 }, 1).finds();
    expect(late.tells()).toBe("Still in use since 09:48; the client comes at 10:00.");
  });

  it("is not tight any more once the booking before it is over", () => {
    for (const end of [0, -5]) expect(booked(used(false, 20), -30, end).tells()).toBe("Nobody is in the room.");
    const minute = booked(used(false, 20), -30, 19);
    expect(minute.tells()).toBe("Booked until 09:19, 1 min before the client comes; one meeting in four runs over.");
  });

  it("is on from arrival, whatever is known of people, since people were last seen or since it was looked at", () => {
    const silent = { ...testCard.devices[0], intervals_s: { occupied: 60 } } as (typeof testCard.devices)[number];
    const bench = new Bench(unoccupied, { devices: [silent] }).waits(3);
    bench.demo = demoIn(0);
    expect(bench.finds()).toMatchObject({ outcome: "ready", freshness: 1, since: bench.now });
    expect(bench.finds()?.part).not.toHaveProperty("value");
    expect(used(true, 0).finds()).toMatchObject({ since: NINE, part: { value: true, device: "air" } });
  });

  it("is unknown, and says so, when nothing is heard of people", () => {
    const silent = "Can't tell whether somebody is in the room: The air is silent since 09:00.";
    const bench = new Bench(unoccupied).says({ occupied: false }).waits(6);
    expect(bench.tells()).toBe(silent);
    bench.demo = demoIn(60);
    expect(bench.tells()).toBe(silent);
  });
});
