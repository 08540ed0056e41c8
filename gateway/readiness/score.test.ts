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
