import * as fc from "fast-check";
import { expect, test } from "vitest";
import { matches } from "./bus.ts";
import { TopicTree } from "./topic-tree.ts";

const part = fc.constantFrom("a", "b", "c", "", "$SYS");
const topic = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const filter = fc
  .tuple(fc.array(fc.oneof(part, fc.constant("+")), { minLength: 0, maxLength: 3 }), fc.constantFrom("a", "+", "#"))
  .map(([parts, last]) => [...parts, last].join("/"));

test("a tree gives what matching each filter by itself gives, also after some have gone", () => {
  const law = fc.property(
    fc.uniqueArray(filter),
    fc.array(topic),
    fc.func(fc.boolean()),
    (filters, topics, isRemoved) => {
      const tree = new TopicTree<string>();
      for (const one of filters) tree.add(one, one);
      for (const one of topics) tree.match(one);
      for (const one of filters) if (isRemoved(one)) tree.remove(one, one);
      const left = filters.filter((one) => !isRemoved(one));
      for (const one of topics)
        expect(tree.match(one).toSorted()).toEqual(left.filter((each) => matches(each, one)).toSorted());
    },
  );
  fc.assert(law, { numRuns: 1_000 });
});

test("one value with two filters that match comes once", () => {
  const tree = new TopicTree<string>();
  tree.add("a/#", "x");
  tree.add("a/+", "x");
  expect(tree.match("a/b")).toEqual(["x"]);
  tree.remove("a/#", "x");
  expect(tree.match("a/b")).toEqual(["x"]);
  expect(tree.match("a/b/c")).toEqual([]);
});
