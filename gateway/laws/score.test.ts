import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "#contract/messages/common.ts";
import { badness, decideScore, type Scored } from "../readiness/score.ts";
import { cases } from "./cases.ts";

const runs = cases();

/** A check as the verdict hands it over: quality and freshness fit its outcome. */
const check = fc
  .record({
    weight: fc.constantFrom(1, 2, 3, 5, 8, 15),
    hard: fc.boolean(),
    outcome: fc.constantFrom<Outcome>("ready", "ready", "ready", "degraded", "unknown", "not_ready"),
    quality: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    freshness: fc.oneof(fc.constant(1), fc.double({ min: 0.01, max: 1, noNaN: true })),
  })
  .map((c): Scored => {
    if (c.outcome === "ready") return { ...c, quality: 1 };
    if (c.outcome === "unknown") return { ...c, quality: 0, freshness: 0 };
    return c.outcome === "not_ready" ? { ...c, quality: 0 } : c;
  });
const checks = fc.array(check, { minLength: 1, maxLength: 12 });

/** Every way in which one check can get worse. */
const worsened = (c: Scored, how: string, by: number): Scored => {
  if (how === "older" && c.outcome !== "unknown") {
    const freshness = Math.max(0.01, c.freshness * by);
    return { ...c, freshness };
  }
  if (how === "quality" && c.outcome === "degraded") return { ...c, quality: c.quality * by };
  if (how === "degraded" && c.outcome === "ready") return { ...c, outcome: "degraded", quality: by * 0.99 };
  if (how === "unknown" && c.outcome !== "not_ready") return { ...c, outcome: "unknown", quality: 0, freshness: 0 };
  if (how === "not_ready") return { ...c, outcome: "not_ready", quality: 0 };
  return c;
};

describe("laws of the score", () => {
  it("1: the score lies between 0 and 100; 2: losses are never negative and add up to 100 − score", () => {
    fc.assert(
      fc.property(checks, (cs) => {
        const { score, lost, confidence } = decideScore(cs);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        for (const loss of lost) expect(loss).toBeGreaterThanOrEqual(0);
        expect(lost.reduce((a, b) => a + b, 0)).toBeCloseTo(100 - score, 6);
      }),
      runs,
    );
  });

  it("3: a fresh check that is ready loses nothing", () => {
    fc.assert(
      fc.property(checks, (cs) => {
        const { lost } = decideScore(cs);
        for (const [i, c] of cs.entries()) if (c.outcome === "ready" && c.freshness === 1) expect(lost[i]).toBe(0);
      }),
      runs,
    );
  });

  it("4: nothing that gets worse betters the score or the verdict", () => {
    const how = fc.constantFrom("older", "quality", "degraded", "unknown", "not_ready");
    fc.assert(
      fc.property(checks, fc.nat(), how, fc.double({ min: 0.01, max: 1, noNaN: true }), (cs, at, how, by) => {
        const i = at % cs.length;
        const worse = cs.map((c, j) => (j === i ? worsened(c, how, by) : c));
        const [before, after] = [decideScore(cs), decideScore(worse)];
        expect(after.score).toBeLessThanOrEqual(before.score);
        expect(badness[after.outcome]).toBeGreaterThanOrEqual(badness[before.outcome]);
      }),
      runs,
    );
  });

  it("5: ready means that every hard check is known, fresh enough and good", () => {
    fc.assert(
      fc.property(checks, (cs) => {
        if (decideScore(cs).outcome !== "ready") return;
        for (const c of cs) expect([c.outcome, c.freshness > 0]).toEqual(["ready", true]);
      }),
      runs,
    );
  });

  it("6: verdict and score agree", () => {
    const most = { ready: 100, degraded: 94, unknown: 59, not_ready: 39 };
    fc.assert(
      fc.property(checks, (cs) => {
        const { outcome, score } = decideScore(cs);
        expect(score).toBeLessThanOrEqual(most[outcome]);
        if (score >= 95) expect(outcome).toBe("ready");
      }),
      runs,
    );
  });

  it("7: the score is never above what it could be", () => {
    fc.assert(
      fc.property(checks, (cs) => {
        const { score, score_hi } = decideScore(cs);
        expect(score).toBeLessThanOrEqual(score_hi);
      }),
      runs,
    );
  });

  it("8: the order of the checks is irrelevant; 9: so is the scale of the weights", () => {
    fc.assert(
      fc.property(checks, fc.constantFrom(0.5, 2, 7), (cs, scale) => {
        const { lost: _lost, ...before } = decideScore(cs);
        const { lost: _a, ...turned } = decideScore(cs.toReversed());
        const { lost: _b, ...scaled } = decideScore(cs.map((c) => ({ ...c, weight: c.weight * scale })));
        for (const other of [turned, scaled]) {
          expect(other.outcome).toBe(before.outcome);
          expect(other.score).toBeCloseTo(before.score, 0);
          expect(Math.abs(other.score - before.score)).toBeLessThanOrEqual(0.11);
        }
      }),
      runs,
    );
  });
});
