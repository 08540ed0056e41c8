import * as fc from "fast-check";
import { expect, test } from "vitest";
import { clockTime } from "./time-words.ts";
import { dayText, instantOf } from "./zoned-time.ts";

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());

test.each([
  ["2026-11-24", "09:30", "Europe/Amsterdam", "2026-11-24T08:30:00.000Z"],
  ["2026-07-01", "00:00", "Asia/Hong_Kong", "2026-06-30T16:00:00.000Z"],
  ["2026-03-29", "01:59", "Europe/Amsterdam", "2026-03-29T00:59:00.000Z"],
  ["2026-03-29", "03:00", "Europe/Amsterdam", "2026-03-29T01:00:00.000Z"],
  // Skipped by the clocks: taken as if they had not been moved yet.
  ["2026-03-29", "02:30", "Europe/Amsterdam", "2026-03-29T01:30:00.000Z"],
  // Comes twice: the first counts.
  ["2026-10-25", "02:30", "Europe/Amsterdam", "2026-10-25T00:30:00.000Z"],
  ["2026-11-24", "23:45", "Pacific/Kiritimati", "2026-11-24T09:45:00.000Z"],
])("%s %s in %s is %s", (day, time, zone, instant) => {
  expect(iso(instantOf(day, time, zone))).toBe(instant);
});

test.each([
  ["2026-13-01", "09:00"],
  ["2026-11-24", "25:00"],
  ["", "09:00"],
  ["2026-11-24", ""],
])("%j %j is not a time", (day, time) => {
  expect(instantOf(day, time, "UTC")).toBeUndefined();
});

test("writing an instant on a zone's clock and reading it gives it back, or the same wall time an hour apart", () => {
  const zones = fc.constantFrom("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC");
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 60_000_000 }), (zone, minutes) => {
      const at = minutes * 60_000;
      const back = instantOf(dayText(at, zone), clockTime(at, zone), zone);
      expect(back).toBeDefined();
      expect(clockTime(back ?? 0, zone)).toBe(clockTime(at, zone));
      expect(Math.abs((back ?? 0) - at)).toBeLessThanOrEqual(3_600_000);
    }),
    { numRuns: 300 },
  );
});
