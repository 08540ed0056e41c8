import { describe, expect, it } from "vitest";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import { DeskStory, wireTime } from "./desk-fixture.ts";
import { signatureOf } from "./signature.ts";

const usual = (): RoomReadiness => {
  const troubles = { acme: [{}, { cause: "co2", p_mended: 0.5 }] };
  return new DeskStory("12:00").judgement({ troubles }).readiness;
};
/** The same judgement with something changed, and whether the desk would look at it. */
function isLookedAt(change: (readiness: RoomReadiness) => void): boolean {
  const known = signatureOf(usual());
  const readiness = usual();
  change(readiness);
  return signatureOf(readiness, known) !== known;
}
const demoOf = ({ demos }: RoomReadiness) => demos[0] ?? expect.fail("a demo");
const causeOf = (readiness: RoomReadiness) => demoOf(readiness).causes[1] ?? expect.fail("a cause");
const checkOf = (readiness: RoomReadiness) => demoOf(readiness).verdict.checks[1] ?? expect.fail("a check");

describe("a judgement", () => {
  it("that says the same again is nothing to look at", () => {
    expect(isLookedAt(() => {})).toBe(false);
    expect(signatureOf(usual(), [])).not.toEqual([]);
  });

  it.each<[string, (readiness: RoomReadiness) => void]>([
    ["another visit", (r) => (demoOf(r).demo = "beta")],
    ["another arrival", (r) => (demoOf(r).arrival = wireTime("14:01"))],
    ["another end", (r) => (demoOf(r).end = wireTime("15:01"))],
    ["another cause", (r) => (causeOf(r).cause = "temperature")],
    ["another chance", (r) => (causeOf(r).p_ready = 0.2)],
    ["another chance to mend", (r) => (causeOf(r).p_mended = 0.6)],
    ["another act-by", (r) => (causeOf(r).act_by = wireTime("13:11"))],
    ["another sentence", (r) => (causeOf(r).sentence = "19 °C")],
    ["another step", (r) => Object.assign(causeOf(r).steps[0] ?? {}, { act_by: wireTime("13:11") })],
    ["one step less", (r) => (causeOf(r).steps = [])],
    ["one cause less", (r) => demoOf(r).causes.pop()],
    ["no cause", (r) => (demoOf(r).causes = [])],
    ["no visit", (r) => (r.demos = [])],
    ["another check", (r) => (checkOf(r).check = "co2")],
    ["another outcome", (r) => (checkOf(r).outcome = "unknown")],
    ["bad since another time", (r) => (checkOf(r).since = wireTime("11:00"))],
    ["a check that is well again", (r) => (checkOf(r).outcome = "ready")],
  ])("that tells %s is looked at", (_, change) => {
    expect(isLookedAt(change)).toBe(true);
  });

  it("does not care since when things have been well", () => {
    const well = usual();
    checkOf(well).outcome = "ready";
    const known = signatureOf(well);
    checkOf(well).since = wireTime("11:00");
    expect(signatureOf(well, known)).toBe(known);
  });
});
