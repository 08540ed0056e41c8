import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, earlier, hours, instant, later, millis, minutes, parseInstant, rfc3339, seconds } from "./units.ts";

const anInstant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }).map(instant);
const aSpan = fc.integer({ min: 0, max: 400 * 24 * 3_600_000 }).map(millis);

describe("spans and instants", () => {
  it("has one size for each unit", () => {
    expect([millis(1), seconds(1), minutes(1), hours(1)]).toEqual([1, 1_000, 60_000, 3_600_000]);
  });

  it("is told as a Date tells it", () => {
    const near = fc.integer({ min: 0, max: 86_400_000 }).map((ms) => instant(Date.UTC(2026, 10, 22) + ms));
    const wholeMinute = near.map((at) => instant(Math.floor(at / 60_000) * 60_000));
    fc.assert(
      fc.property(fc.oneof(anInstant, near, wholeMinute), (at) => {
        expect(rfc3339(at)).toBe(new Date(at).toISOString());
      }),
      { numRuns: 10_000 },
    );
    expect(rfc3339(instant(-1))).toBe("1969-12-31T23:59:59.999Z");
  });

  it("is told so too when moments that are days, months and years apart take turns", () => {
    const apart = [4_096, 8_192, 4_096 * 160, 4_096 * 1_000_000].map((n) => minutes(n));
    for (const from of [0, Date.UTC(2026, 10, 22, 8, 30), Date.UTC(2026, 10, 22, 8, 30, 7, 5)])
      for (const span of apart)
        for (const at of [from, from + span, from, from - span])
          expect(rfc3339(instant(at))).toBe(new Date(at).toISOString());
  });

  it("goes there and back", () => {
    fc.assert(
      fc.property(anInstant, aSpan, (at, span) => {
        expect(earlier(later(at, span), span)).toBe(at);
        expect(between(at, later(at, span))).toBe(span);
      }),
    );
  });
});

describe("the wire's form of an instant", () => {
  it("is UTC with milliseconds, and reads back as the same instant", () => {
    fc.assert(
      fc.property(anInstant, (at) => {
        expect(rfc3339(at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(parseInstant(rfc3339(at))).toBe(at);
      }),
    );
  });

  it.each([
    ["2026-11-21T10:00:00Z", "2026-11-21T10:00:00.000Z"],
    ["2026-11-21t10:00:00.25z", "2026-11-21T10:00:00.250Z"],
    ["2026-11-21T10:00:00+05:30", "2026-11-21T04:30:00.000Z"],
    ["2026-11-21T10:00:00-08:00", "2026-11-21T18:00:00.000Z"],
  ])("reads %s as %s", (text, utc) => {
    expect(rfc3339(parseInstant(text) ?? instant(0))).toBe(utc);
  });

  it.each([
    "",
    "now",
    "1763719200000",
    "2026-11-21",
    "2026-11-21T10:00:00",
    "2026-11-21 10:00:00Z",
    "2026-11-21T10:00Z",
    "2026-13-21T10:00:00Z",
    "2026-11-21T25:00:00Z",
    "2026-11-21T10:00:00+0530",
    " 2026-11-21T10:00:00Z",
  ])("refuses %j: it is no instant with its zone", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const at = parseInstant(text);
        expect(at === undefined || Number.isFinite(at)).toBe(true);
      }),
    );
  });
});
