import { describe, expect, it } from "vitest";
import { horizonFigures, quantile, roomFigures, type Scored } from "./tally.ts";

const scored = (each: Partial<Scored>): Scored => ({ mean: 20, sigma: 0.5, was: 20, came: 20, isLate: true, ...each });

describe("figures of forecasts that came due", () => {
  it("are errors, skill over persistence and coverage", () => {
    const figures = roomFigures([scored({ mean: 21, was: 20, came: 22 }), scored({ mean: 20, was: 21, came: 20.5 })]);
    expect(figures).toEqual({ n: 2, mae: 0.75, mae_persistence: 1.25, skill: 0.4, coverage_90: 0.5 });
  });

  it("are nothing where nothing was forecast, and no skill where nothing moved", () => {
    expect(roomFigures([])).toEqual({ n: 0, mae: null, mae_persistence: null, skill: null, coverage_90: null });
    expect(roomFigures([scored({})]).skill).toBeNull();
    expect(horizonFigures([[], []], () => [0, 1])).toMatchObject({ n: 0, rooms_scored: 0, brier_band: null });
  });

  it("count a forecast once, a room once, and odds against what came", () => {
    const sure = [scored({ mean: 25, sigma: 0.01, was: 20, came: 25 })];
    const wrong = [scored({ mean: 25, sigma: 0.01, was: 20, came: 20 })];
    const figures = horizonFigures([sure, wrong, []], () => [24, 26]);
    expect(figures).toMatchObject({ n: 2, rooms_better: 1, rooms_scored: 2 });
    expect(figures.brier_band).toBeCloseTo(0.5, 9);
    expect(figures.brier_band_persistence).toBe(0.5);
  });

  it("know a median", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
