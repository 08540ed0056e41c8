import { describe, expect, it } from "vitest";
import { demoRunning } from "./demo-running.ts";
import { factsWith, inMinutes } from "./stage-fixture.ts";

describe("demo-running", () => {
  it("holds what can wait while another visit is in the room", () => {
    const rooms = [{ visitUntil: inMinutes(10) }];
    expect(demoRunning.decide(factsWith({ rooms }))).toMatchObject({ until: inMinutes(10) });
    expect(demoRunning.decide(factsWith({ rooms, actBy: inMinutes(25) }))).toBeUndefined();
    expect(demoRunning.decide(factsWith({ rooms, actBy: inMinutes(26) }))).toMatchObject({ until: inMinutes(1) });
  });

  it("holds whatever the visit itself is past warning for", () => {
    const rooms = [{ visitUntil: inMinutes(10), isOwnVisit: true }];
    expect(demoRunning.decide(factsWith({ rooms, actBy: inMinutes(-5) }))).toMatchObject({ until: inMinutes(10) });
  });

  it("holds nothing in an empty room", () => {
    expect(demoRunning.decide(factsWith())).toBeUndefined();
  });
});
