import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import type { Row } from "../readiness/verdict.ts";
import type { Outlook } from "./context.ts";
import { forecastOccupancy, groupsBefore, leftWithin } from "./occupancy.ts";
import { noteMeetingEnd, noteShow, noteStay } from "./site/people-knowledge.ts";
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
  /** What the sensor says this moment, where that has not settled yet; `null`: it is silent. */
  seen?: boolean | number | null;
  bookings?: readonly (readonly [number, number])[];
  demos?: readonly (readonly [number, number])[];
  inSince?: number | undefined;
  came?: number;
  site?: SiteLearner;
  /** So many of this room's last meetings, of twenty, ran over. */
  ranOver?: number;
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
  const isSilent = situation.seen === null || seen === undefined;
  const observed = isSilent ? { kind: "stale", slot: undefined } : { kind: "known", slot: { value: seen } };
  const row = { part: { seen: observed } } as unknown as Row;
  const watch = new RoomWatch();
  if (situation.ranOver !== undefined) watch.habits.note("over", situation.ranOver, 20);
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

  it("is, where nobody can tell, whoever comes as a rule; later and later those who may still come", () => {
    const comes = (now: number, isOccupied: boolean | undefined) =>
      groups({ bookings: [[0, 60]], now, occupied: isOccupied, arrival: 90 }).map((each) => each.comes);
    expect([comes(2, undefined), comes(20, undefined)]).toEqual([[0.66], [0.66]]);
    expect([comes(-5, false), comes(2, false), comes(20, false)]).toEqual([[0.66], [0.47], [0]]);
    expect(comes(60, false)).toEqual([]);
  });

  it("is whoever is in and belongs to nothing that runs, about to leave", () => {
    const stray = { end: 0, isIn: true, comes: 1 };
    expect(groups({ occupied: true, inSince: -5 })).toEqual([stray]);
    expect(groups({ occupied: true, inSince: -5, bookings: [[20, 50]] })).toEqual([
      stray,
      { end: 50, isIn: false, comes: 0.66 },
    ]);
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

/**
 * What is reckoned with until a site has taught (docs/forecast-join.md): 34 of 100 bookings stay empty; half of the meetings are over at
 * their end, 0.25 · e^(−(m − 1)/9) of them run over by more than m minutes; those who booked nothing stay 30 minutes on average; those
 * who come late come 2.5 minutes late on average; one empty room in a hundred is used by somebody, an e-fold in 20 minutes.
 */
describe("P(somebody is in at arrival), worked out by hand", () => {
  /** What is left when those who may stray in are told apart. */
  const besides = (situation: Situation): number => {
    const lead = Math.max(0, (situation.arrival ?? 60) - (situation.now ?? 0));
    const strays = 0.01 * (1 - Math.exp(-lead / 20));
    return 1 - (1 - occupied(situation)) / (1 - strays);
  };
  const theirs: Situation = { occupied: true, inSince: -58, now: 0, arrival: 10 };

  it.each<[string, Situation, number]>([
    ["a meeting to come: it takes place, and runs over by 10 min", { bookings: [[0, 50]], now: -30 }, 0.66 * 0.092],
    ["one that has just begun, without anybody so far", { bookings: [[0, 50]], now: 0 }, 0.66 * 0.092],
    [
      "two minutes later: e^−0.8 of those who come are later than that",
      { bookings: [[0, 50]], now: 2 },
      (0.2965 / 0.6365) * 0.092,
    ],
    ["one that people are in", { ...theirs, bookings: [[-60, 0]] }, 0.1839],
    ["one that people are in for five minutes more", { ...theirs, now: 5, bookings: [[-60, 0]] }, 0.5738],
    ["one that nobody is in any more", { bookings: [[-60, 0]], now: 0, came: -60, arrival: 5 }, 0],
    [
      "one that ended before: those who are in have nothing booked",
      { ...theirs, inSince: -3, bookings: [[-60, -5]] },
      0.7165,
    ],
    ["people who booked nothing, of whom nobody knows since when", { ...theirs, inSince: undefined }, 0.7165],
  ])("of %s", (_, situation, chance) => {
    expect(besides(situation)).toBeCloseTo(chance, 3);
  });

  it("comes from how a meeting can go on from now alone, not of one that has yet to begin", () => {
    const site = new SiteLearner("hq");
    site.turn(NINE);
    for (let i = 0; i < 200; i++) noteMeetingEnd(site, { entered: -90, left: i % 2 === 0 ? -75 : 12, ended: true });
    site.turn(at(60));
    const soon: Situation = { bookings: [[100, 110]], now: 62, arrival: 120, site };
    expect(occupied({ ...soon, occupied: false })).toBeCloseTo(occupied({ ...soon, occupied: undefined }), 9);
    expect(occupied({ ...soon, occupied: false, now: 95 })).toBeGreaterThan(1.5 * occupied(soon));
  });

  it("counts those who are in once, for the meeting that is theirs", () => {
    // The second is theirs as soon as the first is over: 0.16 of such meetings run over by five minutes.
    const bookings = [
      [-60, 0],
      [0, 55],
    ] as const;
    expect(besides({ occupied: true, bookings, inSince: -58, arrival: 60 })).toBeCloseTo(0.1604, 3);
    // Of a running one nobody else's: the one to come may come, too.
    const both = besides({
      ...theirs,
      arrival: 60,
      bookings: [
        [-60, 55],
        [58, 59],
      ],
    });
    expect(both).toBeCloseTo(1 - (1 - 0.1604) * (1 - 0.66 * 0.25), 3);
    // Nobody can tell: of two at once each may take place, whatever the sensor says before that has settled.
    const unknown: Situation = {
      occupied: undefined,
      bookings: [
        [-60, 55],
        [-30, 58],
      ],
      arrival: 60,
    };
    const each = 1 - (1 - 0.66 * 0.1603) * (1 - 0.66 * 0.2237);
    expect(besides(unknown)).toBeCloseTo(each, 3);
    expect(besides({ ...unknown, seen: true })).toBeCloseTo(each, 3);
  });

  it("takes those who are in for the last meeting's for an hour and a half, where they were in by its end", () => {
    const age = (end: number, inSince: number): number => besides({ ...theirs, inSince, bookings: [[-150, end]] });
    const [stillTheirs, others] = [Math.exp(-10 / 9), Math.exp(-10 / 30)];
    expect([age(-90, -140), age(-90.1, -140)]).toEqual([expect.closeTo(stillTheirs, 3), expect.closeTo(others, 3)]);
    expect([age(-20, -19), age(-20, -18.9)]).toEqual([expect.closeTo(stillTheirs, 3), expect.closeTo(others, 3)]);
  });

  it.each<[string, Situation, number]>([
    ["the sensor says the same", {}, 0.5738],
    ["it counts people", { seen: 4 }, 0.5738],
    ["it says nothing now", { seen: null }, 0.5738],
    ["it has just seen nobody", { seen: false }, 0.35 * 0.5738],
    ["it has just counted nobody", { seen: 0 }, 0.35 * 0.5738],
    ["it has just seen somebody", { occupied: false, seen: true }, 0.65 * 0.5738],
    ["it has just counted one", { occupied: false, seen: 1 }, 0.65 * 0.5738],
  ])("of a meeting that runs over by five minutes, where %s", (_, over, chance) => {
    expect(besides({ ...theirs, now: 5, bookings: [[-60, 0]], ...over })).toBeCloseTo(chance, 3);
  });

  it("grows in a room whose meetings mostly run over, as far as that is still to be seen", () => {
    // All of twenty: (20 + 20 · 0.25) / 40 = 0.625, two and a half times the usual share.
    const chance = (now: number, arrival: number) => {
      const situation: Situation = { ...theirs, now, arrival, bookings: [[-60, 0]] };
      return besides({ ...situation, ranOver: 20 }) / besides(situation);
    };
    expect(chance(-10, 10)).toBeCloseTo(2.5, 2);
    expect(chance(-10, 2)).toBeCloseTo(2.5, 2);
    // In the first minutes nobody counts them as running over, and once they do, it has been counted.
    expect(chance(-10, 1.9)).toBeCloseTo(1, 6);
    expect(chance(2, 10)).toBeCloseTo(1, 6);
    expect(chance(1.9, 3)).toBeGreaterThan(1.1);
  });

  it("is told with what the next minutes show: whether those who are in leave", () => {
    const soon = (over: Situation): number | undefined => {
      const { row, outlook } = outlookOf({ ...theirs, now: 5, bookings: [[-60, 0]], ...over });
      const { goneSoon, isPassing } = forecastOccupancy(row, outlook);
      expect(isPassing).toBe(true);
      return goneSoon;
    };
    // Of those who run over one leaves in nine minutes: 1 − e^(−5/9).
    expect(soon({})).toBeCloseTo(0.4262, 3);
    expect(soon({ seen: false })).toBeCloseTo(0.35 * 0.4262, 3);
    // Three minutes before its end 0.8053 of them last, two minutes after it 0.2237.
    expect(soon({ now: -3 })).toBeCloseTo(1 - 0.2237 / 0.8053, 3);
    // Those of a meeting that begins in more than five minutes are not in yet.
    expect(
      soon({
        arrival: 60,
        bookings: [
          [-60, 0],
          [10.1, 50],
        ],
      }),
    ).toBeCloseTo(0.4262, 3);
    expect(
      soon({
        arrival: 90,
        bookings: [
          [-60, 0],
          [10, 80],
        ],
      }),
    ).toBeLessThan(0.05);
    expect([soon({ occupied: false }), soon({ occupied: undefined }), soon({ inSince: 2 })]).toEqual([0, 0, 0]);
  });
});

describe("P(those who are in have left)", () => {
  const left = (situation: Situation) => leftWithin(outlookOf({ occupied: true, ...situation }).outlook);

  it("is that of a meeting, from how long it has run over", () => {
    const within = left({ bookings: [[-60, 0]], inSince: -58, now: 5 });
    expect([within(0), within(10), within(20)]).toEqual([
      0,
      expect.closeTo(1 - Math.exp(-10 / 9), 3),
      expect.closeTo(1 - Math.exp(-20 / 9), 3),
    ]);
  });

  it("is that of one that still runs", () => {
    expect(left({ bookings: [[-60, 0]], inSince: -58, now: -3 })(5)).toBeCloseTo(1 - 0.2237 / 0.8053, 3);
  });

  it("is that of any who booked nothing", () => {
    expect(left({ inSince: -5 })(10)).toBeCloseTo(1 - Math.exp(-10 / 30), 3);
    expect(left({})(10)).toBeCloseTo(1 - Math.exp(-10 / 30), 3);
  });

  it("is by how long they have been in, once that was seen to matter", () => {
    const site = new SiteLearner("hq");
    site.turn(NINE);
    // Nine of ten stay for twelve minutes, one for two hours.
    for (let i = 0; i < 200; i++) noteStay(site, i % 10 === 0 ? 120 : 12);
    site.turn(at(60));
    const [new_, old] = [-5, -40].map((age) => ({ site, now: 60, arrival: 80, occupied: true, inSince: 60 + age }));
    expect(left({ ...new_ })(10)).toBeGreaterThan(0.7);
    expect(left({ ...old })(10)).toBeLessThan(0.1);
    expect(occupied({ ...new_ })).toBeLessThan(0.4);
    expect(occupied({ ...old })).toBeGreaterThan(0.85);
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
