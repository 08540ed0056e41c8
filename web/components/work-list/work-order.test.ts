import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeBuilding } from "../../dev/sample-building.ts";
import { type Place, settleOrder } from "./settle-order.ts";
import { snoozeOptions } from "./snooze-options.ts";
import { wantedOrder } from "./wanted-order.ts";

const now = Date.parse("2026-11-24T07:41:00Z");
const { alerts } = makeBuilding(now);
const places = (ids: string): Place[] => ids.split("").map((id) => ({ id, section: "visit" }));
const idsOf = (shown: readonly Place[]): string => shown.map((place) => place.id).join("");

describe("the order of work", () => {
  test("what a visit needs comes first, by act-by; what no visit needs afterwards; what is snoozed last", () => {
    const [first] = alerts;
    if (first === undefined) throw new Error("no alerts");
    const order = wantedOrder([...alerts.slice(1), { ...first, status: "snoozed" }]);
    expect(order.at(-1)).toEqual({ id: first.id, section: "snoozed" });
    expect(order.at(-2)?.section).toBe("later");
    const acts = order
      .filter((place) => place.section === "visit")
      .map((p) => alerts.find((a) => a.id === p.id)?.act_by);
    expect(acts).toEqual(acts.toSorted((a, b) => Date.parse(a ?? "") - Date.parse(b ?? "")));
  });

  test("does not depend on the order in which alerts arrived, and leaves out what is mended", () => {
    const expected = wantedOrder(alerts);
    fc.assert(
      fc.property(fc.shuffledSubarray([...alerts], { minLength: alerts.length }), (shuffled) => {
        expect(wantedOrder(shuffled)).toEqual(expected);
      }),
    );
    expect(wantedOrder(alerts.map((alert) => ({ ...alert, status: "resolved" as const })))).toEqual([]);
  });
});

describe("a list that does not jump", () => {
  test("nothing moves while it is held; what is new waits and is counted", () => {
    const held = settleOrder(places("abc"), places("xacb"), true);
    expect(idsOf(held.shown)).toBe("abc");
    expect(held.fresh).toBe(1);
  });

  test("what is gone keeps its place while it is held, and leaves when it is let go", () => {
    expect(idsOf(settleOrder(places("abc"), places("ac"), true).shown)).toBe("abc");
    expect(idsOf(settleOrder(places("abc"), places("ac"), false).shown)).toBe("ac");
  });

  test("an empty list takes new work at once, even while a pointer rests on it", () => {
    expect(idsOf(settleOrder([], places("ab"), true).shown)).toBe("ab");
  });

  test("the same order is the same array, so that nothing is drawn again", () => {
    const shown = places("abc");
    expect(settleOrder(shown, places("abc"), false).shown).toBe(shown);
  });

  test("held: what is shown never changes. Let go: it is exactly what is wanted", () => {
    const some = fc
      .uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 1 })
      .map((ids) => places(ids.join("")));
    fc.assert(
      fc.property(some, some, (shown, wanted) => {
        expect(settleOrder(shown, wanted, true).shown).toBe(shown);
        expect(idsOf(settleOrder(shown, wanted, false).shown)).toBe(idsOf(wanted));
      }),
    );
  });
});

describe("snoozing", () => {
  const MINUTE = 60_000;
  test("never reaches past five minutes before the act-by of a visit", () => {
    fc.assert(
      fc.property(fc.integer({ min: -60, max: 600 }), (left) => {
        const actBy = now + left * MINUTE;
        for (const option of snoozeOptions(now, actBy, true, "UTC")) {
          expect(option.until).toBeLessThanOrEqual(actBy - 5 * MINUTE);
          expect(option.until).toBeGreaterThan(now);
        }
      }),
    );
  });

  test("offers nothing when it is too late, and tomorrow morning when no visit waits", () => {
    expect(snoozeOptions(now, now + 5 * MINUTE, true, "UTC")).toEqual([]);
    const labels = snoozeOptions(now, now, false, "Europe/Amsterdam");
    expect(labels.map((option) => option.label)).toEqual(["10 min", "30 min", "1 hour", "Until tomorrow 08:00"]);
    expect(new Date(labels[3]?.until ?? 0).toISOString()).toBe("2026-11-25T07:00:00.000Z");
  });
});
