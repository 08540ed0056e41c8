import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_FEATURES, Rls, type RlsOptions } from "./rls.ts";
import { Shelf } from "./shelf.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 300) };
const options = { size: 3, memory: 500, prior: 1, clip: 2, firstScale: 0.2 };

/** A stream of features that looks random and is the same each time. */
function feature(n: number, i: number): number {
  return Math.sin(n * (1.7 + i) + i);
}

describe("a regression that learns one example at a time", () => {
  it("finds the rule, for two targets at once", () => {
    const rls = new Rls(new Shelf(), { ...options, targets: 2 });
    for (let n = 0; n < 2_000; n++) {
      const x = [1, feature(n, 1), feature(n, 2)];
      rls.learn(x, 0.3 + 0.5 * (x[1] ?? 0), -0.2 * (x[2] ?? 0));
    }
    expect(rls.predict([1, 1, 0])).toBeCloseTo(0.8, 2);
    expect(rls.predict([1, 0, 1], 1)).toBeCloseTo(-0.2, 2);
  });

  it("refuses more features than there is room to work in", () => {
    expect(() => new Rls(new Shelf(), { ...options, size: MOST_FEATURES })).not.toThrow();
    expect(() => new Rls(new Shelf(), { ...options, size: MOST_FEATURES + 1 })).toThrow(/33 features; 32 at most/);
  });

  it("follows a rule that changes", () => {
    const rls = new Rls(new Shelf(), options);
    for (let n = 0; n < 6_000; n++) rls.learn([1, feature(n, 1), 0], n < 3_000 ? 0.5 : -0.5);
    expect(rls.predict([1, 0, 0])).toBeLessThan(-0.4);
  });

  it("is moved little by one wild example", () => {
    const rls = new Rls(new Shelf(), options);
    for (let n = 0; n < 1_000; n++) rls.learn([1, feature(n, 1), feature(n, 2)], 0.1 * feature(n, 1));
    const before = rls.predict([1, 0.5, 0.5]);
    rls.learn([1, 0.5, 0.5], 30);
    expect(Math.abs(rls.predict([1, 0.5, 0.5]) - before)).toBeLessThan(0.02);
  });

  it("stays finite whatever it is fed, also when nothing moves for weeks", () => {
    const number = fc.oneof(fc.double({ min: -20, max: 20, noNaN: true }), fc.constantFrom(0, Number.NaN, 1e30, -1e30));
    const row = fc.record({ x: fc.array(number, { minLength: 3, maxLength: 3 }), y: number });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const rls = new Rls(new Shelf(), options);
        for (const { x, y } of rows) rls.learn(x, y);
        for (let n = 0; n < 50; n++) rls.learn([1, 0, 0], 0.1);
        expect(Number.isFinite(rls.predict([1, 1, 1]))).toBe(true);
      }),
      runs,
    );
    const quiet = new Rls(new Shelf(), options);
    for (let n = 0; n < 20_000; n++) quiet.learn([1, 0, 0], 0);
    quiet.learn([1, 1, 1], 1);
    expect(Math.abs(quiet.predict([1, 1, 1]))).toBeLessThan(2);
  });
});

describe("a regression, by hand", () => {
  const one = (more: Partial<RlsOptions> = {}): Rls => new Rls(new Shelf(), { ...options, size: 1, ...more });
  const KEEP = Math.exp(-1 / 500);

  it("moves by its variance over what that and the features add, and is surer after it", () => {
    const rls = one();
    rls.learn([1], 0.3);
    expect(rls.predict([1])).toBeCloseTo(0.3 / (KEEP + 1), 5);
    // Variance (1 − 1/(KEEP + 1)) / KEEP = 0.5005: the next moves by 0.5005 / (KEEP + 0.5005) of what is missing.
    rls.learn([1], 0.3);
    expect(rls.predict([1])).toBeCloseTo(0.2002, 4);
    expect(rls.predict([3])).toBeCloseTo(0.6006, 3);
  });

  it("gives two features their share, and learns how they go together", () => {
    const rls = one({ size: 2 });
    rls.learn([1, 2], 0.3);
    const share = 0.3 / (KEEP + 5);
    expect(rls.predict([1, 0])).toBeCloseTo(share, 5);
    expect(rls.predict([0, 1])).toBeCloseTo(2 * share, 5);
    // What is left open after that is what lies across: [2, −1] is taught as if nothing had been.
    const before = rls.predict([2, -1]);
    rls.learn([2, -1], 0.3);
    expect(rls.predict([2, -1]) - before).toBeCloseTo((0.3 - before) * (5 / KEEP / (KEEP + 5 / KEEP)), 4);
    expect(rls.predict([1, 2])).toBeCloseTo(5 * share, 4);
  });

  it("counts an error beyond two usual ones as two, and learns what is usual by a hundredth", () => {
    const rls = one();
    rls.learn([1], 10);
    expect(rls.predict([1])).toBeCloseTo(0.4 / (KEEP + 1), 5);
    // Usual is now 0.2 + 0.01 · (1.25 · (0.6 + 0.05) − 0.2) = 0.20613.
    rls.learn([1], -10);
    expect(rls.predict([1])).toBeCloseTo(0.4 / (KEEP + 1) - (0.41225 * 0.5005) / (KEEP + 0.5005), 4);
  });

  it("takes no change for an outlier for ever: a fifth of the first usual error is the least", () => {
    const calm = one({ memory: 1e9 });
    for (let n = 0; n < 3_000; n++) calm.learn([0], 0);
    calm.learn([1], 10);
    expect(calm.predict([1])).toBeCloseTo((2 * 0.04) / 2, 4);
  });

  it("keeps what a feature that does not move may be: twelve times its first variance at the most", () => {
    const idle = one({ size: 2, memory: 10, firstScale: 100 });
    for (let n = 0; n < 500; n++) idle.learn([1, 0], 0);
    idle.learn([0, 1], 1);
    const keep = Math.exp(-1 / 10);
    expect(idle.predict([0, 1])).toBeCloseTo(12 / (keep + 12), 2);
    expect(idle.predict([1, 0])).toBeCloseTo(0, 3);
  });

  it("begins anew with its variance where what it is told is no number, and keeps what it knows", () => {
    const rls = one();
    for (let n = 0; n < 50; n++) rls.learn([1], 0.3);
    const before = rls.predict([1]);
    rls.learn([Number.NaN], 0.3);
    rls.learn([1e200], 0.3);
    rls.learn([1], Number.NaN);
    expect(rls.predict([1])).toBe(before);
    rls.learn([1], before + 0.1);
    expect(rls.predict([1]) - before).toBeGreaterThan(0.03);
  });

  it("knows two targets apart", () => {
    const both = one({ targets: 2 });
    both.learn([1], 0.3, -0.1);
    expect(both.predict([1])).toBeCloseTo(0.3 / (KEEP + 1), 5);
    expect(both.predict([1], 1)).toBeCloseTo(-0.1 / (KEEP + 1), 5);
  });

  it("begins anew also where the numbers are too large, and forgets then how features went together", () => {
    const large = one();
    for (let n = 0; n < 50; n++) large.learn([1], 0.3);
    const before = large.predict([1]);
    large.learn([1e200], 0.3);
    large.learn([1], before + 0.1);
    expect(large.predict([1]) - before).toBeCloseTo(0.1 / (KEEP + 1), 4);
    const two = one({ size: 2 });
    for (let n = 0; n < 20; n++) two.learn([1, 1], 0.3);
    two.learn([Number.NaN, 0], 0);
    const second = two.predict([0, 1]);
    two.learn([1, 0], 0);
    expect(two.predict([0, 1])).toBe(second);
  });

  it("holds the variance of each feature that rests, by the prior that it was given", () => {
    const keep = Math.exp(-1 / 10);
    const alone = one({ memory: 10, prior: 0.5, firstScale: 100 });
    for (let n = 0; n < 500; n++) alone.learn([0], 0);
    alone.learn([1], 1);
    expect(alone.predict([1])).toBeCloseTo(6 / (keep + 6), 2);
    const three = one({ size: 3, memory: 10, prior: 0.5, firstScale: 100 });
    for (let n = 0; n < 500; n++) three.learn([0, 1, 0], 0);
    three.learn([0, 0, 1], 1);
    expect(three.predict([0, 0, 1])).toBeCloseTo(6 / (keep + 6), 2);
    three.learn([1, 0, 0], 1);
    expect(three.predict([1, 0, 0])).toBeCloseTo(6 / (keep + 6), 2);
  });
});
