import * as fc from "fast-check";
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

it("tells the date where a weekday would be taken for another's: today's, a week ago", () => {
  const since = (text: string, zone = "UTC"): string => localTime(at(text), zone, now);
  expect(since("2026-11-16T05:30:00Z")).toBe("Mon 16 Nov, 05:30");
  expect(since("2026-11-16T23:30:00Z", "Europe/Zurich")).toBe("Tue 17 Nov, 00:30");
  expect(since("2026-11-16T05:30:00Z", "Mars/Olympus")).toBe("Mon 16 Nov, 05:30 UTC");
  expect([since("2026-11-18T12:00:00Z"), since("2026-11-18T11:59:00Z")]).toEqual(["Wed 12:00", "Wed 18 Nov, 11:59"]);
  expect([since("2026-11-28T12:00:00Z"), since("2026-11-28T12:01:00Z")]).toEqual(["Sat 12:00", "Sat 28 Nov, 12:01"]);
});

it("tells every minute of some years as the zone's own clocks show it, however many it has told", () => {
  const zone = fc.constantFrom("America/St_Johns", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Apia");
  const moment = fc.integer({ min: at("2024-01-01T00:00:00Z"), max: at("2029-01-01T00:00:00Z") });
  const apart = fc.integer({ min: -120 * 3_600_000, max: 120 * 3_600_000 });
  fc.assert(
    fc.property(zone, moment, apart, (timeZone, then, by) => {
      const seen = then + by;
      const shown = (options: Intl.DateTimeFormatOptions, when: number): string =>
        new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(when);
      const clock = shown({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, then);
      const [day, today] = [then, seen].map((when) => shown({ weekday: "short" }, when));
      expect(localTime(instant(then), timeZone, instant(seen))).toBe(day === today ? clock : `${day} ${clock}`);
    }),
  );
});
