import { describe, expect, it } from "vitest";
import { defaultPolicy, riskToRaise } from "../policy.ts";
import { nudged } from "./nudged.ts";
import { factsWith, inMinutes } from "./stage-fixture.ts";

describe("nudged", () => {
  it("gives the panel's word until ten minutes before act-by where a reset is due anyway", () => {
    const facts = factsWith({ cause: "reset_visit", nudgedSince: inMinutes(-30), actBy: inMinutes(20) });
    expect(nudged.decide(facts)).toMatchObject({ until: inMinutes(10) });
    expect(nudged.decide({ ...facts, actBy: inMinutes(10) })).toBeUndefined();
  });

  it("gives those in the room five minutes, also past act-by", () => {
    const facts = factsWith({ cause: "occupied", nudgedSince: inMinutes(-1), actBy: inMinutes(-5) });
    expect(nudged.decide(facts)).toMatchObject({ until: inMinutes(4) });
    expect(nudged.decide({ ...facts, nudgedSince: inMinutes(-5) })).toBeUndefined();
  });

  it("counts on the panel for half of those in the room", () => {
    const facts = factsWith({ cause: "occupied", nudgedSince: inMinutes(-6), actBy: inMinutes(-5) });
    const price = riskToRaise(defaultPolicy, "occupied");
    expect(nudged.decide({ ...facts, risk: 1.8 * price })?.note).toContain("has asked");
    expect(nudged.decide({ ...facts, risk: 2.1 * price })).toBeUndefined();
    const { nudgedSince: _, ...unasked } = facts;
    expect(nudged.decide({ ...unasked, risk: 1.8 * price })).toBeUndefined();
  });

  it("waits for the panel's word where that is still to come, and not beyond", () => {
    const facts = factsWith({ cause: "occupied", actBy: inMinutes(5) });
    expect(nudged.decide(facts)).toMatchObject({ until: inMinutes(5) });
    expect(nudged.decide({ ...facts, actBy: inMinutes(0) })).toBeUndefined();
  });

  it("sends nobody to reset a room that is still booked", () => {
    const facts = factsWith({ cause: "reset_visit", actBy: inMinutes(0), bookedUntil: inMinutes(7) });
    expect(nudged.decide(facts)).toMatchObject({ until: inMinutes(7) });
    expect(nudged.decide({ ...facts, cause: "occupied" })).toBeUndefined();
  });

  it("holds nothing that no panel asks for", () => {
    expect(nudged.decide(factsWith({ cause: "temperature", nudgedSince: inMinutes(-1) }))).toBeUndefined();
  });
});
