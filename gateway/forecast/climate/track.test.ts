import { describe, expect, it } from "vitest";
import { type Instant, instant } from "#contract/units.ts";
import { GRID_MS, stepOf } from "./grid.ts";
import { Shelf } from "./shelf.ts";
import { type Moved, Track } from "./track.ts";

const FIRST = stepOf(instant(Date.UTC(2026, 10, 23, 6)));
const RING = 12;
const inStep = (step: number): Instant => instant((FIRST + step) * GRID_MS + 1_000);

/** A track that has heard a value in each of these steps; one more sample closes the last of them. */
function heard(...values: (readonly [step: number, value: number])[]): { track: Track; moved: (Moved | undefined)[] } {
  const track = new Track(new Shelf(), {
    range: [-9, 60],
    together: 1,
    jump: 1.5,
    scale: { floor: -10, grain: 0.002 },
    ring: RING,
  });
  const moved = values.map(([step, value]) => track.take(value, inStep(step)));
  const last = values.at(-1);
  if (last !== undefined) moved.push(track.take(last[1], inStep(last[0] + 1)));
  return { track, moved: moved.slice(1) };
}
const steps = (...values: number[]) => values.map((value, step) => [step, value] as const);

describe("a room's value on the grid", () => {
  it("is nothing before the first step is over", () => {
    const { track } = heard();
    expect([track.run, track.points, track.isFresh(inStep(0))]).toEqual([0, 0, false]);
    expect(track.value).toBeNaN();
    expect(track.take(21, inStep(0))).toBeUndefined();
    expect(track.take(21, inStep(1))).toEqual({ isAfterGap: true, bridged: 0 });
    expect([track.step, track.run, track.points, track.trend]).toEqual([FIRST, 1, 1, 0]);
  });

  it("is kept to 0.002 K, and remembered step by step as far as it is kept", () => {
    const { track, moved } = heard(...steps(21, 21.101, 21.2));
    expect(moved.slice(1)).toEqual([
      { isAfterGap: false, bridged: 0 },
      { isAfterGap: false, bridged: 0 },
    ]);
    expect(track.value).toBeCloseTo(21.2, 9);
    expect([0, 1, 2].map((ago) => track.ago(ago))).toEqual([21.2, 21.102, 21].map((value) => expect.closeTo(value, 2)));
    expect(track.at(FIRST + 1)).toBeCloseTo(21.102, 2);
    expect([track.at(FIRST - 1), track.at(FIRST + 3)]).toEqual([Number.NaN, Number.NaN]);
    expect(track.ago(5)).toBe(track.at(FIRST));
    const long = heard(...steps(...Array.from({ length: 15 }, (_, i) => 20 + i / 10))).track;
    expect(long.ago(RING - 1)).toBeCloseTo(20.3, 6);
    expect([long.run, long.points]).toEqual([15, 15]);
  });

  it("moves by the mean of the last twenty minutes: 1 − e^−¼ of a step's change at first", () => {
    const keep = Math.exp(-0.25);
    expect(heard(...steps(20, 20.2)).track.trend).toBeCloseTo(0.2 * (1 - keep), 6);
    expect(heard(...steps(20, 20.2, 20.4)).track.trend).toBeCloseTo(0.2 * (1 - keep ** 2), 6);
    expect(heard(...steps(20, 20.2, 20.4, 20.4)).track.trend).toBeCloseTo(0.2 * (1 - keep ** 2) * keep, 6);
  });

  it("is bridged with the last one over a step or two without, which count for the trend", () => {
    const { track, moved } = heard([0, 20], [1, 20], [3, 20.4]);
    expect(moved.at(-1)).toEqual({ isAfterGap: false, bridged: 1 });
    expect(track.at(FIRST + 2)).toBeCloseTo(20, 6);
    expect(track.trend).toBeCloseTo(0.2 * (1 - Math.exp(-0.5)), 6);
    expect([track.run, track.points]).toEqual([4, 3]);
    expect(heard([0, 20], [1, 20], [4, 20.4]).moved.at(-1)).toEqual({ isAfterGap: false, bridged: 2 });
  });

  it("begins anew after three steps without: nothing that was connects with it", () => {
    const { track, moved } = heard(...steps(20, 20.2, 20.4), [6, 21]);
    expect(moved.at(-1)).toEqual({ isAfterGap: true, bridged: 0 });
    expect([track.run, track.points, track.trend]).toEqual([1, 4, 0]);
    for (const step of [3, 4, 5]) expect(track.at(FIRST + step)).toBeNaN();
    expect(track.at(FIRST + 2)).toBeCloseTo(20.4, 6);
    expect(track.ago(3)).toBe(track.value);
    const exact = heard(...steps(20, 20.2, 20.4), [RING + 3, 21]).track;
    for (let back = 1; back < RING; back++) expect(exact.at(FIRST + RING + 3 - back)).toBeNaN();
    const days = heard(...steps(20, 20.2, 20.4), [600, 21]).track;
    for (let back = 1; back < RING; back++) expect(days.at(FIRST + 600 - back)).toBeNaN();
  });

  it("takes a step that is not believed for one without a value: bridged, and the third ends the run", () => {
    const calm = steps(20, 20, 20, 20);
    const jump = (count: number) => Array.from({ length: count }, (_, i) => [4 + i, i === 1 ? 14 : 26] as const);
    const one = heard(...calm, ...jump(1), [5, 20.02]);
    expect(one.moved.slice(-2)).toEqual([undefined, { isAfterGap: false, bridged: 1 }]);
    expect(one.track.at(FIRST + 4)).toBeCloseTo(20, 6);
    expect([one.track.run, one.track.points]).toEqual([6, 5]);
    expect(heard(...calm, ...jump(2), [6, 20.02]).moved.at(-1)).toEqual({ isAfterGap: false, bridged: 2 });
    const three = heard(...calm, ...jump(3), [7, 20.02]);
    expect(three.moved.at(-1)).toEqual({ isAfterGap: true, bridged: 0 });
    expect(three.track.run).toBe(1);
    const lost = heard(...calm, ...jump(3)).track;
    expect([lost.run, lost.isFresh(inStep(7))]).toEqual([0, false]);
    expect(heard(...calm, [4, 26], [6, 20.02]).moved.at(-1)).toEqual({ isAfterGap: false, bridged: 2 });
    expect(heard(...calm, [4, 26], [7, 20.02]).moved.at(-1)).toEqual({ isAfterGap: true, bridged: 0 });
  });

  it("says something of now for 25 minutes after its step", () => {
    const { track } = heard(...steps(20, 20));
    const end = (FIRST + 2) * GRID_MS;
    expect(track.isFresh(instant(end + 25 * 60_000))).toBe(true);
    expect(track.isFresh(instant(end + 25 * 60_000 + 1))).toBe(false);
  });

  it("is held within what its scale can keep", () => {
    const track = new Track(new Shelf(), {
      range: [0, 1e6],
      together: 1e6,
      jump: 1e6,
      scale: { floor: 249, grain: 0.25 },
      ring: RING,
    });
    for (const [step, value] of steps(0, 100_000, 100_000)) track.take(value, inStep(step));
    expect(track.at(FIRST)).toBe(249.25);
    expect(track.value).toBe(249 + 65_535 / 4);
  });
});
