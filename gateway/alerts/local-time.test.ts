import { expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { localTime } from "./local-time.ts";

const at = (text: string) => instant(Date.parse(text));
const now = at("2026-11-23T12:00:00Z");

it("tells the time of the room's zone, with the weekday where that is another", () => {
  expect(localTime(at("2026-11-23T13:10:00Z"), "Europe/Zurich", now)).toBe("14:10");
  expect(localTime(at("2026-11-23T23:30:59Z"), "Europe/Zurich", now)).toBe("Tue 00:30");
  expect(localTime(at("2026-11-23T23:30:00Z"), "UTC", now)).toBe("23:30");
  expect(localTime(at("2026-11-22T23:30:00Z"), "UTC", now)).toBe("Sun 23:30");
});

it("says so when it does not know the zone", () => {
  expect(localTime(at("2026-11-23T13:10:00Z"), "Mars/Olympus", now)).toBe("13:10 UTC");
  expect(localTime(at("2026-11-24T13:10:00Z"), "Mars/Olympus", now)).toBe("Tue 13:10 UTC");
});

it("tells minute after minute rightly, however many it has told", () => {
  for (let minute = 0; minute < 6_000; minute++) {
    const then = instant(now + minute * 60_000);
    expect(localTime(then, "UTC", now)).toContain(new Date(then).toISOString().slice(11, 16));
  }
});
