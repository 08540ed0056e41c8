import { describe, expect, it } from "vitest";
import { promiseInput, questionOf } from "./promise-question.ts";

const ZONE = "Europe/Berlin";
/** So late on a winter's day in Berlin. */
const at = (time: string): number => Date.parse(`2026-11-23T${time}:00+01:00`);
const asked = (time: string): string[] => {
  const { day, from, to } = questionOf({}, at(time), ZONE);
  return [day, from, to];
};

describe("what is asked where no time was said", () => {
  it("is this afternoon, later today, or tomorrow morning: never what is over", () => {
    expect(asked("08:10")).toEqual(["2026-11-23", "14:00", "15:00"]);
    expect(asked("13:59")).toEqual(["2026-11-23", "14:00", "15:00"]);
    expect(asked("14:00")).toEqual(["2026-11-23", "15:00", "16:00"]);
    expect(asked("17:59")).toEqual(["2026-11-23", "18:00", "19:00"]);
    expect(asked("18:00")).toEqual(["2026-11-24", "10:00", "11:00"]);
    expect(asked("23:30")).toEqual(["2026-11-24", "10:00", "11:00"]);
  });

  it("is at every hour something that the server can be asked", () => {
    for (let hour = 0; hour < 24; hour++) {
      const now = at("00:00") + hour * 3_600_000 + 59 * 60_000;
      expect(promiseInput(questionOf({}, now, ZONE), ZONE, now)).toHaveProperty("input.start");
    }
  });

  it("is the afternoon of another day where only the day was said", () => {
    expect(questionOf({ day: "2026-11-30" }, at("16:00"), ZONE)).toMatchObject({ from: "14:00", to: "15:00" });
  });
});

describe("what cannot be asked", () => {
  const question = questionOf({ day: "2026-11-23", from: "09:00", to: "10:00" }, at("08:00"), ZONE);

  it("is what is over; while it runs it can be", () => {
    expect(promiseInput(question, ZONE, at("10:00"))).toEqual({ missing: "That time is over." });
    expect(promiseInput(question, ZONE, at("09:59"))).toHaveProperty("input.end", "2026-11-23T09:00:00.000Z");
  });

  it("is an end before its start, and what is no time", () => {
    const wrong = { ...question, to: "08:00" };
    expect(promiseInput(wrong, ZONE, at("08:00"))).toEqual({ missing: "The end must be after the start." });
    expect(promiseInput({ ...question, from: "9" }, ZONE, at("08:00"))).toEqual({
      missing: "Say the day and both times.",
    });
  });
});
