import { describe, expect, it } from "vitest";
import { Ledger } from "./ledger.ts";

describe("a ledger", () => {
  it("lets what was added take effect when it is settled, and tells whether anything did", () => {
    const ledger = new Ledger(3);
    expect(ledger.settle()).toBe(false);
    ledger.add(0);
    ledger.add(2, 2.5);
    expect([...ledger.counts]).toEqual([0, 0, 0]);
    expect(ledger.settle()).toBe(true);
    expect([...ledger.counts]).toEqual([1, 0, 2.5]);
    expect(ledger.settle()).toBe(false);
    ledger.add(0, 3);
    expect(ledger.settle()).toBe(true);
    expect([...ledger.counts]).toEqual([4, 0, 2.5]);
  });

  it.each([
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
    [-1, 1],
    [3, 1],
  ])("takes nothing at place %d that is %d: there is no such place, or amount", (at, amount) => {
    const ledger = new Ledger(3);
    ledger.add(at, amount);
    expect(ledger.settle()).toBe(false);
    expect(ledger.toJSON()).toEqual([3, []]);
  });

  it("keeps amounts to 1/1024, also of what has faded", () => {
    const ledger = new Ledger(1);
    ledger.add(0, 0.3);
    ledger.settle();
    expect(ledger.counts[0]).toBe(307 / 1_024);
    ledger.fade(0.5);
    expect(ledger.counts[0]).toBe(154 / 1_024);
  });

  it("comes back from what is kept: what is in effect, and what waits", () => {
    const ledger = new Ledger(1_024);
    ledger.add(1_023, 2);
    ledger.settle();
    expect(ledger.toJSON()).toEqual([1_024, [1_023, 2]]);
    expect(Ledger.from(ledger.toJSON())?.toJSON()).toEqual(ledger.toJSON());
    ledger.add(0, 7);
    expect(ledger.toJSON()).toEqual([1_024, [1_023, 2], [0, 7]]);
    const back = Ledger.from(JSON.parse(JSON.stringify(ledger)));
    expect(back?.toJSON()).toEqual(ledger.toJSON());
    expect(back?.settle()).toBe(true);
    expect([back?.counts[0], back?.counts[1_023]]).toEqual([7, 2]);
    expect(Ledger.from([1, [0, 1]])?.settle()).toBe(false);
  });

  it.each([
    ["nothing", undefined],
    ["no row", { length: 2 }],
    ["no size", ["2", []]],
    ["half a place", [1.5, []]],
    ["no places", [0, []]],
    ["too many places", [1_025, []]],
    ["no amounts", [2, 7]],
    ["a place without an amount", [2, [0, 1, 1]]],
    ["an amount at no place", [2, [0.5, 1]]],
    ["an amount that is none", [2, [0, null]]],
    ["something waiting that cannot be read", [2, [0, 1], "x"]],
  ])("is not read from %s", (_, json) => {
    expect(Ledger.from(json)).toBeUndefined();
  });
});
