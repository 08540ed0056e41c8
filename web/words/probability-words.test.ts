import * as fc from "fast-check";
import { expect, test } from "vitest";
import { probabilityWords } from "./probability-words.ts";

test.each([
  [1, "very likely ready", "> 99 %"],
  [0.9999, "very likely ready", "99 %"],
  [0.95, "very likely ready", "95 %"],
  [0.9499, "likely ready", "94 %"],
  [0.8, "likely ready", "80 %"],
  [0.7999, "uncertain", "79 %"],
  [0.5, "uncertain", "50 %"],
  [0.4999, "unlikely to be ready", "49 %"],
  [0.003, "unlikely to be ready", "< 1 %"],
  [0, "unlikely to be ready", "< 1 %"],
])("%f is %s, %s", (p, words, figure) => {
  const told = probabilityWords(p);
  expect(told.words).toBe(words);
  expect(told.figure.replaceAll("\u00A0", " ")).toBe(figure);
});

test("a room that is still being learned says so", () => {
  expect(probabilityWords(0.9, "prior").isLearning).toBe(true);
  expect(probabilityWords(0.9, "learned").isLearning).toBe(false);
});

test("the figure never claims more than its words", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
      const { words, figure } = probabilityWords(p);
      const percent = Number(/\d+/.exec(figure)?.[0]);
      if (words === "likely ready") expect(percent).toBeLessThan(95);
      if (words === "uncertain") expect(percent).toBeLessThan(80);
      if (words === "unlikely to be ready") expect(percent).toBeLessThan(50);
      expect(figure).not.toContain("100");
    }),
  );
});
