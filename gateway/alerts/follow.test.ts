import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import { Agenda } from "./agenda.ts";
import { clockTime, memberOf, wireTime } from "./desk-fixture.ts";
import type { Finding, Member } from "./finding.ts";
import { followed } from "./follow.ts";
import { raised } from "./life.ts";
import { defaultPolicy } from "./policy.ts";

const findingOf = (one: Member): Finding => ({ site: "hq", cause: "temperature", members: [one] });
/** Raised at noon for a visit at two, act-by at ten past one; acknowledged, so that the lead has no part in it. */
const usual: Alert = { ...raised(findingOf(memberOf()), "a1", {}, clockTime("12:00")), status: "acknowledged" };

function follow(time: string, one = memberOf(), alert: Alert = usual) {
  const agenda = new Agenda();
  const now = clockTime(time);
  const context = { now, policy: defaultPolicy, troubledAt: undefined, agenda };
  return { ...followed(alert, findingOf(one), context), next: agenda.next };
}

describe("an open alert that is followed", () => {
  it("is the same while nothing is due, and waits for the next thing that will be", () => {
    const { alert, isNews, next } = follow("12:05");
    expect(alert).toBe(usual);
    expect(isNews).toBe(false);
    expect(next).toBe(clockTime("12:10") + 1);
    expect(follow("12:30", memberOf(), { ...usual, priority: 2 }).next).toBe(clockTime("13:00") + 1);
  });

  it("tells the owner of the next remedy at act-by, once", () => {
    expect(follow("13:09").alert.reached?.["past_act_by"]).toBeUndefined();
    const { alert, isNews } = follow("13:10");
    expect(alert).toMatchObject({ level: 2, reached: { past_act_by: wireTime("13:10") } });
    expect(isNews).toBe(true);
    expect(follow("13:12", memberOf(), alert).alert.reached?.["past_act_by"]).toBe(wireTime("13:10"));
  });

  it("counts that moment also when the advice has moved on to the next remedy meanwhile", () => {
    const moved = follow("13:10", memberOf({ actBy: "13:40", remedy: "move" })).alert;
    expect(moved.reached?.["past_act_by"]).toBe(wireTime("13:10"));
    expect(moved.act_by).toBe(wireTime("13:40"));
  });

  it("but not when the advice changes before", () => {
    const { alert } = follow("12:30", memberOf({ actBy: "13:40", remedy: "move" }));
    expect(alert.reached?.["past_act_by"]).toBeUndefined();
  });

  it("is news at act-by also while its visit is known from the wire alone", () => {
    const one = memberOf({}, { isRestored: true });
    expect(follow("13:10", one)).toMatchObject({
      isNews: true,
      alert: { reached: { past_act_by: wireTime("13:10") } },
    });
  });

  it("tells the owner of the next remedy also when it turns out, once the client is there, that act-by has passed", () => {
    const late: Alert = { ...usual, act_by: wireTime("14:10"), arrival: wireTime("14:00") };
    expect(follow("14:05", memberOf({ actBy: "14:03" }), late).alert.reached?.["past_act_by"]).toBe(wireTime("14:05"));
  });

  it("but not when the same remedy turns out to have more time", () => {
    const { alert } = follow("13:10", memberOf({ actBy: "13:40" }));
    expect(alert.reached?.["past_act_by"]).toBeUndefined();
    expect(alert.act_by).toBe(wireTime("13:40"));
  });

  it("keeps its words while its visit is known from the wire alone", () => {
    const one = memberOf({ p: 0.4, sentence: "x" }, { isRestored: true });
    expect(follow("12:05", one)).toMatchObject({ alert: usual, isNews: false });
    expect(follow("12:05", memberOf({ p: 0.4 })).alert.p_ready).toBe(0.4);
  });

  it("wakes when its snooze ends, and that is news", () => {
    const snoozed: Alert = { ...usual, status: "snoozed", snoozed_until: wireTime("12:40") };
    const asleep = follow("12:05", memberOf(), snoozed);
    expect(asleep).toMatchObject({ isNews: false, alert: { status: "snoozed" } });
    expect(asleep.alert).toBe(snoozed);
    const awake = follow("12:40", memberOf(), { ...snoozed, priority: 2 });
    expect(awake).toMatchObject({ isNews: true, alert: { status: "open", reached: { woken: wireTime("12:40") } } });
    const long: Alert = { ...snoozed, snoozed_until: wireTime("13:30") };
    expect(follow("12:05", memberOf(), long).alert.snoozed_until).toBe(wireTime("12:45"));
  });

  it("offers another room 20 min before arrival when that pays, looks again each minute while it does not", () => {
    const past = { ...usual, priority: 1 as const, reached: { past_act_by: wireTime("13:10") } };
    const lost = memberOf({ p: 0.1, p_mended: 0 });
    expect(follow("13:39", lost, past).alert.reached?.["offer_move"]).toBeUndefined();
    expect(follow("13:40", lost, past)).toMatchObject({
      isNews: true,
      alert: { level: 3, reached: { offer_move: wireTime("13:40") } },
    });
    const fine = follow("13:40", memberOf({ p: 0.8, p_mended: 0 }), past);
    expect(fine.alert.reached?.["offer_move"]).toBeUndefined();
    expect(fine.next).toBe(clockTime("13:41"));
  });

  it("offers nothing and tells no lead once the client is there; the next remedy is due all the same", () => {
    const lost = memberOf({ p: 0.1, p_mended: 0 });
    for (const time of ["14:00", "14:05"]) {
      const { alert } = follow(time, lost, { ...usual, status: "open" });
      expect(alert.reached).toEqual({ raised: wireTime("12:00"), past_act_by: wireTime(time) });
    }
    const { alert } = follow("13:59", lost, { ...usual, status: "open" });
    expect(Object.keys(alert.reached ?? {})).toEqual(["raised", "past_act_by", "lead", "offer_move"]);
  });
});
