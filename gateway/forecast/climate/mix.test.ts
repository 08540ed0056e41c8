import { describe, expect, it } from "vitest";
import { Mix, type MixOptions } from "./mix.ts";
import { Shelf } from "./shelf.ts";

const options: MixOptions = {
  experts: 3,
  stacked: 2,
  unit: { first: 0.4, least: 0.03 },
  memory: 300,
  trust: 0,
  mostError: 1,
};
const mix = (more: Partial<MixOptions> = {}): Mix => new Mix(new Shelf(), { ...options, ...more });

describe("experts who earn their weight", () => {
  it("count the same before any of them was right or wrong; who says nothing is left out", () => {
    expect(mix().combine([0, 1, 5])).toBeCloseTo(2, 9);
    expect(mix().combine([0, 1, Number.NaN])).toBeCloseTo(0.5, 9);
    expect(mix().combine([Number.NaN, Number.NaN, Number.NaN])).toBe(0);
  });

  it("count by the inverse fourth power of their error, which follows by a three-hundredth", () => {
    // Errors 0.402, 0.39867 and none heard; weights ∝ 1/0.432⁴ and 1/0.42867⁴: 0.4923 and 0.5077.
    const one = mix();
    one.learn([0, 1, Number.NaN], 1);
    expect(one.combine([0, 1, Number.NaN])).toBeCloseTo(0.50775, 4);
    // The silent one is still at 0.4: 1/0.43⁴.
    const third = (1 / 0.43 ** 4 / (1 / 0.432 ** 4 + 1 / 0.428667 ** 4 + 1 / 0.43 ** 4)) * 9;
    expect(one.combine([0, 0, 9])).toBeCloseTo(third, 4);
  });

  it("are followed almost alone once they have been right for long", () => {
    const right = mix();
    for (let n = 0; n < 3_000; n++) right.learn([0, 1, -1], 1);
    expect(right.combine([0, 1, -1])).toBeGreaterThan(0.99);
    expect(right.combine([0, 1, -1])).toBeLessThan(1);
  });
});

describe("what experts get wrong together", () => {
  /** All say the same, so that only the correction is seen, and it comes half as large again. */
  const corrected = (trust: number): number => {
    const all = mix({ trust });
    for (let n = 0; n < 500; n++) {
      const word = Math.sin(n);
      all.learn([word, word, word], 1.5 * word);
    }
    return all.combine([1, 1, 1]);
  };

  it("is corrected as far as the correction is trusted", () => {
    expect(corrected(0)).toBeCloseTo(1, 9);
    expect(corrected(1)).toBeCloseTo(1.5, 1);
    expect(corrected(0.5)).toBeCloseTo((1 + corrected(1)) / 2, 6);
  });

  it("is learned from how each of the stacked differs from the mean", () => {
    const apart = mix({ trust: 1, experts: 2 });
    for (let n = 0; n < 2_000; n++) {
      const word = Math.sin(n);
      apart.learn([0, word], 0.25 * word);
    }
    expect(apart.combine([0, 1])).toBeCloseTo(0.25, 1);
  });

  it("is taught no more by one example than its most", () => {
    const [wild, most] = [mix({ trust: 1 }), mix({ trust: 1 })];
    wild.learn([1, 1, 1], 500);
    most.learn([1, 1, 1], 2);
    expect(wild.combine([1, 1, 1])).toBeCloseTo(most.combine([1, 1, 1]), 9);
    const low = mix({ trust: 1 });
    low.learn([1, 1, 1], -500);
    expect(low.combine([1, 1, 1]) - 1).toBeCloseTo(1 - most.combine([1, 1, 1]), 9);
    expect(most.combine([1, 1, 1])).toBeGreaterThan(1.05);
  });

  it("is learned also where it is more than one example may teach", () => {
    const far = mix({ trust: 1, mostError: 0.5 });
    for (let n = 0; n < 2_000; n++) far.learn([1, 1, 1], 3);
    expect(far.combine([1, 1, 1])).toBeCloseTo(3, 1);
  });
});
