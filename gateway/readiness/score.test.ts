import { describe, expect, it } from "vitest";
import type { Outcome } from "#contract/messages/common.ts";
import { decideScore, type Scored } from "./score.ts";

const ready = (check: Partial<Scored> = {}): Scored => ({
  weight: 10,
  hard: true,
  outcome: "ready",
  quality: 1,
  freshness: 1,
  ...check,
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

describe("a score", () => {
  it("is full where nothing is required, and where all of it weighs nothing", () => {
    const full = { outcome: "ready", score: 100, score_hi: 100, confidence: 1 };
    expect(decideScore([])).toEqual({ ...full, lost: [] });
    expect(decideScore([ready({ weight: 0 }), ready({ weight: 0 })])).toEqual({ ...full, lost: [0, 0] });
  });

  it("falls with age before anything is known to be wrong, and says how sure it is", () => {
    expect(decideScore([ready(), ready()])).toMatchObject({ score: 100, confidence: 1, lost: [0, 0] });
    const ageing = decideScore([ready({ weight: 99 }), ready({ weight: 1, freshness: 0.9 })]);
    expect(ageing).toMatchObject({ score: 99, outcome: "ready", confidence: 0.999 });
    expect(decideScore([ready(), ready({ freshness: 0.5 })])).toMatchObject({ score: 75, lost: [0, 25] });
    expect(decideScore([ready(), ready({ outcome: "degraded", quality: 0.5, freshness: 0.5 })]).lost).toEqual([
      0, 37.5,
    ]);
  });

  it("charges in full what is bad or unknown, whatever its quality was", () => {
    for (const outcome of ["not_ready", "unknown"] as const) {
      const { lost } = decideScore([ready({ weight: 30 }), ready({ weight: 70, outcome, quality: 0.9 })]);
      expect(lost[1]).toBeGreaterThanOrEqual(70);
    }
  });

  it("would be so much if what is unknown turned out well, and never less than it is", () => {
    const unknown = ready({ outcome: "unknown", quality: 0, freshness: 0 });
    expect(decideScore([ready(), unknown])).toMatchObject({ score: 50, score_hi: 100, outcome: "unknown" });
    const bad = ready({ outcome: "not_ready", quality: 0, hard: false });
    expect(decideScore([ready({ weight: 20 }), unknown, bad])).toMatchObject({ score_hi: 75 });
  });

  it("gives the tenths that are left over to the largest remainders, the first of equals, never to what is well", () => {
    const soft = (weight: number) => ready({ weight, hard: false, outcome: "not_ready", quality: 0 });
    const { lost, score } = decideScore([soft(1), soft(1), soft(1)]);
    expect(score).toBe(0);
    expect(lost).toEqual([33.4, 33.3, 33.3]);
    const mixed = decideScore([ready({ weight: 3 }), soft(2), soft(1), ready({ weight: 1 })]);
    expect(mixed.lost).toEqual([0, 28.6, 14.3, 0]);
    expect(mixed.score).toBe(57.1);
  });

  it("gives a tenth to half of a tenth rather than to two fifths of it, however much more the other lost", () => {
    const worn = (quality: number) => ready({ hard: false, outcome: "degraded", quality });
    // 1.25 and 40.04 points lost: 58.7 are left, and one tenth more is to be told than whole ones were lost.
    expect(decideScore([worn(0.1992), worn(0.975)])).toMatchObject({ score: 58.7, lost: [40, 1.3] });
  });
});
