import { describe, expect, it } from "vitest";
import { minutes } from "#contract/units.ts";
import { AlertsConfig, dailyListTime, policyOf } from "./config.ts";
import { defaultPolicy, riskToRaise } from "./policy.ts";

const policy = (config: object) => ({ ...defaultPolicy, ...policyOf(AlertsConfig.parse(config)) });

describe("the alert policy of a configuration", () => {
  it("is the default where nothing is said", () => {
    expect(policy({})).toEqual(defaultPolicy);
  });

  it("is worth a call from cost of a false call over value of a save on", () => {
    const own = policy({ value_of_save: 2_000, cost_of_false_call: { display: 500, other: 100 } });
    expect(riskToRaise(own, "display:proj-1")).toBe(0.25);
    expect(riskToRaise(own, "temperature")).toBe(0.05);
    // What is not named keeps its default cost, in the customer's own unit.
    expect(riskToRaise(own, "occupied")).toBe(0.02);
    expect(riskToRaise(policy({ cost_of_false_call: { temperature: 1e6 } }), "temperature")).toBe(0.95);
  });

  it("takes guard, move and messages", () => {
    const own = policy({ guard_min: 40, offer_move_min: 20, messages: { at_most: 5, one_per_min: 15 } });
    expect(own.guard).toBe(minutes(40));
    expect(own.offerMove).toBe(minutes(20));
    expect(own.budget).toEqual({ messages: 5, per: minutes(10), every: minutes(15) });
  });

  it("names every fault at once, with its place", () => {
    const wrong = { value_of_save: 0, cost_of_false_call: { lamp: 3, display: -1 }, daily_list: "7am", gard_min: 1 };
    const parsed = AlertsConfig.safeParse(wrong);
    const places = parsed.error?.issues.map(({ path }) => path.join("."));
    expect(places?.toSorted()).toEqual([
      "",
      "cost_of_false_call.display",
      "cost_of_false_call.lamp",
      "daily_list",
      "value_of_save",
    ]);
    expect(parsed.error?.issues.map(({ message }) => message).join()).toContain("there is no such kind of cause");
  });

  it("sends the daily list at seven unless it says otherwise", () => {
    expect(
      [{}, { daily_list: "06:30" }, { daily_list: "off" }].map((each) => dailyListTime(AlertsConfig.parse(each))),
    ).toEqual(["07:00", "06:30", undefined]);
  });
});
