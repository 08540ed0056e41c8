import { describe, expect, it } from "vitest";
import type { Cause } from "#contract/messages/readiness.ts";
import { type Instant, instant, minutes } from "#contract/units.ts";
import { benefitOf, chanceToMend } from "./benefit.ts";
import { causeOf, clockTime, wireTime } from "./desk-fixture.ts";
import type { Member } from "./finding.ts";

const now = clockTime("13:00");
const inMinutes = (n: number): Instant => instant(now + minutes(n));
const step = (p50_min: number, p90_min: number, remedy = "heat"): Cause["steps"][number] => ({
  remedy,
  label: "x",
  p50_min,
  p90_min,
  act_by: wireTime("13:30"),
});
/** A visit in so many minutes, with what can be done for it. */
const member = (left: number, steps: Cause["steps"], over: Partial<Member> = {}): Member =>
  ({ arrival: inMinutes(left), risk: 0.8, cause: { ...causeOf({}), steps }, ...over }) as Member;
const chance = (left: number, ...steps: Cause["steps"]): number => chanceToMend(member(left, steps), now);

describe("the chance to mend in time", () => {
  it("is what the forecast says, where it says so", () => {
    const cause = causeOf({ p_mended: 0.37 });
    expect(chanceToMend(member(1, [], { cause }), now)).toBe(0.37);
  });

  it("goes through a remedy's median and 90th percentile", () => {
    expect(chance(10, step(10, 40))).toBeCloseTo(0.5, 3);
    expect(chance(40, step(10, 40))).toBeCloseTo(0.9, 3);
    expect(chance(21, step(20, 20))).toBeCloseTo(0.9, 3);
  });

  it("is that of the remedy that is most likely done in time, and a move mends nothing", () => {
    expect(chance(40, step(100, 200), step(10, 40), step(90, 100))).toBeCloseTo(0.9, 3);
    expect(chance(40, step(1, 2, "move"))).toBe(0);
  });

  it("is certain for what takes no time, and none once the client is there", () => {
    expect(chance(1, step(0, 10))).toBe(1);
    expect(chance(0, step(0, 10))).toBe(0);
    expect(chance(-5, step(0, 10))).toBe(0);
  });
});

it("tells the use of a call by the visit for which it is most, to a hundredth", () => {
  const quick = member(40, [step(10, 40)], { risk: 0.5 });
  const slow = member(10, [step(10, 40)], { risk: 0.6 });
  expect(benefitOf([quick, slow], now)).toBe(0.45);
  expect(benefitOf([slow, quick], now)).toBe(0.45);
  expect(benefitOf([], now)).toBe(0);
});
