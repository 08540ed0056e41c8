import { describe, expect, it } from "vitest";
import { factsWith, messageWith } from "./stage-fixture.ts";
import { tooLate } from "./too-late.ts";

describe("too-late", () => {
  it("holds what is only likely once no call gains enough", () => {
    expect(tooLate.decide(factsWith({ risk: 0.3, gain: 0.1 }))).toEqual({ note: "no call would change it any more" });
    expect(tooLate.decide(factsWith({ risk: 0.3, gain: 0.15 }))).toBeUndefined();
  });

  it("lets through what is sure, and what has been raised", () => {
    expect(tooLate.decide(factsWith({ risk: 0.7, gain: 0 }))).toBeUndefined();
    expect(tooLate.decide(factsWith({ risk: 0.7, gain: 0, isReopening: true }))).toBeDefined();
    expect(tooLate.decide(factsWith({ risk: 0.3, gain: 0, message: messageWith() }))).toBeUndefined();
  });
});
