import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Outlook } from "./context.ts";
import { forecastOccupancy, groupsBefore } from "./occupancy.ts";
import { noteMeetingEnd, noteShow } from "./site/people-knowledge.ts";
import { SiteLearner } from "./site/site-learner.ts";
import { RoomWatch } from "./watch/room-watch.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 1_000) };
const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (minutes: number): Instant => instant(NINE + minutes * 60_000);
const text = (minutes: number): string => new Date(at(minutes)).toISOString();

interface Situation {
  arrival?: number;
  now?: number;
  occupied?: boolean | undefined;
  /** What the sensor says this moment, where that has not settled yet. */
  seen?: boolean;
  bookings?: readonly (readonly [number, number])[];
  demos?: readonly (readonly [number, number])[];
  inSince?: number;
  came?: number;
  site?: SiteLearner;
}

/** P(somebody is in the room at arrival); minutes count from nine. */
const occupied = (situation: Situation): number => {
  const { row, outlook } = outlookOf(situation);
  return 1 - forecastOccupancy(row, outlook).p;
};

function outlookOf(situation: Situation): { row: Row; outlook: Outlook } {
  const { arrival = 60, now = 0, bookings = [], demos = [], site = new SiteLearner("hq"), inSince, came } = situation;
  const isOccupied = "occupied" in situation ? situation.occupied : false;
  const seen = situation.seen ?? isOccupied;
  const slot = { value: seen };
  const row = { part: { seen: { kind: isOccupied === undefined ? "stale" : "known", slot } } } as unknown as Row;
  const watch = new RoomWatch();
  Object.defineProperty(watch.people, "inSince", { value: inSince === undefined ? undefined : at(inSince) });
  watch.people.cameTo = (start) => came !== undefined && start === at(came);
  const visit = { arrival: at(arrival), demo: { id: "acme" } };
  const room = {
    bookings: bookings.map(([from, to]) => ({ start: text(from), end: text(to) })),
    demos: demos.map(([from, to], i) => ({ id: `d${i}`, start: text(from), end: text(to) })),
  };
  const leadMin = Math.max(0, arrival - now);
  const outlook = { room, visit, site, watch, occupied: isOccupied, now: at(now), leadMin } as unknown as Outlook;
  return { row, outlook };
}

describe("who breathes the air before a visit", () => {
  const groups = (situation: Situation) =>
    groupsBefore(outlookOf(situation).outlook).map(({ end, isIn, comes }) => ({
      end: (end - NINE) / 60_000,
      isIn,
      comes: Math.round(comes * 100) / 100,
    }));

  it("is the meeting that people have come to, and those that people may come to", () => {
    const bookings = [
      [-60, 20],
      [30, 60],
    ] as const;
    expect(groups({ bookings, occupied: true, inSince: -58, came: -60, arrival: 60 })).toEqual([
      { end: 20, isIn: true, comes: 1 },
      { end: 60, isIn: false, comes: 0.66 },
    ]);
  });

  it("is the meeting whose people have just come, although the room does not count as occupied yet; not those who left it", () => {
    const bookings = [[-1, 60]] as const;
    const come = { bookings, occupied: false, seen: true, came: -1, arrival: 60 };
    expect(groups({ ...come, inSince: -1 })).toEqual([{ end: 60, isIn: false, comes: 1 }]);
    expect(groups({ ...come, seen: false })).toEqual([{ end: 60, isIn: false, comes: 0.05 }]);
    const minutesLater = { ...come, occupied: true, inSince: -1 };
    expect(occupied({ ...come, inSince: -1 })).toBeCloseTo(occupied(minutesLater), 2);
  });

  it("is nobody of a meeting that has ended, nor of one that nobody has come to for long", () => {
    const [gone] = groups({
      bookings: [
        [-60, -10],
        [-20, 50],
      ],
      occupied: false,
      arrival: 60,
    });
    expect(gone).toMatchObject({ end: 50, isIn: false });
    expect(gone?.comes).toBeLessThan(0.05);
  });

  it("is, of those who are still in when the next meeting begins, whoever was in before", () => {
    expect(
      groups({
        bookings: [
          [-60, 0],
          [0, 60],
        ],
        occupied: true,
        inSince: -58,
        came: -60,
        arrival: 60,
      }),
    ).toEqual([
      { end: 0, isIn: true, comes: 1 },
      { end: 60, isIn: false, comes: 0.66 },
    ]);
  });
});

describe("a meeting before the visit", () => {
  it("may not take place, may run over, and is over when the room is empty after it", () => {
    const [tight, wide] = [occupied({ bookings: [[0, 60]], now: -30 }), occupied({ bookings: [[0, 30]], now: -30 })];
    expect(tight).toBeGreaterThan(0.2);
    expect(tight).toBeLessThan(0.5);
    expect(wide).toBeLessThan(0.06);
    expect(occupied({ bookings: [[-90, -30]], now: 0, arrival: 10 })).toBeLessThan(0.01);
  });

  it("is likelier to be in the way once people have come, and hardly when nobody has", () => {
    const meeting: Situation = { bookings: [[-30, 58]], now: 0 };
    const unseen = occupied({ ...meeting, occupied: undefined });
    expect(occupied({ ...meeting, occupied: true, inSince: -28 })).toBeGreaterThan(unseen);
    expect(occupied({ ...meeting, occupied: false })).toBeLessThan(0.02);
    expect(occupied({ ...meeting, occupied: false, came: -30 })).toBeLessThan(0.05);
  });

  it("that has run over already runs on likelier than one that may begin to", () => {
    const meeting: Situation = { bookings: [[-60, 0]], occupied: true, inSince: -58 };
    const before = occupied({ ...meeting, now: -10, arrival: 10 });
    const after = occupied({ ...meeting, now: 8, arrival: 10 });
    expect(before).toBeLessThan(0.2);
    expect(after).toBeGreaterThan(0.7);
  });

  it("counts however far back it is in a chain, other visits among them", () => {
    const one = occupied({ bookings: [[0, 55]], now: -30 });
    const both = occupied({ bookings: [[0, 55]], demos: [[-5, 50]], now: -30 });
    expect(both).toBeGreaterThan(one);
  });

  it("has just been left, as far as the sensor can tell", () => {
    const meeting: Situation = { bookings: [[-60, 0]], occupied: true, inSince: -58, now: 4, arrival: 8 };
    expect(occupied({ ...meeting, seen: false })).toBeLessThan(0.5 * occupied(meeting));
  });
});

describe("people without a booking", () => {
  it("leave likelier the more time there is", () => {
    const stays = [5, 30, 120].map((arrival) => occupied({ arrival, occupied: true, inSince: -5 }));
    expect(stays).toEqual(stays.toSorted((a, b) => b - a));
    expect(stays[0]).toBeGreaterThan(0.7);
    expect(stays[2]).toBeLessThan(0.1);
  });
  it("hardly come into an empty room", () => expect(occupied({})).toBeLessThan(0.02));
});

describe("what a site learns of its people", () => {
  it("moves the forecast: here nobody runs over, there everybody", () => {
    const punctual = new SiteLearner("hq");
    const late = new SiteLearner("hq");
    for (const site of [punctual, late]) site.turn(NINE);
    for (let i = 0; i < 200; i++) {
      noteMeetingEnd(punctual, { entered: -90, left: -3, ended: true });
      noteMeetingEnd(late, { entered: -90, left: 12 + (i % 6), ended: true });
    }
    for (const site of [punctual, late]) site.turn(at(60));
    const meeting: Situation = { bookings: [[60, 115]], now: 62, arrival: 120, occupied: true, inSince: 61 };
    expect(occupied({ ...meeting, site: punctual })).toBeLessThan(0.05);
    expect(occupied({ ...meeting, site: late })).toBeGreaterThan(0.9);
  });

  it("counts how many bookings nobody comes to", () => {
    const empty = new SiteLearner("hq");
    empty.turn(NINE);
    const { habits } = new RoomWatch();
    for (let i = 0; i < 200; i++) noteShow(empty, habits, true);
    empty.turn(at(60));
    const meeting: Situation = { bookings: [[70, 118]], now: 61, arrival: 120 };
    expect(occupied({ ...meeting, site: empty })).toBeLessThan(0.3 * occupied(meeting));
  });
});

it("is always a probability", () => {
  const minute = fc.integer({ min: -120, max: 120 });
  const span = fc.tuple(minute, fc.integer({ min: 5, max: 120 })).map(([from, long]) => [from, from + long] as const);
  fc.assert(
    fc.property(
      fc.record({
        arrival: minute,
        now: minute,
        occupied: fc.constantFrom(true, false, undefined),
        seen: fc.boolean(),
        bookings: fc.array(span, { maxLength: 4 }),
        demos: fc.array(span, { maxLength: 2 }),
        inSince: minute,
      }),
      (situation) => {
        const p = occupied(situation);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      },
    ),
    runs,
  );
});
