import { describe, expect, it } from "vitest";
import { demoAt, DeskStory, harbour, pine, wireTime } from "./desk-fixture.ts";
import { FakeNotifier } from "./fake-notifier.ts";

const cold = { troubles: { acme: [{}] } };
const tried = (s: DeskStory): string[] => s.notifier.tried.map((key) => key.split(".").slice(2).join("→"));
const refused = (times: number) => Array.from({ length: times }, () => "refused" as const);
const failures = (s: DeskStory): number => s.alert().history.filter(({ event }) => event === "notify_failed").length;
const maintenance = (from: string, to: string) => [
  { id: "w", start: wireTime(from), end: wireTime(to), reason: "filter" },
];

describe("a message that did not arrive", () => {
  it("is said in the log with its alert, person, step and error; one that arrived is not", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("refused", "doubtful");
    await s.judge(cold);
    await s.until("12:50:15");
    const { id: alert } = s.alert();
    const common = { alert, contact: "owner", step: "raised" };
    expect(s.logged).toEqual([
      { level: "warn", fields: { ...common, error: "connection refused" }, text: "message failed" },
      { level: "warn", fields: { ...common, error: "no answer" }, text: "message unconfirmed" },
    ]);
    const well = new DeskStory("12:50");
    await well.judge(cold);
    expect([well.told(), well.logged]).toEqual([["raised→owner"], []]);
  });

  it("is not tried again once it is over, or somebody has acknowledged", async () => {
    const over = new DeskStory("12:50");
    over.notifier.script.push("refused");
    await over.judge(cold);
    await over.judge({ demos: [] });
    await over.until("13:30");
    expect([tried(over), failures(over)]).toEqual([["raised→owner"], 1]);
    const known = new DeskStory("12:50");
    await known.judge(cold);
    known.notifier.script.push("refused");
    await known.until("13:00");
    await known.reply({ reply: "acknowledge" });
    await known.until("13:09");
    expect(tried(known)).toEqual(["raised→owner", "lead→lead"]);
  });

  it("is tried no more from the minute on that the client is there, and counts as held by nothing", async () => {
    const s = new DeskStory("13:59:45");
    s.notifier.script.push(...refused(20));
    await s.judge({ troubles: { acme: [{ actBy: "13:20" }] } });
    const before = tried(s).length;
    expect(before).toBeGreaterThan(0);
    await s.until("14:59");
    expect(tried(s)).toHaveLength(before);
    expect(s.alert().held).toEqual({});
  });

  it("before a restart is tried again after it, and does not count against what the person may be sent", async () => {
    const s = new DeskStory("12:50", { policy: { budget: { messages: 1, per: 600_000, every: 600_000 } as never } });
    s.notifier.script.push("refused");
    await s.judge(cold);
    await s.restart();
    await s.judge(cold);
    expect(s.told()).toEqual(["raised→owner"]);
  });

  it("waits as briefly as ever the next time that its visit is in danger, however often it failed the first time", async () => {
    const s = new DeskStory("08:00");
    const morning = { demos: [demoAt("acme", "08:20", "08:30")], troubles: { acme: [{ actBy: "08:15" }] } };
    s.notifier.script.push(...refused(12));
    await s.judge(morning);
    await s.until("08:10");
    expect(tried(s).filter((each) => each === "raised→owner").length).toBeGreaterThan(3);
    await s.judge({ demos: [] });
    await s.until("08:50");
    expect(s.alerts()).toEqual([]);
    const before = tried(s).length;
    s.notifier.script.splice(0, Infinity, "refused");
    await s.until("12:50");
    await s.judge(cold);
    await s.until("12:50:15");
    expect(tried(s).slice(before)).toEqual(["raised→owner", "raised→owner"]);
  });

  it("begins a thread with whatever arrives first", async () => {
    const s = new DeskStory("12:50", { notifier: new FakeNotifier([["only"]]) });
    s.notifier.script.push("rejected");
    await s.judge(cold);
    await s.until("13:10");
    expect(s.notifier.sent.map(({ notice: { event, first } }) => `${event} ${first}`)).toEqual([
      "lead true",
      "past_act_by false",
    ]);
  });

  it("is of no use to who has been told something newer since", async () => {
    const s = new DeskStory("12:50", { notifier: new FakeNotifier([["only"]]) });
    await s.judge({ troubles: { acme: [{ p_mended: 0 }] } });
    await s.until("13:09:59");
    s.notifier.script.push(...refused(10));
    await s.until("13:59");
    expect(s.told()).toEqual(["raised→only", "offer_move→only"]);
  });

  it("tells the host of a room that is kept only while it is", async () => {
    const s = new DeskStory("13:39");
    let rooms = [pine];
    s.alternatives = () => rooms;
    const risky = (p: number) => ({ troubles: { acme: [{ cause: "reset_visit:acme", p, actBy: "13:50" }] } });
    s.notifier.script.push(...refused(6));
    await s.judge(risky(0.85));
    await s.until("13:40");
    expect(tried(s)).toEqual(["raised→host"]);
    rooms = [{ ...pine, displaces: 1 }];
    await s.until("13:58");
    const before = tried(s).length;
    expect(s.standbys()[0]?.alternatives?.some(({ held_until }) => held_until !== undefined)).not.toBe(true);
    await s.until("13:59:59");
    expect([s.told(), tried(s).length]).toEqual([[], before]);
  });
});

describe("the lead is told sooner", () => {
  /** How far it has gone five minutes after it was raised; the lead is due after ten. */
  const levelAtFive = async (s: DeskStory): Promise<number> => {
    await s.until("12:55");
    return s.alert().level;
  };

  it("when nobody knows whether the owner has been told, or nothing will tell them", async () => {
    for (const meets of ["doubtful", "rejected"] as const) {
      const s = new DeskStory("12:50");
      s.notifier.script.push(meets);
      await s.judge(cold);
      expect([meets, await levelAtFive(s)]).toEqual([meets, 1]);
    }
  });

  it("but not when the owner has been told, though a message to another owner failed", async () => {
    const s = new DeskStory("12:50", { notifier: new FakeNotifier([["owner", "deputy"], ["lead"]]) });
    s.notifier.script.push("rejected");
    await s.judge(cold);
    expect(await levelAtFive(s)).toBe(0);
  });

  it("nor while the first message is still on its way", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("hangs");
    await s.judge(cold);
    expect(await levelAtFive(s)).toBe(0);
  });

  it("nor after one failure that is going to be tried again", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("refused");
    await s.judge(cold);
    await s.judge({ ...cold, windows: maintenance("12:50", "12:56") });
    expect(await levelAtFive(s)).toBe(0);
    await s.until("12:56");
    expect(s.told()).toEqual(["raised→owner"]);
  });

  it("nor because nobody knows what became of a message of before it came back", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("doubtful");
    await s.judge(cold);
    await s.judge({ demos: [] });
    s.notifier.script.push("hangs");
    await s.judge({ troubles: { acme: [{ actBy: "13:14" }] } });
    await s.until("12:55");
    expect(s.alert()).toMatchObject({ status: "open", episode: 1, level: 0 });
    expect(s.alert().notifications.map(({ state }) => state)).toContain("unconfirmed");
  });
});

describe("an alert's messages", () => {
  it("reach one person once where all of its news comes at once", async () => {
    const s = new DeskStory("13:20", { notifier: new FakeNotifier([["only"]]) });
    await s.judge(cold);
    await s.until("13:39");
    expect(s.told()).toEqual(["past_act_by→only"]);
  });

  it("name the step that they are about, also once it has come back", async () => {
    const s = new DeskStory("12:30");
    const far = { troubles: { acme: [{ actBy: "13:40", p: 0.02 }] } };
    await s.judge(far);
    await s.until("12:32");
    await s.judge({ demos: [] });
    await s.judge(far);
    await s.until("13:30");
    expect(s.told()).toEqual(["raised→owner", "resolved→owner", "reopened→owner", "lead→lead"]);
  });

  it("say that it is over to those who were told since it came back, and not to those of before", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    await s.until("13:01");
    await s.judge({ demos: [] });
    expect(s.told()).toEqual(["raised→owner", "lead→lead", "resolved→lead", "resolved→owner"].toSorted(byTime(s)));
    await s.judge(cold);
    await s.until("13:03");
    const before = s.told().length;
    await s.reply({ reply: "acknowledge" });
    await s.judge({ demos: [] });
    expect(s.told().slice(before)).toEqual(["resolved→owner"]);
  });

  it("are remembered for the last hundred", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    const alert = s.alert();
    const [sent] = alert.notifications;
    if (sent === undefined) throw new Error("nobody was told");
    const old = Array.from({ length: 99 }, (_, i) => ({
      ...sent,
      key: `${alert.id}.0.woken-${i}.owner`,
      at: wireTime("10:00"),
    }));
    await s.leave("harbour", { ...alert, notifications: [...old, sent] });
    await s.restart();
    await s.judge(cold);
    await s.until("13:01");
    const { notifications } = s.alert();
    expect(notifications).toHaveLength(100);
    expect([notifications[0]?.key, notifications.at(-1)?.key]).toEqual([old[1]?.key, `${alert.id}.0.lead.lead`]);
  });

  it("are sent also where nobody knows a remedy, before and at act-by", async () => {
    const s = new DeskStory("12:50");
    const judgement = s.judgement({ ...cold, card: harbour });
    const [cause] = judgement.readiness.demos[0]?.causes ?? [];
    if (cause !== undefined) cause.steps = [];
    s.desk.consider(judgement);
    await s.until("13:11");
    expect(s.told()).toEqual(["raised→owner", "lead→lead", "past_act_by→second"]);
  });
});

/** In the order in which they were told: who is told of an end at the same moment has no order. */
const byTime = (s: DeskStory) => (a: string, b: string) => s.told().indexOf(a) - s.told().indexOf(b);
