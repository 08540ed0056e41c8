import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "#contract/messages/common.ts";
import { badness, decideScore, type Scored } from "./score.ts";

const runs = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 2_000) };

const ready = (check: Partial<Scored> = {}): Scored => ({
  weight: 10,
  hard: true,
  outcome: "ready",
  quality: 1,
  freshness: 1,
  ...check,
});

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
  it("1: lies between 0 and 100; 2: losses are never negative and add up to what is missing", () => {
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

describe("figures", () => {
  it("charges a cap to the checks that cap, by weight", () => {
    const { score, lost, outcome } = decideScore([
      ready({ weight: 85 }),
      ready({ weight: 10, outcome: "not_ready", quality: 0 }),
      ready({ weight: 5, outcome: "not_ready", quality: 0 }),
    ]);
    expect([score, outcome]).toEqual([39, "not_ready"]);
    expect(lost).toEqual([0, 40.7, 20.3]);
  });

  it.each<[Outcome, boolean, number, Outcome]>([
    ["degraded", true, 89, "degraded"],
    ["degraded", false, 94, "degraded"],
    ["unknown", true, 59, "unknown"],
    ["unknown", false, 89, "degraded"],
    ["not_ready", true, 39, "not_ready"],
    ["not_ready", false, 89, "degraded"],
  ])("a light check that is %s (hard: %s) caps at %s", (outcome, hard, score, verdict) => {
    const quality = outcome === "degraded" ? 0.9 : 0;
    const freshness = outcome === "unknown" ? 0 : 1;
    const found = decideScore([ready({ weight: 99 }), ready({ weight: 1, hard, outcome, quality, freshness })]);
    expect([found.score, found.outcome]).toEqual([score, verdict]);
  });

  it("shows what the score could be when the unknown turns out ready", () => {
    const found = decideScore([
      ready({ weight: 80 }),
      ready({ weight: 12, outcome: "unknown", quality: 0, freshness: 0 }),
      ready({ weight: 8, hard: false, outcome: "degraded", quality: 0.5 }),
    ]);
    expect([found.score, found.score_hi, found.confidence]).toEqual([59, 94, 0.88]);
  });

  it("caps what is ready but ageing at 99", () => {
    expect(decideScore([ready(), ready({ weight: 0.1, freshness: 0.99 })]).score).toBe(99);
  });
});
