import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { Outlook } from "./context.ts";
import { lying } from "./lying.ts";

/** Six hours after climate control came on by the room's card. */
const now: Instant = instant(Date.UTC(2026, 10, 23, 12, 45));
const clock = (time: string): Instant => instant(Date.parse(`2026-11-23T${time}:00Z`));

interface Seen {
  /** What it reads; the set-point is 22 °C. */
  celsius: number;
  /** What it read by hours since control came on. */
  course: (hours: number) => number | undefined;
  hvac?: { on: string; off: string } | undefined;
  /** K/h: what control moves the room by. */
  rate?: number;
  /** When somebody found nothing wrong with this room's check. */
  found?: { room: string; check: string; at: string };
}

/** The odds that the thermometer is wrong, as a logarithm: what speaks for it added up. Nobody knows of people here, so they tell nothing. */
function odds({ celsius, course, found, rate = 2, ...seen }: Seen): number {
  const hvac = "hvac" in seen ? seen.hvac : { on: "06:45", off: "19:00" };
  const learner = {
    temperatureAgo: (minutes: number) => course(6 - minutes / 60),
    occupiedAgo: () => undefined,
    trend: () => 0,
    warmKPerHour: rate,
    coolKPerHour: rate,
  };
  const foundNothing = (room: string, check: string): Instant | undefined =>
    found !== undefined && found.room === room && found.check === check ? clock(found.at) : undefined;
  const p = lying(celsius, 22, {
    now,
    learner,
    ask: { card: { zone: "UTC", ...(hvac !== undefined && { hvac }) } },
    room: { key: "hq/r" },
    site: { acts: { foundNothing } },
  } as unknown as Outlook);
  return Math.log(p / (1 - p));
}

/** At first the thermometer is to blame in four of ten cases. */
const FIRST = -0.4;
/** Warmed from 20.5 °C in two hours, and stays off the set-point. */
const offBy = (kelvin: number): Seen => ({
  celsius: 22 + kelvin,
  course: (hours) => (hours < 2 ? 20.5 + 0.75 * hours : 22 + kelvin),
});

describe("a reading that control does not bring to the set-point", () => {
  it("is the thermometer's fault in four of ten cases, where nothing else tells", () => {
    expect(odds(offBy(-1.5))).toBeCloseTo(FIRST, 6);
  });

  it("tells nothing of the thermometer where control is off, or no card says when it runs, or nothing was read as it came on", () => {
    const seen = offBy(-1.5);
    for (const hvac of [undefined, { on: "14:00", off: "19:00" }])
      expect(odds({ ...seen, hvac })).toBe(Number.NEGATIVE_INFINITY);
    expect(odds({ ...seen, course: (hours) => (hours < 1 ? undefined : 20.5) })).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("for a wrong thermometer speaks", () => {
  it("a reading that has come through the set-point: from a degree on one side to the other", () => {
    expect(odds(offBy(2))).toBeCloseTo(FIRST + 3, 6);
    const cooled = (kelvin: number): Seen => ({
      celsius: 20,
      course: (hours) => (hours < 1 ? 22 + kelvin : Math.max(20, 22 + kelvin - hours)),
    });
    expect([odds(cooled(1)), odds(cooled(0.9))]).toEqual([expect.closeTo(FIRST + 3, 6), expect.closeTo(FIRST, 6)]);
  });

  it("a person who was there while it read a degree off or more, to the same side, and found nothing wrong", () => {
    const seen = offBy(-1);
    const found = { room: "hq/r", check: "temperature", at: "12:00" };
    expect(odds({ ...seen, found })).toBeCloseTo(odds(seen) + 4, 6);
    expect(odds({ ...offBy(-0.9), found })).toBeCloseTo(odds(offBy(-0.9)), 6);
    // Of another check, or in another room.
    expect(odds({ ...seen, found: { ...found, check: "co2" } })).toBeCloseTo(odds(seen), 6);
    expect(odds({ ...seen, found: { ...found, room: "hq/other" } })).toBeCloseTo(odds(seen), 6);
  });

  it("no person who was there while it read off to the other side, or of whose time nothing is known", () => {
    const seen = offBy(2);
    // At 07:00 it read 20.7 °C.
    expect(odds({ ...seen, found: { room: "hq/r", check: "temperature", at: "07:00" } })).toBeCloseTo(odds(seen), 6);
    const gap: Seen = { ...seen, course: (hours) => (hours === 5 ? undefined : seen.course(hours)) };
    const then = { room: "hq/r", check: "temperature", at: "11:45" };
    // The last hour is told by its trend there.
    expect(odds({ ...gap, found: then })).toBeCloseTo(odds(gap), 6);
    expect(odds({ ...seen, found: then })).toBeCloseTo(odds(seen) + 4, 6);
  });
});

describe("against a wrong thermometer speaks", () => {
  it("a room that control has not moved by a degree in its first three hours", () => {
    const reads = (...hours: readonly (number | undefined)[]): number =>
      odds({ celsius: 20.5, course: (since) => (since > 4 ? 20.5 : hours[Math.round(since)]) });
    expect(reads(20, 20, 20, 20, 20)).toBeCloseTo(FIRST - 3, 6);
    // By the first, the second or the third hour, up or down.
    for (const hours of [
      [20, 21, 20, 20, 20],
      [20, 20, 21, 20, 20],
      [20, 20, 20, 21, 20],
      [20, 19, 20, 20, 20],
    ])
      // prettier-ignore
      expect(reads(...hours)).toBeCloseTo(FIRST, 6);
    expect(reads(20, 20.9, 20.9, 20.9, 20.9)).toBeCloseTo(FIRST - 3, 6);
    // What was not read has moved nobody.
    expect(reads(20, undefined, undefined, undefined, 20)).toBeCloseTo(FIRST - 3, 6);
  });

  it("a reading that leaves the set-point in the last hour as fast as with a window open", () => {
    const leaves = (perHour: number, to: 1 | -1): number =>
      odds({
        celsius: 22 + 2 * to,
        course: (hours) => (hours < 3 ? 22.5 - hours / 2 : 22 + to * (2 - perHour * Math.max(0, 6 - hours))),
      });
    for (const to of [1, -1] as const) {
      expect(leaves(0.91, to)).toBeCloseTo(FIRST - 4, 6);
      expect(leaves(0.89, to)).toBeCloseTo(FIRST, 6);
      // As fast towards it is no window.
      expect(leaves(-0.91, to)).toBeCloseTo(FIRST, 6);
    }
  });

  it("one that came through the set-point as fast as control moves the room: six tenths of its rate", () => {
    const rises = (perHour: number, rate: number): number =>
      odds({
        celsius: 25,
        rate,
        course: (hours) => (hours < 5 ? 20 + hours : 25 - perHour * (6 - hours)),
      });
    expect(rises(1.19, 2)).toBeCloseTo(FIRST + 3, 6);
    expect(rises(1.21, 2)).toBeCloseTo(FIRST + 3 - 4, 6);
    expect(rises(0.61, 1)).toBeCloseTo(FIRST + 3 - 4, 6);
  });
});
