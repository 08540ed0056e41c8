import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import { clockTime, wireTime } from "./desk-fixture.ts";
import { dueAt } from "./escalation.ts";
import { defaultPolicy } from "./policy.ts";

const steps = ["lead", "past_act_by", "offer_move"] as const;
/** Raised at noon, act-by at one, the visit at two; nobody has answered. */
const alertWith = (over: Partial<Alert> = {}): Alert =>
  ({
    status: "open",
    cause: "temperature",
    priority: 2,
    raised_at: wireTime("12:00"),
    act_by: wireTime("13:00"),
    arrival: wireTime("14:00"),
    reached: { raised: wireTime("12:00") },
    ...over,
  }) as Alert;
const due = (step: (typeof steps)[number], over: Partial<Alert> = {}, troubledAt?: string) =>
  dueAt(alertWith(over), step, troubledAt === undefined ? undefined : clockTime(troubledAt), defaultPolicy);

describe("the act-by clock", () => {
  it("tells the lead at half of the time left, the next remedy's owner at act-by, another room 20 min before arrival", () => {
    expect(due("lead")).toBe(clockTime("12:30"));
    expect(due("past_act_by")).toBe(clockTime("13:00"));
    expect(due("offer_move")).toBe(clockTime("13:40"));
  });

  it("gives five minutes at most when it is urgent, less when there is less, one minute in any case", () => {
    expect(due("lead", { priority: 1 })).toBe(clockTime("12:05"));
    expect(due("lead", { priority: 1, act_by: wireTime("12:06") })).toBe(clockTime("12:03"));
    expect(due("lead", { act_by: wireTime("11:00") })).toBe(clockTime("12:01"));
  });

  it("counts from when it was told: as raised, or as woken again", () => {
    const { reached: _, ...old } = alertWith();
    expect(dueAt(old as Alert, "lead", undefined, defaultPolicy)).toBe(clockTime("12:30"));
    expect(due("lead", { raised_at: wireTime("11:00") })).toBe(clockTime("12:30"));
    const woken = { raised: wireTime("12:00"), woken: wireTime("12:40") };
    expect(due("lead", { reached: woken })).toBe(clockTime("12:50"));
  });

  it("is quicker by a minute's wait when the owner's message is in doubt, never slower", () => {
    expect(due("lead", {}, "12:02")).toBe(clockTime("12:03"));
    expect(due("lead", {}, "12:45")).toBe(clockTime("12:30"));
  });

  it("has each step once", () => {
    for (const step of steps) expect(due(step, { reached: { [step]: wireTime("12:10") } })).toBeUndefined();
  });

  it("stands still when the alert is resolved, and for a room that is kept in case", () => {
    for (const step of steps) {
      expect(due(step, { status: "resolved" })).toBeUndefined();
      expect(due(step, { cause: "standby:acme" })).toBeUndefined();
    }
  });

  it("leaves the lead alone once somebody has answered; what is news to them still comes", () => {
    expect(due("lead", { status: "acknowledged" })).toBeUndefined();
    expect(due("past_act_by", { status: "acknowledged" })).toBe(clockTime("13:00"));
    expect(due("offer_move", { status: "acknowledged" })).toBe(clockTime("13:40"));
  });

  it("offers no other room where no visit is known", () => {
    const { arrival: _, ...alert } = alertWith();
    expect(dueAt(alert as Alert, "offer_move", undefined, defaultPolicy)).toBeUndefined();
  });
});
