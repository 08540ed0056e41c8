import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import {
  actByWords,
  clockTime,
  dayWords,
  daysBetween,
  durationWords,
  lastSeenWords,
  relativeWords,
  sinceWords,
  startOfDay,
  whenWords,
  zoneNote,
} from "./time-words.ts";

const at = (text: string): number => Date.parse(text);
const plain = (text: string): string => text.replaceAll("\u00A0", " ");
const AMSTERDAM = "Europe/Amsterdam";
const now = at("2026-11-24T07:41:00Z"); // 08:41 in Amsterdam
const MINUTE = 60_000;

describe("times as people say them", () => {
  test.each([
    ["2026-11-24T12:10:00Z", "13:10"],
    ["2026-11-25T08:30:00Z", "tomorrow 09:30"],
    ["2026-11-23T16:42:00Z", "yesterday 17:42"],
    ["2026-11-27T08:30:00Z", "Fri 27 Nov 09:30"],
    ["2026-11-23T23:00:00Z", "00:00"],
    ["2026-11-24T23:00:00Z", "tomorrow 00:00"],
  ])("%s is told as %s", (when, words) => {
    expect(whenWords(at(when), now, AMSTERDAM)).toBe(words);
  });

  test.each([
    [0, "under a minute"],
    [59_999, "under a minute"],
    [24 * MINUTE, "24 min"],
    [60 * MINUTE, "1 h"],
    [159 * MINUTE, "2 h 39"],
    [61 * MINUTE, "1 h 01"],
    [24 * 60 * MINUTE, "1 day"],
    [80 * 60 * MINUTE, "3 days"],
    [-24 * MINUTE, "24 min"],
  ])("%i ms last %s", (ms, words) => {
    expect(plain(durationWords(ms))).toBe(words);
  });

  test("act-by says the time and what is left, and does not pretend when it has passed", () => {
    expect(plain(actByWords(at("2026-11-24T12:10:00Z"), at("2026-11-24T11:46:00Z"), AMSTERDAM))).toBe(
      "act by 13:10 (in 24 min)",
    );
    expect(plain(actByWords(now, now + 30_000, AMSTERDAM))).toBe("act by 08:41 (now)");
    expect(plain(actByWords(now - 6 * MINUTE, now, AMSTERDAM))).toBe("act-by was 08:35 (6 min ago)");
  });

  test("how long nothing was heard", () => {
    expect(plain(lastSeenWords(now - 20_000, now, AMSTERDAM))).toBe("just now");
    expect(plain(lastSeenWords(now - 6 * MINUTE, now, AMSTERDAM))).toBe("6 min ago");
    expect(plain(lastSeenWords(now - 100 * MINUTE, now, AMSTERDAM))).toBe("today 07:01");
    expect(plain(lastSeenWords(at("2026-11-23T16:42:00Z"), now, AMSTERDAM))).toBe("yesterday 17:42");
    expect(lastSeenWords(undefined, now, AMSTERDAM)).toBe("never seen");
    expect(plain(sinceWords(now - 4 * MINUTE, now, AMSTERDAM))).toBe("since 08:37 (4 min)");
  });

  test("the room's zone is named when its clock differs from the reader's", () => {
    expect(zoneNote("Asia/Hong_Kong", AMSTERDAM, now)).toBe("Hong Kong time");
    expect(zoneNote(AMSTERDAM, "Europe/Berlin", now)).toBeUndefined();
    expect(zoneNote("Europe/London", "Europe/Lisbon", now)).toBeUndefined();
  });

  test("a zone that the browser does not know is told in UTC instead of breaking the page", () => {
    expect(clockTime(now, "Mars/Olympus")).toBe("07:41");
  });
});

describe("days with a clock change", () => {
  test.each([
    ["2026-03-29", AMSTERDAM, "2026-03-28T23:00:00Z"],
    ["2026-10-25", AMSTERDAM, "2026-10-24T22:00:00Z"],
    ["2026-03-08", "America/New_York", "2026-03-08T05:00:00Z"],
    ["2026-11-24", "Asia/Kathmandu", "2026-11-23T18:15:00Z"],
    // Clocks there skip midnight on this day: it begins at one o'clock.
    ["2026-03-29", "Asia/Beirut", "2026-03-28T22:00:00Z"],
  ])("%s in %s begins at %s", (day, zone, start) => {
    expect(new Date(startOfDay(at(`${day}T12:00:00Z`), zone)).toISOString()).toBe(new Date(start).toISOString());
  });

  test("an hour before and after midnight are different days, whatever the offset", () => {
    const zones = fc.constantFrom(AMSTERDAM, "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns", "UTC");
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 4e9 }), (zone, seconds) => {
        const start = startOfDay(seconds * 1_000, zone);
        expect(daysBetween(start - 1, start, zone)).toBe(1);
        expect(daysBetween(start, seconds * 1_000, zone)).toBe(0);
        expect(dayWords(start, seconds * 1_000, zone)).toBe("today");
      }),
      { numRuns: 200 },
    );
  });

  test("what is ahead is never said to be ago, and the other way round", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e10, max: 1e10 }), (ms) => {
        const words = relativeWords(now + ms, now);
        expect(words.startsWith("in ")).toBe(ms >= MINUTE);
        expect(words.endsWith(" ago")).toBe(ms <= -MINUTE);
      }),
    );
  });
});
