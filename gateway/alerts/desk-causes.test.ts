import { describe, expect, it } from "vitest";
import { acme, clockTime, demoAt, DeskStory, harbour, type Trouble, wireTime } from "./desk-fixture.ts";
import { FakeNotifier } from "./fake-notifier.ts";

const reasonOf = (s: DeskStory): string | undefined =>
  s.alert().history.findLast(({ event }) => event === "resolved")?.note;
const nobody = (): FakeNotifier => new FakeNotifier([[]]);
/** A room's one visit at two, and what endangers it. */
const judge = (s: DeskStory, room: string, ...troubles: Trouble[]): Promise<void> =>
  s.judge({ room, demos: [demoAt(room, "14:00", "15:00")], troubles: { [room]: troubles } });
const causes = (s: DeskStory): string[] => s.alerts().map(({ cause, status }) => `${cause} ${status}`);
const agent = { cause: "agent:pi-3" };
const silent = { outcome: "unknown" as const, since: "11:00", p: 0.2 };

describe("a risk that makes sure", () => {
  it("must last a minute each time that it comes", async () => {
    const s = new DeskStory("12:00");
    const late = { actBy: "13:00" };
    await judge(s, "harbour", late);
    await s.until("12:00:30");
    await judge(s, "harbour");
    await s.until("12:10");
    await judge(s, "harbour", late);
    await s.until("12:10:59");
    expect(s.alerts()).toEqual([]);
    await s.until("12:11");
    expect(s.alert().status).toBe("open");
  });

  it("counts from when it is as high, not from when the cause was first seen", async () => {
    const s = new DeskStory("12:00");
    await judge(s, "harbour", { actBy: "13:00", p: 0.5 });
    await s.until("12:10");
    await judge(s, "harbour", { actBy: "13:00" });
    await s.until("12:10:59");
    expect(s.alerts()).toEqual([]);
    await s.until("12:11");
    expect(s.alert().status).toBe("open");
  });

  it("is enough in one of the rooms that share a cause", async () => {
    const s = new DeskStory("12:00");
    await judge(s, "one", { ...agent, p: 0.8 });
    await judge(s, "two", { ...agent, p: 0.1 });
    await s.until("12:01");
    expect(s.alert()).toMatchObject({ status: "open", rooms: ["hq/one", "hq/two"] });
  });
});

describe("a cause that rooms share", () => {
  it("stays one episode while any of its rooms is in danger", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "one", agent);
    await judge(s, "two", agent);
    await judge(s, "one", { ...agent, p: 0.999 });
    await s.until("13:20");
    expect(s.alert()).toMatchObject({ status: "open", episode: 0 });
  });

  it("is gone only after a while where the risk falls, though a visit of it was called off before", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "one", agent);
    await judge(s, "two", agent);
    await s.judge({ room: "one", demos: [] });
    await judge(s, "two", { ...agent, p: 0.999 });
    await s.until("12:54");
    expect(s.alert().status).toBe("open");
    await s.until("12:55");
    expect([s.alert().status, reasonOf(s)]).toEqual(["resolved", "it is in order again"]);
  });

  it("is not over because one of its visits was moved to later", async () => {
    const s = new DeskStory("12:50");
    const of = (from: string, actBy: string) =>
      s.judge({ demos: [demoAt("acme", from, "18:30")], troubles: { acme: [{ ...agent, actBy, p: 0.5 }] } });
    await of("14:00", "13:10");
    await of("17:00", "16:10");
    await s.until("13:00");
    expect(s.alert()).toMatchObject({ status: "open", arrival: wireTime("17:00") });
  });

  it("that endangers the earlier visit is told before another of the same room", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "one", { ...agent, p: 0.95, actBy: "12:55" });
    await judge(s, "two", { cause: "agent:pi-4", actBy: "13:05" }, { ...agent, actBy: "13:10" });
    expect(s.notifier.sent.map(({ notice }) => notice.alert.cause)).toEqual(["agent:pi-3", "agent:pi-4"]);
  });
});

describe("visits that clash", () => {
  it("with one room are one alert, about the one for which something must be done first", async () => {
    const s = new DeskStory("12:00");
    const demos = [
      demoAt("third", "14:20", "15:20"),
      demoAt("second", "14:10", "15:10"),
      demoAt("first", "14:00", "15:00"),
    ];
    await s.judge({ demos });
    await s.until("12:02");
    expect(s.alerts().map(({ demo }) => demo)).toEqual(["second"]);
    expect(s.told()).toEqual(["raised→owner"]);
  });
});

describe("a risk that falls", () => {
  it("to half of what raises an alert is still there; below that it is gone", async () => {
    const s = new DeskStory("12:50");
    const co2 = (p: number) => judge(s, "harbour", { cause: "co2", p });
    await co2(0.1);
    await co2(0.875);
    await s.until("12:58");
    expect(s.alert().status).toBe("open");
    await co2(0.876);
    await s.until("13:04");
    expect(s.alert().status).toBe("resolved");
  });

  it("below what raises an alert does not look like a visit that was moved", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "harbour", {});
    await judge(s, "harbour", { p: 0.9 });
    await s.until("12:58");
    expect(s.alert()).toMatchObject({ status: "open", p_ready: 0.9 });
  });
});

describe("an alert that nobody is named for", () => {
  it("is raised, resolved and taken off the wire all the same", async () => {
    const s = new DeskStory("12:50", { notifier: nobody() });
    await judge(s, "harbour", {});
    expect(s.alert().status).toBe("open");
    await judge(s, "harbour");
    await s.until("12:56");
    expect(s.alert().status).toBe("resolved");
    await s.until("15:14:59");
    expect(s.alerts()).toHaveLength(1);
    await s.until("15:15");
    expect(s.alerts()).toEqual([]);
  });

  it("is raised again when its visit, moved to later, is near", async () => {
    const s = new DeskStory("12:50", { notifier: nobody() });
    await s.judge({ troubles: { acme: [{ p: 0.5 }] } });
    await s.judge({ demos: [demoAt("acme", "14:40", "15:40")], troubles: { acme: [{ p: 0.5, actBy: "14:00" }] } });
    expect(s.alert().status).toBe("resolved");
    await s.until("13:34:59");
    expect(s.alert().status).toBe("resolved");
    await s.until("13:35");
    expect(s.alert()).toMatchObject({ status: "open", episode: 1 });
  });
});

describe("what another cause is told for", () => {
  const own = { ...silent, cause: "display:proj-1" };
  const dead = { ...silent, cause: "switch:sw-12" };

  it("is looked at again as soon as a person has resolved that one", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "one", dead);
    await judge(s, "two", own);
    expect(causes(s)).toEqual(["switch:sw-12 open"]);
    await judge(s, "one");
    expect(causes(s)).toEqual(["switch:sw-12 open"]);
    await s.reply({ reply: "resolve" });
    expect(causes(s).toSorted()).toEqual(["display:proj-1 open", "switch:sw-12 resolved"]);
    expect(s.desk.stats()).toMatchObject({ resolved_total: 1, replies_total: 1 });
  });

  it("is looked at again as soon as that one is out of the question, though it was never told itself", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "one", { ...dead, since: "12:50" });
    await judge(s, "two", own);
    expect(s.alerts()).toEqual([]);
    await judge(s, "one");
    expect(causes(s)).toEqual(["display:proj-1 open"]);
  });

  it("has its lead told as soon as that one is over, where it was told before", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "two", own);
    expect(s.told()).toEqual(["raised→owner"]);
    await s.until("12:56");
    await judge(s, "one", dead);
    const shared = s.alerts().find(({ cause }) => cause === dead.cause);
    await s.reply({ reply: "acknowledge" }, shared?.id);
    await judge(s, "one");
    await s.until("13:00:30");
    expect(s.told()).toEqual(["raised→owner", "raised→owner"]);
    expect(s.alerts().find(({ cause }) => cause === own.cause)?.held).toEqual({ "same-root-cause": 1 });
    await s.reply({ reply: "resolve" }, shared?.id);
    expect(s.told().slice(2).toSorted()).toEqual(["lead→lead", "resolved→owner"]);
  });

  it("is followed once where it went and came back meanwhile", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "one", dead);
    await judge(s, "two", own);
    await judge(s, "two");
    await judge(s, "two", own);
    await s.judge({ room: "one", demos: [] });
    expect(causes(s).toSorted()).toEqual(["display:proj-1 open", "switch:sw-12 resolved"]);
    expect(s.desk.stats()).toMatchObject({ open: 1, resolved: 1 });
    await judge(s, "two");
    await s.until("12:58");
    expect(s.desk.stats()).toMatchObject({ open: 0, resolved: 2, raised_total: 2 });
  });
});

describe("what is held back before an alert is raised again", () => {
  const windows = [{ id: "w", start: wireTime("12:00"), end: wireTime("13:30"), reason: "filter" }];

  it("is counted each time that it begins", async () => {
    const s = new DeskStory("12:50");
    const of = (trouble: Trouble[], open: typeof windows) =>
      s.judge({ demos: [acme], troubles: { acme: trouble }, windows: open });
    await of([{}], []);
    await of([], []);
    await s.until("12:56");
    expect(s.alert().status).toBe("resolved");
    for (const n of [1, 2]) {
      await of([{}], windows);
      expect(s.alert().held).toEqual({ "in-maintenance": n });
      await of([], windows);
    }
  });

  it("as trusted is counted each time that a person resolves it", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "harbour", { cause: "codec:c", actBy: "13:20" });
    await s.until("12:56");
    for (const [n, until] of [
      [1, "13:06"],
      [2, "13:16"],
    ] as const) {
      await s.reply({ reply: "resolve" });
      expect(s.alert()).toMatchObject({ status: "resolved", held: { trusted: n } });
      await s.until(until);
      expect(s.alert().status).toBe("open");
    }
  });
});

describe("a room's own panel", () => {
  it("asks first, and gets its time also beyond act-by", async () => {
    const s = new DeskStory("13:30");
    s.nudgedSince = clockTime("13:48");
    await judge(s, "harbour", { cause: "occupied", actBy: "13:50" });
    await s.until("13:52:59");
    expect([s.alerts(), s.desk.stats()["held_nudged_total"]]).toEqual([[], 1]);
    await s.until("13:53");
    expect(s.alert()).toMatchObject({ cause: "occupied", status: "open" });
  });
});

describe("a judgement that differs only in its frame", () => {
  const demos = [acme];
  const [windows, bookings] = [[], []];
  const cold = { demos, windows, bookings, troubles: { acme: [{}] } };

  it("under another card is told under it", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    await s.judge({ ...cold, card: { ...harbour, name: "Hafen" } });
    await s.until("12:52");
    expect(s.alert().title).toMatch(/^Hafen /);
  });

  it("for a visit of another name is told by that name", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    await s.judge({ ...cold, demos: [{ ...acme, account: "Initech" }] });
    await s.until("12:52");
    expect(s.alert().title).toContain("for Initech");
  });

  it("in a window that has opened is held back, and told when it ends", async () => {
    const s = new DeskStory("12:50");
    const open = [{ id: "w", start: wireTime("12:51"), end: wireTime("13:05"), reason: "filter" }];
    await s.judge(cold);
    await s.judge({ ...cold, windows: open });
    await s.until("13:04");
    expect(s.told()).toEqual(["raised→owner"]);
    await s.until("13:05");
    expect(s.told()).toEqual(["raised→owner", "lead→lead"]);
  });

  it("in a room of two visits has other rooms looked for by the visit that is in danger", async () => {
    const s = new DeskStory("12:50");
    const asked: string[] = [];
    s.alternatives = ({ demo }) => {
      asked.push(demo.id);
      return [];
    };
    const beta = demoAt("beta", "15:30", "16:00");
    await s.judge({ demos: [acme, beta], troubles: { beta: [{ actBy: "13:10" }] } });
    expect([...new Set(asked)]).toEqual(["beta"]);
  });
});

describe("a judgement that says what the last one said", () => {
  it("has nobody look for other rooms again", async () => {
    const s = new DeskStory("13:42");
    let asked = 0;
    s.alternatives = () => {
      asked += 1;
      return [];
    };
    const same = { demos: [acme], windows: [], bookings: [], troubles: { acme: [{ p: 0.9 }] } };
    await s.judge(same);
    const once = asked;
    expect(once).toBeGreaterThan(0);
    for (let i = 0; i < 5; i++) await s.judge(same);
    expect(asked).toBe(once);
  });
});

describe("rooms of one air handler that expect nobody", () => {
  it("do not count among those that would have to fail with it", async () => {
    const s = new DeskStory("12:46");
    const card = { ...harbour, ahu: "north" };
    for (let i = 0; i < 8; i++) await s.judge({ room: `empty-${i}`, card, demos: [] });
    for (const room of ["one", "two"]) {
      const demos = [demoAt(room, "14:00", "15:00")];
      await s.judge({ room, card, demos, troubles: { [room]: [{ p: 0.2 }] } });
    }
    expect(causes(s)).toContain("ahu:north open");
  });
});

describe("a reply", () => {
  it("to what is not there is said in the log", async () => {
    const s = new DeskStory("12:50");
    await s.reply({ reply: "acknowledge" }, "unheard-of");
    expect(s.logged).toEqual([
      {
        level: "info",
        fields: { alert: "unheard-of", reply: "acknowledge" },
        text: "reply to an alert that is closed or was never there",
      },
    ]);
  });

  it("that comes twice is counted once; only one that resolves counts as resolved", async () => {
    const s = new DeskStory("12:50");
    await judge(s, "harbour", {});
    const at = wireTime("12:50");
    for (const _ of [1, 2]) await s.reply({ reply: "acknowledge", at });
    expect(s.desk.stats()).toMatchObject({ replies_total: 1, resolved_total: 0 });
    for (const _ of [1, 2]) await s.reply({ reply: "resolve", at });
    expect(s.desk.stats()).toMatchObject({ replies_total: 2, resolved_total: 1 });
  });
});
