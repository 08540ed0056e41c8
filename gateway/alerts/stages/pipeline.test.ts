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

  it("says each time why, in a word that the board shows", () => {
    const notes: (string | undefined)[] = [];
    let facts = everything;
    for (const stage of stages) {
      const { message: _message, ...silent } = facts;
      notes.push(firstHeld(stage.reason === "too-late" ? silent : facts)?.note);
      facts = { ...facts, ...without[stage.reason] };
    }
    expect(notes).toEqual([
      "waiting whether more falls silent",
      "told under switch:sw-12",
      "a maintenance window is open",
      "a visit is running",
      "the room's panel asks first",
      "no call would change it any more",
      "snoozed",
      "owner has been told",
      "owner has been sent as much as anybody reads",
    ]);
  });

  it("is quiet for many rooms only while each of them is: until the first no longer is", () => {
    const rooms = [9, 4, 7].map((min) => ({ maintenanceUntil: inMinutes(min) }));
    expect(firstHeld(factsWith({ rooms }))).toMatchObject({ reason: "in-maintenance", until: inMinutes(4) });
    expect(firstHeld(factsWith({ rooms: [...rooms, {}] }))).toBeUndefined();
  });

  it("asks only the stages that hold alerts when there is no message yet", () => {
    const { message: _, ...alert } = factsWith({ snoozedUntil: inMinutes(9) });
    expect(firstHeld(alert)).toBeUndefined();
    expect(new Set(stages.map((stage) => stage.reason)).size).toBe(stages.length);
  });
});
