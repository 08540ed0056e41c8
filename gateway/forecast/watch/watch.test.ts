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

/** A room that is looked at every minute; `isIn` says when people are in. */
class Day {
  readonly site = new SiteLearner("hq");
  readonly habits = new RoomHabits();
  watch = new PeopleWatch();
  #changedAt = NINE;
  #was = false;

  constructor() {
    this.site.turn(NINE);
  }

  passes(
    room: { bookings: (readonly [number, number])[]; demos?: (readonly [number, number])[] },
    isIn: (minute: number) => boolean | undefined,
    { from = 0, to = 200, restartAt = -1 } = {},
  ): this {
    const span = ([start, end]: readonly [number, number]) => ({ start: text(start), end: text(end) });
    const state = { bookings: room.bookings.map(span), demos: (room.demos ?? []).map(span) } as unknown as RoomState;
    for (let minute = from; minute <= to; minute++) {
      const value = isIn(minute);
      if (value !== undefined && value !== this.#was) {
        this.#was = value;
        this.#changedAt = at(minute);
      }
      const slot = { value, at: at(minute), changedAt: this.#changedAt };
      const seen = { kind: value === undefined ? "stale" : "known", slot } as unknown as Observed;
      if (minute === restartAt) this.watch = PeopleWatch.from(JSON.parse(JSON.stringify(this.watch)) as unknown);
      this.watch.take(state, seen, at(minute), this);
    }
    this.site.turn(instant(at(to) + minutes(60)));
    return this;
  }

  get ends(): number[] {
    const counts = this.site.counts("ends", 58);
    return counts === undefined ? [] : Array.from(counts).filter((_, i) => i % 2 === 0);
  }
  get ended(): number {
    return this.ends.reduce((sum, each) => sum + each, 0);
  }
}

const between =
  (...spans: readonly (readonly [number, number])[]) =>
  (minute: number): boolean =>
    spans.some(([from, to]) => minute >= from && minute < to);

describe("people and their bookings", () => {
  it("teach when a meeting ended", () => {
    const day = new Day().passes({ bookings: [[30, 60]] }, between([31, 67]));
    expect(day.ended).toBe(1);
    // Learned between 6 and 8 min after the end.
    const ends = meetingEnds(day.site);
    expect(ends.ends(6, 8)).toBeGreaterThan(meetingEnds(new SiteLearner("x")).ends(6, 8));
    expect(day.habits.toJSON()["over"]).toEqual({ yes: 1, of: 1 });
    expect(day.habits.toJSON()["no-show"]).toEqual({ yes: 0, of: 1 });
  });

  it("teach that a meeting ended early, and that a pause is no end", () => {
    const day = new Day().passes({ bookings: [[30, 90]] }, between([31, 50], [53, 80]));
    expect(day.ended).toBe(1);
    expect(day.ends[5]).toBe(1); // −15 … −10
    expect(day.habits.toJSON()["over"]).toEqual({ yes: 0, of: 1 });
  });

  it("teach that nobody came", () => {
    const day = new Day().passes({ bookings: [[30, 60]] }, () => false);
    expect(day.ended).toBe(0);
    expect(day.habits.toJSON()["no-show"]).toEqual({ yes: 1, of: 1 });
    expect(noShowShare(day.site, day.habits)).toBeGreaterThan(0.36);
  });

  it("leave open how long a meeting would have lasted when the next one follows at once", () => {
    const day = new Day().passes(
      {
        bookings: [
          [30, 60],
          [60, 90],
        ],
      },
      between([30, 86]),
    );
    expect(day.ended).toBe(1);
    expect(day.habits.toJSON()["no-show"]).toEqual({ yes: 0, of: 2 });
  });

  it("teach nothing where nobody could see, or where a visit follows: those are asked to wrap up", () => {
    expect(
      new Day().passes({ bookings: [[30, 60]] }, (m) => (m > 40 && m < 62 ? undefined : m > 30 && m < 70)).ended,
    ).toBe(0);
    expect(new Day().passes({ bookings: [[30, 60]], demos: [[70, 100]] }, between([30, 66])).ended).toBe(0);
  });

  it("teach how long those stay who booked nothing", () => {
    const day = new Day().passes({ bookings: [] }, between([10, 40]));
    expect(day.site.counts("stays", 24)?.[2 * 5]).toBe(1);
    expect(day.watch.inSince).toBeUndefined();
  });

  it("are the same after a restart at any minute", () => {
    const room = {
      bookings: [
        [30, 60],
        [75, 100],
      ] as [number, number][],
    };
    const isIn = between([32, 66], [74, 95]);
    const whole = JSON.stringify(new Day().passes(room, isIn).site);
    for (let restartAt = 1; restartAt < 120; restartAt += 7)
      expect(JSON.stringify(new Day().passes(room, isIn, { restartAt }).site)).toBe(whole);
  });

  it("count as running over from two minutes on", () => expect(OVER_MIN).toBe(2));
});
