import * as fc from "fast-check";
import { expect, it } from "vitest";
import { matches } from "./bus.ts";
import { covers, overlaps, withoutCovered, wrongFilter } from "./filters.ts";

const level = fc.constantFrom("a", "b", "c");
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => [...levels, ...(hash || levels.length === 0 ? ["#"] : [])].join("/"));
const topics = ((): string[] => {
  let all = ["a", "b", "c"];
  let last = all;
  for (let depth = 0; depth < 4; depth++) {
    last = last.flatMap((each) => ["a", "b", "c"].map((next) => `${each}/${next}`));
    all = [...all, ...last];
  }
  return all;
})();

it("a filter covers another exactly when it takes every topic of it, and overlaps it when they share one", () => {
  fc.assert(
    fc.property(filter, filter, (one, other) => {
      const taken = topics.filter((each) => matches(other, each));
      expect(overlaps(one, other)).toBe(taken.some((each) => matches(one, each)));
      if (covers(one, other)) expect(taken.every((each) => matches(one, each))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it("what is covered is left out, and nothing is lost by it", () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 5 }), topic, (filters, each) => {
      const kept = withoutCovered(filters);
      expect(kept.some((one) => matches(one, each))).toBe(filters.some((one) => matches(one, each)));
      for (const one of kept) expect(kept.filter((other) => covers(other, one))).toEqual([one]);
    }),
  );
});

it("names what is wrong with a filter", () => {
  for (const bad of ["", "a/#/b", "a+/b", "a#", "a".repeat(300)]) expect(wrongFilter(bad)).toBeTypeOf("string");
  for (const good of ["#", "+", "a/+/b", "a/#", "zigbee2mqtt/#"]) expect(wrongFilter(good)).toBeUndefined();
});
