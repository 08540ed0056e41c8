import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { type Closed, Intake } from "./intake.ts";
import { Shelf } from "./shelf.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 1_000) };
const start = Date.UTC(2026, 10, 23, 6);
const at = (seconds: number) => instant(start + seconds * 1_000);
const intake = (): Intake => new Intake(new Shelf(), { range: [-10, 60], together: 1, jump: 1.5 });

interface Sample {
  value: number;
  seconds: number;
}

/** Every step that samples close; the last one is closed by one more. */
function closed(samples: readonly Sample[], into = intake()): Closed[] {
  const found: Closed[] = [];
  for (const { value, seconds } of samples) {
    const step = into.take(value, at(seconds));
    if (step !== undefined) found.push(step);
  }
  return found;
}
const means = (samples: readonly Sample[]): number[] => closed(samples).map(({ mean }) => mean);
const calm = (steps: number, value = 21): Sample[] =>
  Array.from({ length: steps * 5 }, (_, minute) => ({ value, seconds: minute * 60 }));

describe("five minutes of samples", () => {
  it("become their mean when the next begin", () => {
    const samples = [20, 20.2, 20.4, 20.6, 20.8].map((value, minute) => ({ value, seconds: minute * 60 }));
    expect(closed(samples)).toEqual([]);
    const [step] = closed([...samples, { value: 21, seconds: 300 }]);
    expect(step?.mean).toBeCloseTo(20.4, 5);
  });

  it("leave out a spike, a value no room has, and of two the one that does not fit", () => {
    const spiked = [...calm(6), ...[21, 51, 21, 21, 21].map((value, i) => ({ value, seconds: 1_800 + 60 * i }))];
    expect(means([...spiked, { value: 21, seconds: 2_100 }]).at(-1)).toBe(21);
    const two = [...calm(6), { value: 51, seconds: 1_800 }, { value: 21.1, seconds: 1_950 }];
    expect(means([...two, { value: 21, seconds: 2_100 }]).at(-1)).toBeCloseTo(21.1, 4);
    const wild = [...calm(6), { value: 394, seconds: 1_800 }, { value: Number.NaN, seconds: 1_860 }];
    expect(means([...wild, { value: 21, seconds: 2_100 }])).toHaveLength(6);
  });

  it("hold a jump back until half an hour agrees with it", () => {
    const jumped = [...calm(6), ...calm(8, 26).map(({ value, seconds }) => ({ value, seconds: seconds + 1_800 }))];
    const found = means([...jumped, { value: 26, seconds: 4_200 }]);
    expect(found.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => 21));
    expect(found[6]).toBeNaN();
    expect(found.at(-1)).toBe(26);
    expect(found.filter(Number.isNaN).length).toBeLessThanOrEqual(4);
  });

  it("do not depend on the order of samples in a step, nor on repetition", () => {
    const sample = fc.record({
      value: fc.double({ min: 15, max: 30, noNaN: true }),
      seconds: fc.integer({ min: 0, max: 299 }),
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat()), (samples, picks) => {
        const shuffled = samples
          .flatMap((each) => [each, each])
          .map((each) => ({ each, key: picks.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ each }) => each);
        const end = { value: 22, seconds: 300 };
        expect(means([...shuffled, end])).toEqual(means([...samples, end]));
      }),
      runs,
    );
  });

  it("count of two in the same half minute the earlier one, and of one moment the lower, in whatever order", () => {
    const of = (...samples: Sample[]): number | undefined => means([...samples, { value: 21, seconds: 300 }])[0];
    const [early, late] = [
      { value: 20, seconds: 30 },
      { value: 22, seconds: 59 },
    ];
    expect([of(early, late), of(late, early)]).toEqual([20, 20]);
    const [low, high] = [
      { value: 20, seconds: 40 },
      { value: 20.5, seconds: 40 },
    ];
    expect([of(low, high), of(high, low)]).toEqual([20, 20]);
    expect(of(early, { value: 20.5, seconds: 60 })).toBeCloseTo(20.25, 5);
  });

  it("are closed by what comes later, and not by what comes late", () => {
    const late = [
      { value: 21, seconds: 310 },
      { value: 25, seconds: 299 },
      { value: 21.2, seconds: 400 },
      { value: 22, seconds: 600 },
    ];
    expect(closed(late).map(({ step, mean }) => [step - start / 300_000, Math.round(mean * 10) / 10])).toEqual([
      [1, 21.1],
    ]);
  });

  it("take what a room can have, to the edge", () => {
    const edge = (value: number): number =>
      means([
        { value, seconds: 0 },
        { value: 21, seconds: 300 },
      ]).length;
    expect([-10.1, -10, 60, 60.1].map(edge)).toEqual([0, 1, 1, 0]);
  });

  it("are not told by two that differ where nothing came before, and by their mean where they agree", () => {
    const two = (one: number, other: number): number | undefined =>
      means([
        { value: one, seconds: 0 },
        { value: other, seconds: 60 },
        { value: 21, seconds: 300 },
      ])[0];
    expect(two(20, 24)).toBeNaN();
    expect(two(20, 22)).toBeCloseTo(21, 5);
    expect(two(20, 22.1)).toBeNaN();
  });

  it("are told of three by those that lie within a kelvin of the middle one", () => {
    const three = (...values: number[]): number | undefined =>
      means([...values.map((value, i) => ({ value, seconds: 60 * i })), { value: 21, seconds: 300 }])[0];
    expect(three(20, 21, 27)).toBeCloseTo(20.5, 5);
    expect(three(27, 20, 21)).toBeCloseTo(20.5, 5);
    expect(three(20, 21, 22)).toBeCloseTo(21, 5);
    // What came before has no voice among three.
    const after = [20, 20.95, 21.9, 22.6].map((value, i) => ({ value, seconds: i === 0 ? 0 : 300 + 60 * i }));
    expect(means([...after, { value: 21, seconds: 600 }])[1]).toBeCloseTo((20.95 + 21.9 + 22.6) / 3, 5);
    expect(three(20, 20.5, 21.5, 27)).toBeCloseTo((20.5 + 20 + 21.5) / 3, 5);
  });

  it("are believed at once while there are fewer than three to go by, and again after half an hour without any", () => {
    const stepped = (...values: (readonly [step: number, value: number])[]): boolean[] =>
      means([...values, [99, 21] as const].map(([step, value]) => ({ value, seconds: step * 300 }))).map(
        (mean) => !Number.isNaN(mean),
      );
    expect(stepped([0, 21], [1, 21], [2, 26])).toEqual([true, true, true]);
    expect(stepped([0, 21], [1, 21], [2, 21], [3, 26])).toEqual([true, true, true, false]);
    expect(stepped([0, 21], [1, 21], [2, 21], [3, 22.5])).toEqual([true, true, true, true]);
    expect(stepped([0, 21], [1, 21], [2, 21], [3, 22.6])).toEqual([true, true, true, false]);
    // Of six, three still count half an hour after them, and two five minutes later.
    expect(stepped([0, 21], [1, 21], [2, 21], [6, 26])).toEqual([true, true, true, false]);
    expect(stepped([0, 21], [1, 21], [2, 21], [7, 26])).toEqual([true, true, true, true]);
    // The middle of an even number lies between its two.
    expect(stepped([0, 20], [1, 20], [2, 21], [3, 21.4], [4, 22])).toEqual([true, true, true, true, true]);
    expect(stepped([0, 20], [1, 20], [2, 21], [3, 21.4], [4, 22.1])).toEqual([true, true, true, true, false]);
  });
});
