import { describe, expect, it } from "vitest";
import type { Alert, AlertMember, Alternative, Notification } from "#contract/messages/alert.ts";
import { clockTime, memberOf, type Trouble, wireTime } from "./desk-fixture.ts";
import type { Finding, Member } from "./finding.ts";
import { closesAt, raised, refreshed, reopened, resolved, restored, stepped, withoutHolds } from "./life.ts";
import { defaultPolicy } from "./policy.ts";

const noon = clockTime("12:00");
const pine: Alternative = {
  room: "hq/pine",
  name: "pine",
  floor: "12",
  p_ready: 0.9,
  fit: 1,
  storeys: 0,
  displaces: 0,
};
const member = (over: Partial<Member> = {}, trouble: Trouble = {}): Member =>
  memberOf(trouble, { risk: 0.9, actBy: clockTime("13:10"), ...over });
const finding = (...members: [Member, ...Member[]]): Finding => ({ site: "hq", cause: "temperature", members });
const alertOf = (...members: [Member, ...Member[]]): Alert => raised(finding(...members), "a1", {}, noon);
/** The first visit of an alert and the last. */
function visitsOf({ members = [] }: Alert): [AlertMember, AlertMember] {
  const [first, last] = [members[0], members.at(-1)];
  return first === undefined || last === undefined ? expect.fail("no visit") : [first, last];
}
const noteOf = (alert: Alert) => alert.history.at(-1);

describe("a new alert", () => {
  it("says of each visit who comes, of all the worst chance, and what was held back before", () => {
    const { account: _, ...nameless } = member({ demo: "beta", roomKey: "hq/lake" }, { p: 0.05 });
    const alert = raised(finding(member(), nameless as Member), "a1", { nudged: 2 }, noon);
    expect(alert).toMatchObject({ status: "open", level: 0, episode: 0, p_ready: 0.05, held: { nudged: 2 } });
    expect(alert.members?.map(({ title }) => title)).toEqual(["Acme", "Acme visit"]);
    expect(alert.rooms).toEqual(["hq/harbour", "hq/lake"]);
    expect(alert.reached).toEqual({ raised: wireTime("12:00") });
    expect(noteOf(alert)).toMatchObject({ event: "raised", note: alert.title });
  });

  it("names two hundred visits at most", () => {
    const many = Array.from({ length: 250 }, (_, i) => member({ demo: `d${i}` }));
    expect(alertOf(member(), ...many).members).toHaveLength(200);
  });
});

describe("an open alert, brought up to now", () => {
  const before = alertOf(member());
  const refresh = (alert: Alert, ...members: [Member, ...Member[]]) =>
    refreshed(alert, finding(...members), defaultPolicy, clockTime("12:01"));

  it("is the very same while nothing changes", () => {
    const { alert, news } = refresh(before, member());
    expect(alert).toBe(before);
    expect(news).toBe(false);
  });

  it.each<[string, Member]>([
    ["chance", member({}, { p: 0.12 })],
    ["sentence", member({}, { sentence: "Room is 17 °C" })],
    ["act-by", member({ actBy: clockTime("13:14") }, { actBy: "13:14" })],
  ])("takes another %s without a word in its history", (_, now) => {
    const { alert, news } = refresh(before, now);
    expect(news).toBe(false);
    expect(alert).not.toBe(before);
    expect(alert.history).toEqual(before.history);
    expect(alert).toMatchObject({ p_ready: now.cause.p_ready });
  });

  it("tells as news what people plan by: arrival, act-by from five minutes on, another visit, rooms, priority", () => {
    const told = (...members: [Member, ...Member[]]) => {
      const { alert, news } = refresh(before, ...members);
      expect(news).toBe(true);
      expect(noteOf(alert)?.event).toBe("changed");
      return noteOf(alert)?.note;
    };
    expect(told(member({ arrival: clockTime("14:10") }))).toBe("Acme visit moved to 14:10");
    expect(told(member({ actBy: clockTime("13:15") }))).toBe("act by 13:15 for Acme visit");
    expect(told(member({ actBy: clockTime("13:05") }))).toBe("act by 13:05 for Acme visit");
    expect(told(member({ demo: "beta", title: "Beta visit", arrival: clockTime("14:30") }))).toBe(
      "act by 13:10 for Beta visit",
    );
    expect(told(member(), member({ roomKey: "hq/lake" }))).toBe("rooms: hq/harbour, hq/lake");
    expect(told(member({ actBy: clockTime("12:08"), arrival: clockTime("14:10") }))).toBe(
      "Acme visit moved to 14:10; act by 12:08 for Acme visit; priority 1",
    );
  });

  it("keeps for each visit the room that is kept for it", () => {
    const [first, second] = visitsOf(alertOf(member(), member({ demo: "beta" })));
    const kept = { ...before, members: [{ ...first, alternative: pine }, second] };
    const { alert } = refresh(kept, member({}, { p: 0.3 }), member({ demo: "beta" }), member({ roomKey: "hq/lake" }));
    expect(alert.members?.map(({ alternative }) => alternative)).toEqual([pine, undefined, undefined]);
    expect(alert.members?.[1]).not.toHaveProperty("alternative");
  });

  it("sleeps no longer than act-by allows", () => {
    const snoozed = { ...before, snoozed_until: wireTime("12:40") };
    expect(refresh(snoozed, member({}, { p: 0.3 })).alert.snoozed_until).toBe(wireTime("12:40"));
    expect(refresh(snoozed, member({ actBy: clockTime("12:55") })).alert.snoozed_until).toBe(wireTime("12:30"));
    expect(refresh(before, member({}, { p: 0.3 })).alert).not.toHaveProperty("snoozed_until");
  });
});

describe("the life of an alert", () => {
  const alert = alertOf(member());

  it("is told in its history, step by step", () => {
    const after = (step: "lead" | "past_act_by" | "offer_move" | "raised", level: number) =>
      stepped(alert, step, level, clockTime("12:30"));
    expect(after("lead", 1)).toMatchObject({ level: 1, reached: { lead: wireTime("12:30") } });
    expect(noteOf(after("lead", 1))).toMatchObject({ event: "escalated", note: "nobody has acknowledged it" });
    expect(noteOf(after("past_act_by", 2))).toMatchObject({ event: "past_act_by", note: "the next remedy is due" });
    expect(noteOf(after("offer_move", 3))).toMatchObject({
      event: "escalated",
      note: "offer the client another room",
    });
    expect(after("raised", 0).history).toEqual(alert.history);
    expect(stepped({ ...alert, level: 2 }, "lead", 1, noon).level).toBe(2);
  });

  it("wakes open, with nothing left of its snooze", () => {
    const woken = stepped({ ...alert, status: "snoozed", snoozed_until: wireTime("12:20") }, "woken", 0, noon);
    expect(woken).toMatchObject({ status: "open", snoozed_until: undefined, reached: { woken: wireTime("12:00") } });
    expect(noteOf(woken)?.event).toBe("woken");
  });

  it("begins anew when it is reopened: nobody has it, nobody was told, one more episode", () => {
    const old = { ...resolved({ ...alert, level: 3, assignee: "priya" }, "mended", noon), episode: 1 };
    const again = reopened(old, finding(member()), clockTime("12:30"));
    expect(again).toMatchObject({ status: "open", assignee: undefined, level: 0, episode: 2 });
    expect(again.reached).toEqual({ raised: wireTime("12:30") });
    expect(noteOf(again)).toMatchObject({ event: "reopened", note: again.title });
    expect(reopened({ ...alert, episode: undefined }, finding(member()), noon).episode).toBe(1);
  });

  it("keeps no room for anybody once it is resolved", () => {
    const held = { ...pine, held_until: wireTime("14:15") };
    const [first] = visitsOf(alert);
    const free = withoutHolds({
      ...alert,
      alternatives: [pine, held],
      members: [{ ...first, alternative: held }, first],
    });
    expect(free.alternatives?.some((each) => each.held_until !== undefined)).toBe(false);
    expect(free.members?.some((each) => each.alternative !== undefined)).toBe(false);
    const oneRoom = withoutHolds({ ...alert, alternatives: [pine, held] });
    expect(oneRoom.alternatives?.some((each) => each.held_until !== undefined)).toBe(false);
    const { members } = withoutHolds({ ...alert, members: [first, { ...first, alternative: held }] });
    expect(members?.map(({ alternative }) => alternative)).toEqual([undefined, undefined]);
    for (const same of [alert, { ...alert, alternatives: [pine] }, { ...alert, members: undefined }])
      expect(withoutHolds(same)).toBe(same);
    expect(withoutHolds({ ...alert, members: undefined, alternatives: [held] }).alternatives).toHaveLength(1);
  });

  it("leaves the wire a quarter of an hour after its last visit, a shared one and a long one after a day", () => {
    const over = resolved(alert, "mended", clockTime("12:30"));
    expect(closesAt(over, defaultPolicy)).toBe(clockTime("15:15"));
    expect(closesAt(resolved(alert, "over", clockTime("15:30")), defaultPolicy)).toBe(clockTime("15:45"));
    const nextDay = clockTime("12:30") + 24 * 3_600_000;
    expect(closesAt({ ...over, cause: "agent:pi" }, defaultPolicy)).toBe(nextDay);
    const [first] = visitsOf(alert);
    const far = { ...first, end: "2026-11-30T12:00:00Z" };
    expect(closesAt({ ...over, members: [first, far] }, defaultPolicy)).toBe(nextDay);
    expect(closesAt({ ...over, members: undefined }, defaultPolicy)).toBe(clockTime("12:45"));
    expect(closesAt({ ...over, at: wireTime("10:00") }, defaultPolicy)).toBe(clockTime("15:15"));
    const old = { ...over, reached: undefined, members: undefined };
    expect(closesAt({ ...old, at: wireTime("10:00") }, defaultPolicy)).toBe(clockTime("10:15"));
  });

  it("comes back after a restart with what was on its way in doubt, and the rest as it was", () => {
    const message = (key: string, state: Notification["state"]): Notification => ({
      key,
      channel: "mail",
      to: "owner@test",
      at: wireTime("12:00"),
      state,
    });
    const back = restored({ ...alert, notifications: [message("a", "sent"), message("b", "sending")] });
    expect(back.notifications).toEqual([
      message("a", "sent"),
      { ...message("b", "unconfirmed"), error: "the gateway was restarted while it was on its way" },
    ]);
  });
});
