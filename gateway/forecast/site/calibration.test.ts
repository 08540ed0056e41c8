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

  it("does not depend on the order in which outcomes came", () => {
    fc.assert(
      fc.property(outcomes, (pairs) => {
        expect([...ledgerOf(pairs.toReversed()).counts]).toEqual([...ledgerOf(pairs).counts]);
      }),
      runs,
    );
  });
});
