import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cancel, sleep } from "./clock.ts";
import { hours, instant, later, millis, minutes, seconds } from "./units.ts";
import { VirtualClock } from "./virtual-clock.ts";

const START = instant(1_000_000);
const delays = fc.array(fc.integer({ min: -5, max: 50 }), { maxLength: 60 });

describe("VirtualClock", () => {
  it("fires in order of due time, ties in the order they were set, each at its own time", () => {
    fc.assert(
      fc.property(delays, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 10 }), (wanted, steps) => {
        const clock = new VirtualClock(START);
        const fired: { index: number; at: number }[] = [];
        wanted.forEach((delay, index) => clock.after(millis(delay), () => fired.push({ index, at: clock.now() })));
        expect(fired).toEqual([]);
        for (const step of steps) clock.advance(millis(step));
        clock.advance(millis(60));
        const expected = wanted
          .map((delay, index) => ({ index, at: START + Math.max(0, delay) }))
          .toSorted((a, b) => a.at - b.at || a.index - b.index);
        expect(fired).toEqual(expected);
      }),
    );
  });

  it("does not fire what was taken back, and taking back twice or too late does nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean())), (timers) => {
        const clock = new VirtualClock(START);
        const fired = new Set<number>();
        const cancels = timers.map(([delay], index) => clock.after(millis(delay), () => fired.add(index)));
        timers.forEach(([, isCancelled], index) => {
          if (isCancelled) cancels[index]?.();
        });
        clock.advance(millis(100));
        for (const cancel of cancels) cancel();
        expect([...fired].toSorted((a, b) => a - b)).toEqual(
          timers.flatMap(([, isCancelled], index) => (isCancelled ? [] : [index])),
        );
      }),
    );
  });

  it("fires a timer that a timer has set, within the same move where it is due", () => {
    const clock = new VirtualClock(START);
    const seen: number[] = [];
    clock.after(seconds(1), () => {
      seen.push(clock.now());
      clock.after(seconds(1), () => seen.push(clock.now()));
      clock.after(millis(0), () => seen.push(clock.now()));
      clock.after(hours(1), () => seen.push(-1));
    });
    clock.advance(seconds(5));
    expect(seen).toEqual([START + 1_000, START + 1_000, START + 2_000]);
    expect(clock.nextDue).toBe(START + 1_000 + 3_600_000);
  });

  it("repeats from one period on, for as long as nobody takes it back", () => {
    const clock = new VirtualClock(START);
    const at: number[] = [];
    const cancel = clock.every(minutes(1), () => {
      at.push((clock.now() - START) / 60_000);
      if (at.length === 4) cancel();
    });
    clock.advance(seconds(59));
    expect(at).toEqual([]);
    clock.advance(hours(1));
    expect(at).toEqual([1, 2, 3, 4]);
    expect(() => clock.every(millis(0), () => {})).toThrow(RangeError);
  });

  it("never runs backwards", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 })), (moves) => {
        const clock = new VirtualClock(START);
        let before = clock.now();
        for (const move of moves) {
          clock.advanceTo(instant(START + move));
          expect(clock.now()).toBeGreaterThanOrEqual(before);
          before = clock.now();
        }
      }),
    );
  });

  it("lets promises settle between timers when asked to", async () => {
    const clock = new VirtualClock(START);
    const steps: string[] = [];
    void (async () => {
      for (const step of ["a", "b", "c"]) {
        await sleep(clock, seconds(1));
        steps.push(`${step}${(clock.now() - START) / 1_000}`);
      }
    })();
    await clock.advanceToSettled(later(START, seconds(10)));
    expect(steps).toEqual(["a1", "b2", "c3"]);
    expect(clock.now()).toBe(later(START, seconds(10)));
  });
});

it("fires what is left in order, however many others were cancelled", () => {
  const clock = new VirtualClock(START);
  const fired: number[] = [];
  const set = (i: number): Cancel =>
    clock.after(millis(1 + ((i * 7_919) % 10_007)), () => fired.push((i * 7_919) % 10_007));
  const cancels = Array.from({ length: 5_000 }, (_, i) => set(i));
  for (const [i, cancel] of cancels.entries()) if (i % 10 !== 0) cancel();
  for (const cancel of cancels.slice(1, 10)) cancel();
  clock.advance(millis(20_000));
  expect(fired).toHaveLength(500);
  expect(fired).toEqual(fired.toSorted((a, b) => a - b));
  expect(clock.nextDue).toBeUndefined();
});
