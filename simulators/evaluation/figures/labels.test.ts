import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Dot, placeLabels } from "./labels.ts";

const within = { left: 0, right: 400, top: 0, bottom: 300 };
const dot = (x: number, y: number, label?: string): Dot => ({ x, y, radius: 4, label });

describe("labels of a chart's points", () => {
  it("stand above their points where nothing is in the way, and none where none is asked", () => {
    const [alone, silent] = placeLabels([dot(200, 100, "×1"), dot(20, 100)], within);
    expect(alone).toMatchObject({ x: 200, isFar: false });
    expect(alone?.y).toBeLessThan(100 - 4);
    expect(silent).toBeUndefined();
  });

  it("go elsewhere than above at the upper edge", () => {
    const [place] = placeLabels([dot(200, 2, "×1")], within);
    expect(place?.y).toBeGreaterThan(2 + 4);
  });

  it("cover neither each other nor any point, also of a crowd", () => {
    const crowd = fc.array(
      fc.record({ x: fc.integer({ min: 100, max: 300 }), y: fc.integer({ min: 100, max: 200 }) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(crowd, (points) => {
        const dots = points.map(({ x, y }, i) => dot(x, y, String(i + 1)));
        const places = placeLabels(dots, within);
        for (const [i, place] of places.entries()) {
          if (place === undefined) throw new Error(`no place for ${i}`);
          for (const other of places.slice(i + 1))
            expect(Math.abs(place.x - (other?.x ?? 0)) >= 5.7 || Math.abs(place.y - (other?.y ?? 0)) >= 9.9).toBe(true);
          for (const { x, y } of dots) expect(Math.abs(place.x - x) >= 6.8 || Math.abs(place.y - y) >= 8.9).toBe(true);
        }
      }),
    );
  });
});
