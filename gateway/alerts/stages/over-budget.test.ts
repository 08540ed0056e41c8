import { describe, expect, it } from "vitest";
import { holdsWordOfEnd, overBudget } from "./over-budget.ts";
import { factsWith, inMinutes, messageWith } from "./stage-fixture.ts";

const waits = (free: number, ahead: number, priority: 1 | 2 | 3 = 3) =>
  overBudget.decide(
    factsWith({ priority, message: messageWith({ allowance: { free, nextAt: inMinutes(7) }, ahead }) }),
  );

describe("over-budget", () => {
  it("lets through what there is room for, what is of most use first", () => {
    expect(waits(1, 0)).toBeUndefined();
    expect(waits(2, 1)).toBeUndefined();
    expect(waits(1, 1)).toEqual({
      note: "owner has been sent as much as anybody reads, and 1 of more use wait too",
      until: inMinutes(7),
    });
    expect(waits(0, 0)).toEqual({ note: "owner has been sent as much as anybody reads", until: inMinutes(7) });
  });

  it("holds word of an end as it does news", () => {
    const word = (free: number, ahead: number) =>
      holdsWordOfEnd(messageWith({ allowance: { free, nextAt: inMinutes(7) }, ahead, isOver: true }));
    expect(word(1, 0)).toBeUndefined();
    expect(word(1, 1)).toMatchObject({ reason: "over-budget", until: inMinutes(7) });
    expect(word(0, 0)?.note).toBe("owner has been sent as much as anybody reads");
  });

  it("exempts what cannot wait", () => {
    expect(waits(0, 5, 1)).toBeUndefined();
  });
});
