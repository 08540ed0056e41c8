import { expect, it } from "vitest";
import { snoozed } from "./snoozed.ts";
import { factsWith, inMinutes, now } from "./stage-fixture.ts";

it("snoozed holds until the snooze ends", () => {
  expect(snoozed.decide(factsWith())).toBeUndefined();
  expect(snoozed.decide(factsWith({ snoozedUntil: inMinutes(7) }))).toMatchObject({ until: inMinutes(7) });
  expect(snoozed.decide(factsWith({ snoozedUntil: now }))).toBeUndefined();
});
