import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant, minutes } from "#contract/units.ts";
import { nextPriorityAt, priorityOf } from "./priority.ts";
import { inMinutes, now } from "./stages/stage-fixture.ts";

describe("priority", () => {
  it.each([
    [-5, 1],
    [9.9, 1],
    [10, 2],
    [59.9, 2],
    [60, 3],
  ])("with %d min to act-by is %d", (left, priority) => {
    expect(priorityOf(inMinutes(left), now)).toBe(priority);
  });

  it("rises at the moments that it names, at no other", () => {
    fc.assert(
      fc.property(fc.integer({ min: minutes(-30), max: minutes(120) }), (left) => {
        const actBy = instant(now + left);
        const next = nextPriorityAt(actBy, now);
        if (next === undefined) {
          expect(priorityOf(actBy, now)).toBe(1);
          return;
        }
        expect(next).toBeGreaterThan(now);
        expect(priorityOf(actBy, instant(next - 1))).toBe(priorityOf(actBy, now));
        expect(priorityOf(actBy, next)).toBe(priorityOf(actBy, now) - 1);
        // Asked at that very moment it names the one after it.
        expect(nextPriorityAt(actBy, next)).not.toBe(next);
      }),
    );
  });
});
