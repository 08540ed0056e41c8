import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SequenceSet } from "./sequence-set.ts";

/** The plain truth: a set of numbers. */
const upToOf = (taken: ReadonlySet<number>): number => {
  let upTo = 0;
  while (taken.has(upTo + 1)) upTo += 1;
  return upTo;
};

describe("SequenceSet", () => {
  it("agrees with a plain set, whatever comes in whatever order", () => {
    const step = fc.oneof(
      { weight: 9, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 60 }) }) },
      { weight: 1, arbitrary: fc.record({ giveUpBefore: fc.integer({ min: 1, max: 60 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const plain = new Set<number>();
        let set = new SequenceSet();
        for (const one of steps) {
          if ("add" in one) {
            set.add(one.add);
            plain.add(one.add);
          } else {
            set.giveUpBefore(one.giveUpBefore);
            for (let seq = 1; seq < one.giveUpBefore; seq++) plain.add(seq);
          }
          expect(set.upTo).toBe(upToOf(plain));
        }
        const { upTo, ranges } = set.toJSON();
        set = new SequenceSet(upTo, ranges);
        for (let seq = 1; seq <= 62; seq++) if (set.has(seq) !== plain.has(seq)) expect(seq).toBe("told rightly");
      }),
      { numRuns: 500 },
    );
  });

  it("stays small when every other number is missing, and still arrives when they come again", () => {
    const set = new SequenceSet();
    for (let seq = 2; seq <= 10_000; seq += 2) set.add(seq);
    expect(set.toJSON().ranges.length).toBeLessThanOrEqual(2_048);
    expect(set.upTo).toBe(0);
    for (let seq = 1; seq <= 10_000; seq++) set.add(seq);
    expect(set.upTo).toBe(10_000);
  });
});
