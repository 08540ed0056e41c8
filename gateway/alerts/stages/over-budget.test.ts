import { describe, expect, it } from "vitest";
import { overBudget } from "./over-budget.ts";
import { factsWith, inMinutes, inSeconds, messageWith } from "./stage-fixture.ts";

const recent = (n: number) => Array.from({ length: n }, (_, i) => inSeconds(-500 + i));

describe("over-budget", () => {
  it("lets ten messages in ten minutes through, and holds the eleventh until the first is ten minutes old", () => {
    expect(overBudget.decide(factsWith({ message: messageWith({ recent: recent(9) }) }))).toBeUndefined();
    expect(overBudget.decide(factsWith({ message: messageWith({ recent: recent(10) }) }))).toMatchObject({
      until: inSeconds(100),
    });
    expect(overBudget.decide(factsWith({ message: messageWith({ recent: recent(12) }) }))).toMatchObject({
      until: inSeconds(102),
    });
  });

  it("forgets what is older", () => {
    const old = Array.from({ length: 30 }, () => inMinutes(-10));
    expect(overBudget.decide(factsWith({ message: messageWith({ recent: old }) }))).toBeUndefined();
  });

  it("exempts what cannot wait", () => {
    expect(overBudget.decide(factsWith({ priority: 1, message: messageWith({ recent: recent(30) }) }))).toBeUndefined();
  });
});
