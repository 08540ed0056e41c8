import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Rls } from "./rls.ts";
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
