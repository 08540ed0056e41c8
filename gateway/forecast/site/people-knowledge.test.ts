import { describe, expect, it } from "vitest";
import { hours, instant } from "#contract/units.ts";
import { RoomHabits } from "../habits.ts";
import {
  arrivals,
  meetingEnds,
  noShowShare,
  noteArrivalOf,
  noteMeetingEnd,
  noteOverrun,
  noteShow,
  noteStay,
  noteStray,
  overrunRatio,
  stays,
  strayShare,
} from "./people-knowledge.ts";
import { SiteLearner } from "./site-learner.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));
/** A site that was taught the same so many times, an hour ago. */
function taught(times: number, lesson: (site: SiteLearner, habits: RoomHabits) => void) {
  const site = new SiteLearner("hq");
  const habits = new RoomHabits();
  site.turn(NINE);
  for (let i = 0; i < times; i++) lesson(site, habits);
  site.turn(instant(NINE + hours(1)));
  return { site, habits };
}
const nothing = taught(0, () => {});

describe("what is reckoned with until a site has taught", () => {
  it.each([
    // A quarter end early, by eight minutes on average; half within a minute of their end; a quarter run over, by nine minutes.
    [-30, 0.9933],
    [-5, 0.8484],
    [-1, 0.75],
    [0, 0.5],
    [1, 0.25],
    [2, 0.2237],
    [10, 0.092],
    [30, 0.01],
  ])("is that of all meetings, at %d minutes after their end, %d still last", (minute, share) => {
    expect(meetingEnds(nothing.site).lasts(-90, minute)).toBeCloseTo(share, 4);
  });

  it("is that who comes late comes 2.5 minutes late, and who booked nothing stays for 30, on average", () => {
    expect(arrivals(nothing.site).lasts(0, 5)).toBeCloseTo(Math.exp(-2), 6);
    expect(stays(nothing.site).lasts(0, 30)).toBeCloseTo(Math.exp(-1), 6);
  });

  it("is that nobody comes to 34 of 100 bookings, and that one empty room in 100 is used", () => {
    expect(noShowShare(nothing.site, nothing.habits)).toBeCloseTo(0.34, 9);
    expect(strayShare(nothing.site)).toBeCloseTo(0.01, 9);
    expect(overrunRatio(nothing.site, nothing.habits)).toBe(1);
  });
});

describe("what a site has taught", () => {
  it("counts four times as what was reckoned with", () => {
    // Of 100 meetings none was over by +5: 8 % of the usual rate for 96 that were watched until then.
    const late = taught(96, (site) => noteMeetingEnd(site, { entered: -90, left: 12, ended: true }));
    expect(meetingEnds(late.site).lasts(2, 10)).toBeCloseTo(Math.exp((-8 / 9) * 0.04), 4);
    const slow = taught(96, (site) => noteArrivalOf(site, 8));
    expect(arrivals(slow.site).lasts(0, 5)).toBeCloseTo(Math.exp(-2 * 0.04), 4);
    // They came then, all of them: (96 + 1.6) in 2 · 4 minutes of 4.
    expect(arrivals(slow.site).lasts(8, 10)).toBeLessThan(1e-4);
    const long = taught(96, (site) => noteStay(site, 100));
    expect(stays(long.site).lasts(0, 30)).toBeCloseTo(Math.exp(-1 * 0.04), 4);
  });

  it("is how many bookings stay empty, and of a room how far it is otherwise", () => {
    const { site, habits } = taught(80, (to, of) => noteShow(to, of, true));
    // (80 + 20 · 0.34) / 100; of the room itself (80 + 20 · 0.868) / 100.
    expect(noShowShare(site, new RoomHabits())).toBeCloseTo(0.868, 6);
    expect(noShowShare(site, habits)).toBeCloseTo(0.9736, 6);
    const full = taught(80, (to, of) => noteShow(to, of, false));
    expect(noShowShare(full.site, new RoomHabits())).toBeCloseTo(0.068, 6);
  });

  it("is how much likelier a room's meetings run over than its site's", () => {
    const { site, habits } = taught(20, (to, of) => noteOverrun(to, of, true));
    // The site's: (20 + 5) / 40; the room's: (20 + 20 · 0.625) / 40 = 0.8125.
    expect(overrunRatio(site, habits)).toBeCloseTo(1.3, 9);
    expect(overrunRatio(site, new RoomHabits())).toBe(1);
    const punctual = taught(20, (to, of) => noteOverrun(to, of, false));
    expect(overrunRatio(punctual.site, punctual.habits)).toBeCloseTo(0.5, 9);
  });

  it("is how often somebody is in whom nobody expects", () => {
    const some = taught(100, (site) => noteStray(site, true));
    expect(strayShare(some.site)).toBeCloseTo(101 / 200, 9);
    const none = taught(100, (site) => noteStray(site, false));
    expect(strayShare(none.site)).toBeCloseTo(1 / 200, 9);
  });
});
