import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { millis, minutes, seconds } from "#contract/units.ts";
import { expectedInterval, learnGap, newCadence, silenceLimit } from "./cadence.ts";

const learned = (gapsMs: readonly number[]) => {
  const cadence = newCadence();
  for (const gap of gapsMs) learnGap(cadence, gap);
  return cadence;
};
const times = (n: number, gapMs: number): number[] => Array.from({ length: n }, () => gapMs);

describe("a cadence", () => {
  it("is learned from any steady interval, whatever the first gaps were", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 86_400_000 }),
        fc.integer({ min: 1, max: 86_400_000 }),
        (gap, first) => {
          const cadence = learned([first, ...times(700, gap)]);
          expect(expectedInterval(cadence, undefined, minutes(1)) / gap).toBeGreaterThan(0.9);
          expect(expectedInterval(cadence, undefined, minutes(1)) / gap).toBeLessThan(1.1);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("does not take one outage for a habit", () => {
    const cadence = learned([...times(100, 60_000), 5 * 3_600_000]);
    expect(silenceLimit(cadence, undefined, minutes(1))).toBeLessThan(180_000);
  });

  it("lets one packet be lost and no second one, at a told interval", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 100_000 }), (s) => {
        const limit = silenceLimit(newCadence(), seconds(s), minutes(1));
        expect(limit).toBeGreaterThan(2 * s * 1000);
        expect(limit).toBeLessThan(3 * s * 1000);
      }),
    );
  });

  it("is patient with what reports on change, unless it promised an interval", () => {
    const cadence = learned(Array.from({ length: 400 }, (_, i) => (i % 9 === 0 ? 1_200_000 : 40_000)));
    expect(silenceLimit(cadence, undefined, minutes(1))).toBeGreaterThan(2 * 1_200_000);
    expect(silenceLimit(cadence, minutes(20), minutes(1))).toBe(millis(2.5 * 1_200_000));
  });
});
