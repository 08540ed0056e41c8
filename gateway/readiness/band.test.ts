import { describe, expect, it } from "vitest";
import { bandQuality, decideBand } from "./band.ts";
import { bandText } from "./limits.ts";
import type { ComfortBand } from "#contract/messages/room.ts";

const band = { ready: [20, 24], usable: [19, 25] } satisfies ComfortBand;

describe("a value in a band", () => {
  it("is ready inside, degraded in the usable rest, not ready beyond; edges count as inside", () => {
    const outcomes = [18.9, 19, 19.9, 20, 24, 24.1, 25, 25.1].map((value) => decideBand(value, band, undefined, 0.5));
    expect(outcomes).toEqual([
      "not_ready",
      "degraded",
      "degraded",
      "ready",
      "ready",
      "degraded",
      "degraded",
      "not_ready",
    ]);
  });

  it("must come further in to be better than it went out to be worse", () => {
    expect(decideBand(20, band, "ready", 0.5)).toBe("ready");
    for (const [value, outcome] of [
      [20.4, "degraded"],
      [20.5, "ready"],
      [23.5, "ready"],
      [23.6, "degraded"],
    ] as const)
      expect(decideBand(value, band, "degraded", 0.5)).toBe(outcome);
    for (const [value, outcome] of [
      [19, "not_ready"],
      [19.4, "not_ready"],
      [19.5, "degraded"],
      [24.6, "not_ready"],
    ] as const)
      expect(decideBand(value, band, "not_ready", 0.5)).toBe(outcome);
    expect(decideBand(19, band, "degraded", 0.5)).toBe("degraded");
  });

  it("asks for no margin where there is no bound, nor for more than a quarter of a narrow band from each side", () => {
    const air = { ready: [0, 1200], usable: [0, 1750] } satisfies ComfortBand;
    expect(decideBand(0, air, "not_ready", 100)).toBe("ready");
    expect(decideBand(1100, air, "degraded", 100)).toBe("ready");
    expect(decideBand(1101, air, "degraded", 100)).toBe("degraded");
    const narrow = { ready: [20, 22], usable: [19, 23] } satisfies ComfortBand;
    expect([20.4, 20.5, 21.5, 21.6].map((value) => decideBand(value, narrow, "degraded", 5))).toEqual([
      "degraded",
      "ready",
      "ready",
      "degraded",
    ]);
  });

  it("falls in quality evenly from the edge of ready to that of usable", () => {
    const qualities = [18, 19, 19.25, 19.5, 20, 22, 24, 24.25, 25, 26].map((value) => bandQuality(value, band));
    expect(qualities).toEqual([0, 0, 0.25, 0.5, 1, 1, 1, 0.75, 0, 0]);
    const wide = { ready: [20, 24], usable: [10, 34] } satisfies ComfortBand;
    expect([15, 29].map((value) => bandQuality(value, wide))).toEqual([0.5, 0.5]);
    const hard = { ready: [0, 35], usable: [0, 35] } satisfies ComfortBand;
    expect([35, 36].map((value) => bandQuality(value, hard))).toEqual([1, 0]);
    const hardBelow = { ready: [20, 24], usable: [20, 25] } satisfies ComfortBand;
    expect([19.9, 20].map((value) => bandQuality(value, hardBelow))).toEqual([0, 1]);
  });

  it("is told as people say it", () => {
    const text = (low: number, high: number) => bandText([low, high], "ppm", String);
    expect([text(0, 1200), text(-5, 1200), text(300, 1e9), text(20, 24)]).toEqual([
      "at most 1200 ppm",
      "at most 1200 ppm",
      "at least 300 ppm",
      "20–24 ppm",
    ]);
  });
});
