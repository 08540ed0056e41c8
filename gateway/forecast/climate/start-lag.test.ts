import { describe, expect, it } from "vitest";
import { Shelf } from "./shelf.ts";
import { StartLag } from "./start-lag.ts";

interface Morning {
  /** Minutes after its schedule at which control begins; never, where that is left out. */
  late?: number;
  from?: number;
  setpoint?: number | undefined;
  /** K/h before it begins: rooms cool at dawn. */
  before?: number;
  /** The schedule that is known. */
  isScheduled?: boolean;
  /** Minutes after it at which the first value comes. */
  firstMin?: number;
}

/** Lives through a morning: control warms the room by 1.5 K/h once it has begun. */
function morning(lag: StartLag, of: Morning): void {
  const { late = 10_000, from = 18, before = -0.2, isScheduled = true, firstMin = 2.5 } = of;
  const setpointC = "setpoint" in of ? of.setpoint : 22;
  const up = (setpointC ?? 22) >= from ? 1 : -1;
  const values: number[] = [];
  for (let minute = -60; minute < 300; minute += 5) {
    const at = minute + 2.5;
    const warms = 1.5 * Math.max(0, at - late);
    const value = from + (up * (before * Math.min(Math.max(0, at), late) + warms)) / 60;
    values.unshift(at < firstMin ? Number.NaN : value);
    const ranMin = isScheduled && at >= 0 ? at : undefined;
    lag.follow({ ranMin, setpointC, ago: (steps) => values[steps] ?? Number.NaN, perHour: () => 1.5 });
  }
}
const lagOf = (...mornings: Morning[]): number | undefined => {
  const lag = new StartLag(new Shelf());
  for (const each of mornings) morning(lag, each);
  return lag.lateMin;
};

describe("how much later than its schedule climate control begins", () => {
  it("is nothing until it was seen", () => {
    expect(lagOf()).toBeUndefined();
  });

  it.each([0, 10, 60, 120])("is seen in one morning: %d min", (late) => {
    expect(Math.abs((lagOf({ late }) ?? 999) - late)).toBeLessThan(6);
    expect(Math.abs((lagOf({ late, from: 27, setpoint: 23 }) ?? 999) - late)).toBeLessThan(6);
  });

  it("is that of the middle one of the last three mornings: one repair at nine is no habit, a changed clock is", () => {
    const [usual, hour] = [{ late: 10 }, { late: 70 }];
    const near = (late: number) => [expect.closeTo(late, -1)];
    expect([lagOf(usual, hour)]).toEqual(near(10));
    expect([lagOf(hour, usual)]).toEqual(near(10));
    expect([lagOf(usual, usual, hour)]).toEqual(near(10));
    expect([lagOf(usual, hour, usual)]).toEqual(near(10));
    expect([lagOf(usual, hour, hour)]).toEqual(near(70));
    expect([lagOf(usual, usual, usual, hour, hour)]).toEqual(near(70));
    expect([lagOf(hour, hour, usual, usual)]).toEqual(near(10));
  });

  it("is not seen where the room has hardly anywhere to go, nobody knows where to or when, or the morning began unseen", () => {
    for (const unseen of [{ from: 20.9 }, { setpoint: undefined }, { isScheduled: false }, { firstMin: 12 }])
      expect(lagOf({ late: 60, ...unseen })).toBeUndefined();
    expect(lagOf({ late: 60, from: 20.7 })).toBeGreaterThan(50);
  });

  it("is not control that fails: what has not begun after two and a half hours did not begin late", () => {
    expect(lagOf({})).toBeUndefined();
    expect(lagOf({ late: 160 })).toBeUndefined();
    expect(lagOf({ late: 5 }, {}, {})).toBeLessThan(10);
  });

  it("outlives a restart", () => {
    const shelf = new Shelf();
    const lag = new StartLag(shelf);
    morning(lag, { late: 60 });
    const kept = new Shelf();
    const restored = new StartLag(kept);
    expect(kept.unpack(shelf.pack())).toBe(true);
    expect(restored.lateMin).toBe(lag.lateMin);
  });
});
