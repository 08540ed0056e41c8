import * as fc from "fast-check";
import { expect, test } from "vitest";
import { withoutNames } from "./audience.ts";

test("a name is gone from every text, however it is written and however deep it stands", () => {
  const value = { sentence: "Acme Ltd walks in; ACME LTD waits.", causes: [{ steps: [{ label: "Tell Acme." }] }] };
  expect(withoutNames(value, ["Acme", "Acme Ltd", undefined, ""])).toEqual({
    sentence: "Client visit walks in; Client visit waits.",
    causes: [{ steps: [{ label: "Tell Client visit." }] }],
  });
});

test("a short name spoils neither words nor ids nor codes", () => {
  const value = { id: "a-1", demo: "A", check: "A", sentence: "A display at A is cold, says A." };
  expect(withoutNames(value, ["A"])).toMatchObject({ id: "a-1", demo: "A", check: "A" });
  expect(withoutNames("Harbour has what Ha has", ["Ha"])).toBe("Harbour has what Client visit has");
  expect(withoutNames("C++ (Köln) visits", ["C++ (Köln)"])).toBe("Client visit visits");
});

test("no name that stands as words of its own is ever left, whatever is in it", () => {
  const name = fc
    .string({ minLength: 1, maxLength: 12 })
    .filter((text) => text.trim() !== "" && !"Client visit".includes(text));
  fc.assert(
    fc.property(name, fc.string(), fc.string(), (text, before, after) => {
      const cleaned = withoutNames(`${before} ${text} ${after}`, [text]);
      expect(` ${cleaned} `).not.toContain(` ${text} `);
    }),
    { numRuns: 500 },
  );
});
