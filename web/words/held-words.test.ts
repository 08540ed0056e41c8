import { expect, test } from "vitest";
import type { AlertEvent } from "#contract/messages/alert.ts";
import { heldCounts, heldNote, heldNow } from "./held-words.ts";

const at = (event: AlertEvent["event"], note?: string): AlertEvent => ({
  at: "2026-11-24T07:41:00.000Z",
  event,
  ...(note === undefined ? {} : { note }),
});
const since = "2026-11-24T07:41:00.000Z";

test("nobody is told as long as the newest message is held back", () => {
  const held = at("held", "over-budget: desk has been sent as much as anybody reads");
  expect(heldNow({ status: "open", history: [at("raised"), held] })).toEqual({ reason: "over-budget", since });
  expect(heldNow({ status: "open", history: [at("raised"), held, at("changed")] })?.reason).toBe("over-budget");
  expect(heldNow({ status: "open", history: [held, at("notified")] })).toBeUndefined();
  expect(heldNow({ status: "resolved", history: [held] })).toBeUndefined();
  expect(
    heldNow({ status: "open", history: [at("notified"), at("held", "duplicate: desk has been told")] }),
  ).toBeUndefined();
});

test("every hold is told with its count and its reason in words", () => {
  expect(heldCounts({ "over-budget": 1, "in-maintenance": 3, snoozed: 0, "brand-new": 1 })).toEqual([
    "Held back 3 times: the room is in maintenance.",
    "Held back once: too many messages at once; what helps most goes first.",
    "Held back once: brand new.",
  ]);
  expect(heldNote("snoozed: until 13:00")).toEqual({ reason: "snoozed", waitsFor: "until 13:00" });
  expect(heldNote("E-mail to facilities")).toBeUndefined();
});
