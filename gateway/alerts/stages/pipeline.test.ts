import { describe, expect, it } from "vitest";
import { firstHeld, stages } from "./pipeline.ts";
import { factsWith, inMinutes, messageWith, now, sentAt } from "./stage-fixture.ts";

const everything = factsWith({
  cause: "occupied",
  nudgedSince: now,
  risk: 0.4,
  gain: 0,
  isSilence: true,
  since: now,
  explainedBy: { by: "switch:sw-12" },
  rooms: [{ maintenanceUntil: inMinutes(9), visitUntil: inMinutes(9), isOwnVisit: true }],
  snoozedUntil: inMinutes(9),
  message: messageWith({
    told: [sentAt(now, "a.0.raised.owner")],
    allowance: { free: 0, nextAt: inMinutes(1) },
  }),
});
/** The same with one reason after the other taken away. */
const without: Record<string, object> = {
  "not-sustained": { isSilence: false },
  "same-root-cause": { explainedBy: undefined },
  "in-maintenance": { rooms: [{ visitUntil: inMinutes(9), isOwnVisit: true }] },
  "demo-running": { rooms: [{}] },
  nudged: { cause: "temperature" },
  "too-late": { gain: 1 },
  snoozed: { snoozedUntil: undefined },
  duplicate: { message: messageWith({ allowance: { free: 0, nextAt: inMinutes(1) } }) },
  "over-budget": { message: messageWith() },
};

describe("the order of the stages", () => {
  it("is the one of the list: the first that holds names the reason", () => {
    let facts = everything;
    for (const stage of stages) {
      // Only what has not been raised yet can be too late.
      const { message: _message, ...silent } = facts;
      expect(firstHeld(stage.reason === "too-late" ? silent : facts)?.reason).toBe(stage.reason);
      facts = { ...facts, ...without[stage.reason] };
    }
    expect(firstHeld(facts)).toBeUndefined();
  });

  it("asks only the stages that hold alerts when there is no message yet", () => {
    const { message: _, ...alert } = factsWith({ snoozedUntil: inMinutes(9) });
    expect(firstHeld(alert)).toBeUndefined();
    expect(new Set(stages.map((stage) => stage.reason)).size).toBe(stages.length);
  });
});
