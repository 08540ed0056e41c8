import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant, minutes } from "#contract/units.ts";
import { Budget } from "./budget.ts";
import { defaultPolicy } from "./policy.ts";

const at = (min: number) => instant(minutes(min));
/** Our own, and one of a site that gives less within the hour than its bucket would. */
const budgets = fc.constantFrom(defaultPolicy.budget, { messages: 3, per: minutes(60), every: minutes(10) });

describe("the budget of a contact", () => {
  it("is a burst of ten, then one every ten minutes", () => {
    const budget = new Budget(defaultPolicy.budget);
    for (let i = 0; i < 10; i++) budget.spend("owner", at(0), at(0));
    expect(budget.allowance("owner", at(0))).toEqual({ free: 0, nextAt: at(10) });
    expect(budget.allowance("owner", at(10))).toEqual({ free: 1, nextAt: at(20) });
    budget.spend("owner", at(10), at(10));
    expect(budget.allowance("owner", at(15))).toEqual({ free: 0, nextAt: at(20) });
    expect(budget.allowance("owner", at(300)).free).toBe(10);
    expect(budget.allowance("lead", at(15)).free).toBe(10);
  });

  it("takes what was sent before a restart in any order, and forgets what is long past", () => {
    const budget = new Budget(defaultPolicy.budget);
    for (const min of [50, 10, 30, -500, 20, 40]) budget.spend("owner", at(min), at(51));
    expect(budget.allowance("owner", at(51)).free).toBe(9);
  });

  it("lets nobody who keeps to it send more than a burst within its span, nor more than the day allows", () => {
    fc.assert(
      fc.property(budgets, fc.array(fc.nat({ max: 4_000 }), { minLength: 1, maxLength: 300 }), (policy, tenths) => {
        const budget = new Budget(policy);
        const [burst, span] = [policy.messages, policy.per / minutes(1)];
        const sent: number[] = [];
        for (const tenth of tenths.toSorted((a, b) => a - b)) {
          const now = at(tenth / 10);
          if (budget.allowance("owner", now).free === 0) continue;
          budget.spend("owner", now, now);
          sent.push(tenth / 10);
        }
        for (const [i, from] of sent.entries()) {
          expect(sent.filter((each) => each >= from && each < from + span).length).toBeLessThanOrEqual(burst);
          expect(sent.length - i).toBeLessThanOrEqual(burst + ((sent.at(-1) ?? 0) - from) / 10 + 1);
        }
      }),
    );
  });

  it("says rightly when there is one more", () => {
    fc.assert(
      fc.property(budgets, fc.array(fc.nat({ max: 60 }), { maxLength: 40 }), (policy, mins) => {
        const budget = new Budget(policy);
        for (const min of mins) budget.spend("owner", at(min), at(60));
        const { free, nextAt } = budget.allowance("owner", at(60));
        if (free === policy.messages) return;
        expect(nextAt).toBeGreaterThan(at(60));
        expect(budget.allowance("owner", nextAt).free).toBeGreaterThan(free);
        expect(budget.allowance("owner", instant(nextAt - 1)).free).toBe(free);
      }),
    );
  });
});
