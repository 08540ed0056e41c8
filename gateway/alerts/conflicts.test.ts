import { describe, expect, it } from "vitest";
import { conflictsOf } from "./conflicts.ts";
import { acme, clockTime, demoAt, DeskStory, type RoomState, wireTime } from "./desk-fixture.ts";

const found = (time: string, state: RoomState) =>
  conflictsOf(new DeskStory(time).judgement(state), clockTime(time)).map(({ demo, risk, cause, actBy }) => ({
    demo,
    risk,
    cause: cause.cause,
    actBy,
  }));

describe("a room that is promised twice", () => {
  it("sends one of two visits elsewhere, the same one in whatever order they are named, also when they start together", () => {
    const twin = demoAt("twin", "14:00", "15:00");
    const later = demoAt("aaa", "14:30", "15:30");
    const demos = (...some: (typeof acme)[]) => found("08:00", { demos: some }).map(({ demo }) => demo);
    expect(demos(acme, twin)).toEqual(["twin"]);
    expect(demos(twin, acme)).toEqual(["twin"]);
    expect(demos(acme, later)).toEqual(["aaa"]);
    expect(demos(later, acme)).toEqual(["aaa"]);
  });

  it("is certain between two visits; a booking may be used by nobody", () => {
    const bookings = [{ start: wireTime("14:30"), end: wireTime("16:00") }];
    expect(found("08:00", { bookings })).toEqual([
      { demo: "acme", risk: 0.7, cause: "conflict", actBy: clockTime("13:45") },
    ]);
    const [, second] = found("08:00", { demos: [acme, demoAt("late", "14:30", "15:30")], bookings });
    expect(second).toEqual({ demo: "late", risk: 1, cause: "conflict", actBy: clockTime("14:15") });
  });

  it("is no news once the client is there, nor for a booking that is over", () => {
    const bookings = [{ start: wireTime("12:30"), end: wireTime("13:15") }];
    const early = { ...acme, start: wireTime("13:00") };
    expect(found("13:00", { demos: [early], bookings })).toHaveLength(1);
    expect(found("13:15", { demos: [early], bookings })).toEqual([]);
    expect(found("13:30", { demos: [early], bookings })).toEqual([]);
    const all = [{ start: wireTime("13:30"), end: wireTime("16:00") }];
    expect(found("13:59", { bookings: all })).toHaveLength(1);
    expect(found("14:00", { bookings: all })).toEqual([]);
  });

  it("offers the move and nothing else, spoils no check, and is known, not silent", () => {
    const bookings = [{ start: wireTime("14:30"), end: wireTime("16:00") }];
    const [one] = conflictsOf(new DeskStory("08:00").judgement({ bookings }), clockTime("08:00"));
    expect(one).toMatchObject({ isSilence: false, reportInterval: 0, cause: { checks: [] } });
    expect(one?.cause.steps).toEqual([
      {
        remedy: "move",
        label: "Move the visit to another room",
        p50_min: 10,
        p90_min: 15,
        act_by: wireTime("13:45"),
      },
    ]);
  });
});
