import { describe, expect, it, test } from "vitest";
import { type ErrorCode, errorKinds, GreenroomError, messageOf } from "./errors.ts";

const codes = Object.keys(errorKinds) as ErrorCode[];

describe("the table of errors", () => {
  it.each(codes)("%s says what happened and what to do, each in a sentence", (code) => {
    const { meaning, cure } = errorKinds[code];
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    for (const sentence of [meaning, cure]) expect(sentence).toMatch(/^[A-Z`].{5,}\.$/);
  });

  it("has no two codes that say the same", () => {
    expect(new Set(codes.map((code) => errorKinds[code].meaning)).size).toBe(codes.length);
  });
});

test.each(codes)("an error of code %s keeps its code, whether to try again, and its cause", (code) => {
  const cause = new Error("below");
  const error = new GreenroomError(code, "it failed", cause);
  expect(error).toMatchObject({ code, message: "it failed", cause, name: "GreenroomError" });
  expect(error.retryable).toBe(errorKinds[code].retryable);
});

test("an error without a cause claims none", () => {
  expect(Object.hasOwn(new GreenroomError("NOT_FOUND", "x"), "cause")).toBe(false);
});

test.each([
  [new Error("why"), "why"],
  ["text", "text"],
  [undefined, "undefined"],
  [7, "7"],
])("the text of what was thrown: %s", (thrown, text) => {
  expect(messageOf(thrown)).toBe(text);
});
