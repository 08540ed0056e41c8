import { describe, expect, it } from "vitest";
import { duplicate } from "./duplicate.ts";
import { factsWith, inMinutes, messageWith, now, sentAt } from "./stage-fixture.ts";

const decide = (over: Parameters<typeof messageWith>[0]) => duplicate.decide(factsWith({ message: messageWith(over) }));

describe("duplicate", () => {
  it.each(["sending", "sent", "unconfirmed"] as const)("never says the same again when it is %s", (state) => {
    expect(decide({ told: [sentAt(inMinutes(-30), "a.0.raised.owner", state)] })).toBeDefined();
  });

  it("says again what certainly was not delivered", () => {
    expect(decide({ told: [sentAt(now, "a.0.raised.owner", "failed")] })).toBeUndefined();
    expect(decide({ told: [sentAt(now, "a.0.past_act_by.owner", "failed")] })).toBeUndefined();
  });

  it("keeps quiet towards somebody who was told since the news came up", () => {
    expect(
      decide({ key: "a.0.lead.owner", newsAt: inMinutes(-5), told: [sentAt(inMinutes(-5), "a.0.raised.owner")] }),
    ).toBeDefined();
    expect(
      decide({ key: "a.0.past_act_by.owner", newsAt: now, told: [sentAt(inMinutes(-5), "a.0.raised.owner")] }),
    ).toBeUndefined();
  });

  it("does not concern an alert, only messages", () => {
    expect(duplicate.decide(factsWith())).toBeUndefined();
  });
});
