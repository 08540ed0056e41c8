import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALIBRATION_SIZE, calibrated, fitLine, IDENTITY, noteOutcome } from "./calibration.ts";
import { Ledger } from "./ledger.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 500) };
const p = fc.double({ min: 0, max: 1, noNaN: true });
const outcomes = fc.array(fc.tuple(p, fc.constantFrom(0, 1, 0.3)), { maxLength: 300 });

const ledgerOf = (pairs: readonly (readonly [number, number])[]): Ledger => {
  const ledger = new Ledger(CALIBRATION_SIZE);
  for (const [said, came] of pairs) noteOutcome(ledger, said, came);
  ledger.settle();
  return ledger;
};

describe("a calibration", () => {
  it("is the identity without outcomes, and with few", () => {
    expect(fitLine(undefined)).toBe(IDENTITY);
    expect(fitLine(ledgerOf([[0.9, 0]]).counts)).toBe(IDENTITY);
    for (const each of [0, 0.2, 0.5, 0.999, 1]) expect(calibrated(each, IDENTITY)).toBe(each);
  });

  it("stays a probability, and keeps the order of what it is told", () => {
    fc.assert(
      fc.property(outcomes, p, p, (pairs, a, b) => {
        const line = fitLine(ledgerOf([...pairs, ...pairs, ...pairs]).counts);
        const [low, high] = [calibrated(Math.min(a, b), line), calibrated(Math.max(a, b), line)];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(high).toBeGreaterThanOrEqual(low - 1e-12);
      }),
      runs,
    );
  });

  it("leaves alone what is right", () => {
    const right = Array.from({ length: 2_000 }, (_, i): [number, number] => {
      const said = ((i % 19) + 1) / 20;
      return [said, said];
    });
    const line = fitLine(ledgerOf(right).counts);
    for (const said of [0.1, 0.5, 0.9]) expect(calibrated(said, line)).toBeCloseTo(said, 2);
  });

  it("sets right what is told too high, and what is told too sure", () => {
    const high = Array.from({ length: 1_000 }, (_, i): [number, number] => [0.95, i % 10 < 8 ? 1 : 0]);
    expect(calibrated(0.95, fitLine(ledgerOf(high).counts))).toBeCloseTo(0.8, 1);
    const sure = Array.from({ length: 2_000 }, (_, i): [number, number] =>
      i % 2 === 0 ? [0.98, i % 20 < 16 ? 1 : 0] : [0.02, i % 20 < 16 ? 0 : 1],
    );
    const line = fitLine(ledgerOf(sure).counts);
    expect(calibrated(0.98, line)).toBeLessThan(0.9);
    expect(calibrated(0.02, line)).toBeGreaterThan(0.1);
  });

  it("begins with sixty outcomes", () => {
    const wrong = (n: number) => fitLine(ledgerOf(Array.from({ length: n }, (): [number, number] => [0.9, 0])).counts);
    expect(wrong(59)).toBe(IDENTITY);
    expect(calibrated(0.9, wrong(60))).toBeLessThan(0.5);
  });

  it("takes the certain for one in a thousand, and leaves out what is no number", () => {
    const sums = (...said: number[]) => {
      const counts = ledgerOf(said.map((each) => [each, 1])).counts;
      return [0, 1, 2].map((which) => counts.reduce((sum, each, i) => (i % 3 === which ? sum + each : sum), 0));
    };
    expect(sums(1)).toEqual([1, 7, 1]);
    expect(sums(0)).toEqual([1, -7, 1]);
    expect(sums(0, 1, 2, -3)).toEqual([4, 0, 4]);
    expect(sums(Number.NaN)).toEqual([0, 0, 0]);
  });

  it("leaves what is certain as it is, and moves what is rarer than one in a thousand as there", () => {
    const line = { intercept: 0.5, slope: 0.5 };
    expect([calibrated(0, line), calibrated(1, line)]).toEqual([0, 1]);
    expect([calibrated(-1e-16, line), calibrated(1 + 2 ** -52, line)]).toEqual([0, 1]);
    expect(calibrated(0.5, line)).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 9);
    // Log odds of 9.21: 0.5 + 0.5 · 7, and the 2.21 that nobody can check.
    expect(calibrated(0.9999, line)).toBeCloseTo(1 / (1 + Math.exp(-6.2102)), 6);
    expect(calibrated(0.0001, line)).toBeCloseTo(1 / (1 + Math.exp(5.2102)), 6);
  });

  it("does not depend on the order in which outcomes came", () => {
    fc.assert(
      fc.property(outcomes, (pairs) => {
        expect([...ledgerOf(pairs.toReversed()).counts]).toEqual([...ledgerOf(pairs).counts]);
      }),
      runs,
    );
  });
});
