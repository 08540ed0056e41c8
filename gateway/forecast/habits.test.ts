import { expect, it } from "vitest";
import { RoomHabits } from "./habits.ts";

it("draws what was seen in a room towards its site's share, as if that had been seen there so many times", () => {
  const habits = new RoomHabits();
  expect(habits.share("over", 0.25, 20)).toBe(0.25);
  habits.note("over", 1, 1);
  habits.note("over", 3, 4);
  // (4 + 20 · 0.25) / (5 + 20)
  expect(habits.share("over", 0.25, 20)).toBe(0.36);
  expect(habits.share("no-show", 0.34, 20)).toBe(0.34);
});

it("lets the past fade once there is plenty of it: beyond 400 cases, or as many as are told, half of it is left", () => {
  const habits = new RoomHabits();
  habits.note("over", 100, 400);
  habits.note("fail codec", 2, 1_000, 1_000);
  expect(habits.toJSON()).toEqual({ over: { yes: 100, of: 400 }, "fail codec": { yes: 2, of: 1_000 } });
  habits.note("over", 0, 2);
  habits.note("fail codec", 0, 2, 1_000);
  expect(habits.toJSON()).toEqual({ over: { yes: 50, of: 201 }, "fail codec": { yes: 1, of: 501 } });
});

it("tells whenever something was noted, and remembers no more than 64 names", () => {
  const habits = new RoomHabits();
  for (let i = 1; i <= 64; i++) {
    habits.note(`fail k${i}`, 0, 1);
    expect(habits.revision).toBe(i);
  }
  habits.note("one too many", 1, 1);
  habits.note("fail k1", 1, 1);
  expect(Object.keys(habits.toJSON())).toHaveLength(64);
  expect([habits.revision, habits.toJSON()["fail k1"]]).toEqual([65, { yes: 1, of: 2 }]);
});

it("comes back from what was kept, without what cannot be read", () => {
  const kept = { over: { yes: 2, of: 5 }, "no-show": { yes: 1, of: 3 } };
  expect(RoomHabits.from(JSON.parse(JSON.stringify(kept))).toJSON()).toEqual(kept);
  const damaged = { ...kept, a: null, b: { yes: 1 }, c: { of: 1 }, d: { yes: "1", of: 2 }, e: 7 };
  expect(RoomHabits.from(damaged).toJSON()).toEqual(kept);
  for (const json of [undefined, null, 7, "over"]) expect(RoomHabits.from(json).toJSON()).toEqual({});
  const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`k${i}`, { yes: 0, of: 1 }]));
  expect(Object.keys(RoomHabits.from(many).toJSON())).toHaveLength(64);
});
