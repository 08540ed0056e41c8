import { describe, expect, it } from "vitest";
import { type Instant, instant, minutes } from "#contract/units.ts";
import type { Observed } from "../../rooms/observed.ts";
import type { RoomState } from "../../rooms/room-state.ts";
import { RoomHabits } from "../habits.ts";
import { meetingEnds, noShowShare, OVER_MIN } from "../site/people-knowledge.ts";
import { SiteLearner } from "../site/site-learner.ts";
import { PeopleWatch } from "./people-watch.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
const at = (minute: number): Instant => instant(NINE + minutes(minute));
const text = (minute: number): string => new Date(at(minute)).toISOString();

type Stretch = readonly [from: number, to: number];
interface Plan {
  bookings?: readonly Stretch[];
  demos?: readonly Stretch[];
}
type Sensed = Observed["slot"] extends (infer Slot) | undefined
  ? Slot extends { value: infer Value }
    ? Value
    : never
  : never;

/** The stretches of time against the booked end in which meetings are counted to end, by where each begins. */
const ENDS = [
  -90, -60, -45, -30, -20, -15, -10, -7, -5, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60, 90,
];

/** A room whose sensor is looked at; minutes are those after nine. */
class Day {
  readonly site = new SiteLearner("hq");
  readonly habits = new RoomHabits();
  watch = new PeopleWatch();
  #room: RoomState | undefined;
  #changedAt = 0;
  #was: Sensed = false;

  constructor(plan: Plan = {}) {
    this.site.turn(NINE);
    this.plan(plan);
  }

  /** What is booked from now on. What is not told stays as it is. */
  plan({ bookings, demos }: Plan): this {
    const spans = (some: readonly Stretch[] = []) =>
      some.map(([start, end]) => ({ start: text(start), end: text(end) }));
    this.#room = {
      bookings: bookings === undefined && this.#room ? this.#room.bookings : spans(bookings),
      demos: demos === undefined && this.#room ? this.#room.demos : spans(demos),
    } as unknown as RoomState;
    return this;
  }

  /** One look: what the sensor says, and since when it has said so where that is not this minute. */
  looks(minute: number, value: Sensed, { since, kind }: { since?: number; kind?: Observed["kind"] } = {}): this {
    if (value !== undefined && value !== this.#was) this.#changedAt = since ?? minute;
    if (value !== undefined) this.#was = value;
    const slot = { value, at: at(minute), changedAt: at(this.#changedAt) };
    const seen = { kind: kind ?? (value === undefined ? "stale" : "known"), slot } as unknown as Observed;
    return this.takes(minute, seen);
  }
  takes(minute: number, seen: Observed | undefined): this {
    this.watch.take(this.#room as RoomState, seen, at(minute), this);
    return this;
  }

  /** A look every minute, both ends of the stretch among them. */
  passes(isIn: (minute: number) => Sensed, { from = 0, to = 200, restartAt = -1 } = {}): this {
    for (let minute = from; minute <= to; minute++) {
      if (minute === restartAt) this.watch = PeopleWatch.from(JSON.parse(JSON.stringify(this.watch)) as unknown);
      this.looks(minute, isIn(minute));
    }
    return this;
  }

  #counts(name: string, size: number): number[] {
    this.site.turn(at(14 * 60));
    return Array.from(this.site.counts(name, size) ?? []);
  }
  /** The stretches in which meetings ended. */
  get ends(): (number | undefined)[] {
    const counts = this.#counts("ends", 2 * ENDS.length);
    return counts.flatMap((n, i) => (i % 2 === 0 ? Array.from({ length: n }, () => ENDS[i / 2]) : []));
  }
  /** Minutes for which meetings were watched, from 90 minutes before their end. */
  get watched(): number {
    return this.#counts("ends", 2 * ENDS.length).reduce((sum, each, i) => (i % 2 === 1 ? sum + each : sum), 0);
  }
  /** How many stayed who had booked nothing, and for how many minutes together. */
  get strays(): { count: number; minutes: number } {
    const counts = this.#counts("stays", 24);
    const sum = (odd: number): number => counts.reduce((all, each, i) => (i % 2 === odd ? all + each : all), 0);
    return { count: sum(0), minutes: sum(1) };
  }
  /** How many came, and how late they were together. */
  get late(): { count: number; minutes: number } {
    const counts = this.#counts("comes", 26);
    const sum = (odd: number): number => counts.reduce((all, each, i) => (i % 2 === odd ? all + each : all), 0);
    return { count: sum(0), minutes: sum(1) };
  }
  get over(): unknown {
    return this.habits.toJSON()["over"];
  }
  get noShow(): unknown {
    return this.habits.toJSON()["no-show"];
  }
}

const between =
  (...spans: readonly Stretch[]) =>
  (minute: number): boolean =>
    spans.some(([from, to]) => minute >= from && minute < to);

describe("people and their bookings", () => {
  it("teach when a meeting ended", () => {
    const day = new Day({ bookings: [[30, 60]] }).passes(between([31, 67]));
    expect(day.ends).toEqual([6]);
    // Learned between 6 and 8 min after the end.
    const ends = meetingEnds(day.site);
    expect(ends.ends(6, 8)).toBeGreaterThan(meetingEnds(new SiteLearner("x")).ends(6, 8));
    expect(day.over).toEqual({ yes: 1, of: 1 });
    expect(day.noShow).toEqual({ yes: 0, of: 1 });
  });

  it("teach that a meeting ended early, and that a pause is no end", () => {
    const day = new Day({ bookings: [[30, 90]] }).passes(between([31, 50], [53, 80]));
    expect(day.ends).toEqual([-15]);
    expect(day.over).toEqual({ yes: 0, of: 1 });
  });

  it("teach that nobody came", () => {
    const day = new Day({ bookings: [[30, 60]] }).passes(() => false);
    expect(day.ends).toEqual([]);
    expect(day.noShow).toEqual({ yes: 1, of: 1 });
    expect(noShowShare(day.site, day.habits)).toBeGreaterThan(0.36);
  });

  it.each([
    ["comes when it has ended, not even a moment later", between([60, 62])],
    ["is in for what came before, and gone by the time that those would have left", between([20, 41])],
  ])("teach that nobody came where somebody %s", (_, isIn) => {
    const day = new Day({ bookings: [[30, 60]] }).passes(isIn);
    expect(day.noShow).toEqual({ yes: 1, of: 1 });
  });

  it("teach how late those came who came: those who are early are not late", () => {
    expect(new Day({ bookings: [[30, 60]] }).passes(between([33, 55])).late).toEqual({ count: 1, minutes: 3 });
    expect(new Day({ bookings: [[30, 60]] }).passes(between([27, 55])).late).toEqual({ count: 1, minutes: 0 });
    expect(new Day({ bookings: [[30, 60]] }).passes(() => false).late).toEqual({ count: 0, minutes: 0 });
  });

  it("teach how long those stay who booked nothing", () => {
    const day = new Day().passes(between([10, 40]));
    // Until half a minute before the sensor said that nobody is in.
    expect(day.strays).toEqual({ count: 1, minutes: 29.5 });
    expect(day.watch.inSince).toBeUndefined();
  });

  it.each<[string, Plan, Stretch, number]>([
    ["a booking that has begun", { bookings: [[30, 60]] }, [40, 50], 0],
    ["a booking that is about to begin", { bookings: [[30, 60]] }, [10, 27], 0],
    ["a booking that begins only five minutes after they have left", { bookings: [[30, 60]] }, [10, 25.5], 1],
    ["a booking that has ended, and was theirs", { bookings: [[30, 60]] }, [50, 70], 0],
    ["a booking that has ended when they come", { bookings: [[30, 60]] }, [60, 70], 1],
    ["a visit", { demos: [[30, 60]] }, [40, 50], 0],
    ["a visit later on", { demos: [[90, 120]] }, [40, 50], 1],
  ])("know whether people in the room came for %s", (_, plan, [from, to], strays) => {
    const day = new Day(plan)
      .looks(from - 1, false)
      .looks(from, true)
      .looks(to, false);
    expect(day.looks(to + 10, false).strays.count).toBe(strays);
  });

  it("know those who stay until after a meeting that has been called off meanwhile", () => {
    const day = new Day({ bookings: [[30, 60]] }).passes(between([31, 50]), { to: 40 }).plan({ bookings: [] });
    expect(day.passes(between([31, 50]), { from: 41 }).strays.count).toBe(0);
  });

  it("are the same after a restart at any minute", () => {
    const bookings: Stretch[] = [
      [30, 60],
      [75, 100],
    ];
    const isIn = between([32, 66], [74, 95]);
    const told = (day: Day) => {
      day.site.turn(at(14 * 60));
      return JSON.stringify([day.site, day.watch, day.watch.lastIn]);
    };
    const whole = told(new Day({ bookings }).passes(isIn));
    for (let restartAt = 1; restartAt < 120; restartAt += 7)
      expect(told(new Day({ bookings }).passes(isIn, { restartAt }))).toBe(whole);
    const midway = (restartAt: number) => new Day({ bookings }).passes(isIn, { to: 97, restartAt });
    expect(told(midway(97))).toBe(told(midway(-1)));
  });

  it("count as running over from two minutes on", () => {
    expect(OVER_MIN).toBe(2);
    const leaves = (minute: number) =>
      new Day({ bookings: [[30, 60]] }).looks(29, true).looks(61, true).looks(minute, false);
    expect(leaves(62.5).looks(70, false).over).toEqual({ yes: 1, of: 1 });
    expect(leaves(62.4).looks(70, false).over).toEqual({ yes: 0, of: 1 });
  });
});

describe("the end of a meeting", () => {
  it("is known four minutes after everybody has left", () => {
    const day = new Day({ bookings: [[30, 60]] })
      .passes(between([30, 60]), { to: 59 })
      .looks(60, false, { since: 60.5 });
    expect(day.looks(63.9, false).over).toBeUndefined();
    expect(day.looks(64, false).over).toEqual({ yes: 0, of: 1 });
  });

  it("is when people have left, however long nobody looked: until then they were in", () => {
    const day = new Day({ bookings: [[30, 60]] }).looks(29, true).looks(50, true).looks(72, false, { since: 67 });
    expect(day.looks(73, false).ends).toEqual([6]);
  });

  it("is no longer told by those who come in when the others had left", () => {
    const early = new Day({ bookings: [[30, 60]] }).passes(between([30, 50], [61, 63]));
    expect(early.ends).toEqual([-15]);
    const late = new Day({ bookings: [[30, 60]] })
      .looks(25, false)
      .looks(59, true)
      .passes(() => true, { from: 60, to: 66 });
    expect(late.looks(67, false).looks(75, false).ends).toEqual([6]);
  });

  it("is left open after an hour and a half: they run over, nobody knows by how much", () => {
    const leaves = (minute: number) => {
      const day = new Day({ bookings: [[30, 60]] }).passes(() => true, { from: 29, to: 140 }).looks(minute, false);
      return [day.looks(minute + 10, false).ends, day.over];
    };
    expect(leaves(150)).toEqual([[60], { yes: 1, of: 1 }]);
    expect(leaves(150.5)).toEqual([[], { yes: 1, of: 1 }]);
  });

  it("is left open when the next one follows at once: until a minute and a half before that they were watched", () => {
    const bookings: Stretch[] = [
      [30, 60],
      [60, 90],
    ];
    const day = new Day({ bookings }).passes(between([30, 86]));
    expect(day.noShow).toEqual({ yes: 0, of: 2 });
    expect(day.ends).toEqual([-5]);
    // 88.5 of the first; the second ended 4.5 min early.
    expect(day.watched).toBe(88.5 + 85.5);
    expect(day.over).toEqual({ yes: 0, of: 1 });
  });

  it.each<[string, Stretch, number, number | undefined, unknown]>([
    // The minute that a meeting begins, when those before it left, and what that says.
    ["at once, and they had left", [60, 90], 50, -15, { yes: 0, of: 1 }],
    ["at once, and they have left four minutes before", [60, 90], 56.5, -5, { yes: 0, of: 1 }],
    ["at once, and they have left three minutes before", [60, 90], 57.5, undefined, undefined],
    ["after five minutes, and they have left four before that", [65, 90], 60.5, 0, { yes: 0, of: 1 }],
    ["after four minutes, and they are in still", [64, 90], 70, undefined, undefined],
    ["after five minutes, and they are in still: they run over", [65, 90], 70, undefined, { yes: 1, of: 1 }],
  ])("is told apart from what follows %s", (_, next, leaves, ended, over) => {
    const day = new Day({ bookings: [[30, 60], next] }).passes(between([30, 50]), { to: 49 });
    for (let minute = 50; minute < 70; minute += 0.5) day.looks(minute, minute < leaves);
    // What the second teaches comes later.
    expect([day.ends[0], day.over]).toEqual([ended, over]);
  });

  it("is not changed by a meeting at the same time", () => {
    const bookings: Stretch[] = [
      [30, 60],
      [40, 90],
    ];
    const day = new Day({ bookings }).passes(between([31, 80]));
    // The first ran over by 19.5 min, as far as anybody can tell; the second ended 10.5 early.
    expect(day.ends).toEqual([-15, 15]);
  });

  it("is the same in whatever order the calendar tells what is booked", () => {
    const bookings: Stretch[] = [
      [30, 60],
      [30, 45],
      [31, 50],
      [62, 70],
      [61, 62],
    ];
    const isIn = between([28, 47], [58, 66]);
    const [one, other] = [bookings, bookings.toReversed()].map((some) => {
      const day = new Day({ bookings: some }).passes(isIn, { to: 65 });
      return [JSON.stringify(day.watch), day.ends, day.watched];
    });
    expect(one).toEqual(other);
  });
});

describe("what people do is not learned from", () => {
  const learned = (plan: Plan, isIn: (minute: number) => Sensed, span = {}) => new Day(plan).passes(isIn, span).noShow;
  const once = { yes: 0, of: 1 };
  const unseen = (from: number, to: number) => (minute: number) =>
    minute >= from && minute < to ? undefined : minute >= 30 && minute < 70;

  it.each([
    ["before it begins", 10, 30, once],
    ["when it begins", 30, 31, undefined],
    ["in its middle", 40, 45, undefined],
    ["when it runs over", 66, 68, undefined],
    ["when it has long been over", 80, 90, once],
  ])("where nobody could see %s", (_, from, to, shown) => {
    expect(learned({ bookings: [[30, 60]] }, unseen(from, to))).toEqual(shown);
  });

  it("where nobody can see ever, nor what a sensor said before it fell silent", () => {
    const day = new Day({ bookings: [[30, 60]] });
    for (let minute = 0; minute < 100; minute++) day.takes(minute, undefined);
    expect([day.noShow, day.watch.inSince]).toEqual([undefined, undefined]);
    const silent = new Day().looks(10, true, { kind: "stale" });
    expect([silent.watch.inSince, silent.watch.lastIn]).toEqual([undefined, undefined]);
  });

  it("where it was on already when it was first seen", () => {
    const isIn = between([25, 70]);
    expect(learned({ bookings: [[30, 60]] }, isIn, { from: 30 })).toEqual(once);
    expect(learned({ bookings: [[30, 60]] }, isIn, { from: 31 })).toBeUndefined();
  });

  it.each<[string, Stretch, unknown]>([
    ["nineteen minutes after it: they are asked to wrap up", [79, 100], undefined],
    ["twenty minutes after it", [80, 100], once],
    ["in its midst", [40, 50], undefined],
    ["until it begins", [10, 30], once],
    ["until a minute later", [10, 31], undefined],
  ])("where a visit is in the room %s", (_, visit, shown) => {
    expect(learned({ bookings: [[30, 60]], demos: [visit] }, between([30, 62]))).toEqual(shown);
  });

  it("where a visit comes to be planned near it before it begins", () => {
    const day = new Day({ bookings: [[30, 60]] }).passes(() => false, { to: 20 }).plan({ demos: [[70, 100]] });
    expect(day.passes(between([30, 62]), { from: 21 }).noShow).toBeUndefined();
  });

  it("but of a meeting that is booked while people wait for another", () => {
    const day = new Day({ bookings: [[90, 120]] }).passes(() => false, { to: 20 });
    day.plan({ bookings: [[30, 60]] });
    expect(day.passes(between([30, 55]), { from: 21, to: 70 }).ends).toEqual([-7]);
  });

  it("however many meetings are over when the calendar is told again", () => {
    const day = new Day({ bookings: [[100, 130]] }).passes(between([100, 120]), { from: 80, to: 110 });
    const past = Array.from({ length: 20 }, (_, i): Stretch => [i, i + 60]);
    day.plan({ bookings: [...past, [100, 130]] });
    expect(day.passes(between([100, 120]), { from: 111, to: 160 }).ends).toEqual([-15]);
  });
});

describe("who is in a room", () => {
  it.each<[Sensed, number | undefined]>([
    [true, 10],
    [false, undefined],
    [3, 10],
    [1, 10],
    [0, undefined],
  ])("is told by a sensor that says %s", (value, since) => {
    expect(new Day().looks(9, false).looks(10, value).watch.inSince).toBe(since === undefined ? undefined : at(since));
  });

  it("is in since the sensor says so, though nobody looked then, but not since before the last ones left", () => {
    const day = new Day().looks(9, false).looks(15, true, { since: 12 });
    expect([day.watch.inSince, day.watch.lastIn]).toEqual([at(12), at(15)]);
    day.looks(16, true).looks(20, false).looks(24, false);
    expect([day.watch.inSince, day.watch.lastIn]).toEqual([undefined, at(19.5)]);
    expect(day.looks(30, true, { since: 18 }).watch.inSince).toBe(at(19.5));
  });

  it("stays in over a short absence, and has not left before coming", () => {
    const day = new Day().looks(9, false).looks(10, true).looks(20, false);
    expect(day.looks(23, false).watch.inSince).toBe(at(10));
    expect(day.looks(23.4, false).watch.inSince).toBe(at(10));
    expect(day.looks(23.5, false).watch.inSince).toBeUndefined();
    expect(new Day().looks(10, true).looks(11, false, { since: 10 }).watch.lastIn).toBe(at(10));
  });

  it("has come to a meeting from five minutes before it on", () => {
    const came = (isIn: (minute: number) => boolean, minute: number) =>
      new Day({
        bookings: [
          [0, 12],
          [30, 60],
        ],
      })
        .passes(isIn, { to: minute })
        .watch.cameTo(at(30));
    expect([24, 25, 40].map((minute) => came(between([25, 60]), minute))).toEqual([false, true, true]);
    expect(came(() => false, 40)).toBe(false);
    // Who was in before may be others, who go within twelve minutes of its beginning or not at all.
    expect([30, 41, 42].map((minute) => came(between([24, 60]), minute))).toEqual([false, false, true]);
  });

  it("is still at the meeting before until the next one begins, and of two at once at the later", () => {
    const bookings: Stretch[] = [
      [30, 60],
      [60, 90],
    ];
    const day = new Day({ bookings }).passes(between([55, 56]), { to: 61 });
    expect([30, 60].map((start) => day.watch.cameTo(at(start)))).toEqual([false, false]);
    expect(day.ends).toEqual([-5]);
    const both = new Day({
      bookings: [
        [30, 60],
        [40, 70],
      ],
    }).passes((minute) => minute === 40, { to: 40 });
    expect([30, 40].map((start) => both.watch.cameTo(at(start)))).toEqual([false, true]);
  });

  it("makes another forecast only on coming, on coming to a meeting and on leaving", () => {
    const day = new Day({ bookings: [[30, 60]] });
    const told: number[] = [];
    let { revision } = day.watch;
    for (let minute = 0; minute < 100; minute++) {
      day.looks(minute, between([10, 55], [70, 80])(minute));
      if (day.watch.revision > revision) told.push(minute);
      expect(day.watch.revision).toBeGreaterThanOrEqual(revision);
      ({ revision } = day.watch);
    }
    // In since long before: taken for those of the meeting only twelve minutes after it began.
    expect(told).toEqual([10, 42, 59, 70, 84]);
  });

  it("is remembered of the last twelve meetings only, and not of what cannot be read", () => {
    const bookings = Array.from({ length: 20 }, (_, i): Stretch => [30 + i, 200]);
    const day = new Day({ bookings }).passes(() => false, { to: 60 });
    const { meetings } = day.watch.toJSON();
    expect(meetings.map(({ start }) => start)).toEqual(Array.from({ length: 12 }, (_, i) => at(38 + i)));
    const much = { meetings: [...meetings, ...meetings] };
    expect(PeopleWatch.from(much).toJSON().meetings).toHaveLength(12);
    for (const other of [undefined, null, {}, { meetings: "all" }, 7])
      expect(PeopleWatch.from(other).toJSON()).toEqual(new PeopleWatch().toJSON());
  });
});
