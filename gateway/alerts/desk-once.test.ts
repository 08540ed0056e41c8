import { describe, expect, it } from "vitest";
import { DeskStory } from "./desk-fixture.ts";
import { FakeNotifier } from "./fake-notifier.ts";

const cold = { troubles: { acme: [{}] } };
const states = (s: DeskStory): string[] =>
  s.alert().notifications.map((each) => `${each.key.split(".")[2]} ${each.state}`);

describe("no alert is sent twice", () => {
  it("writes `sending` on the wire before the message leaves", async () => {
    const s = new DeskStory("12:50");
    s.wireIsDown = true;
    await s.judge(cold);
    expect(s.notifier.tried).toEqual([]);
    s.wireIsDown = false;
    await s.until("12:50:02");
    expect(s.notifier.tried).toHaveLength(1);
    const first = s.wire.findIndex((each) => each.notifications[0]?.state === "sending");
    expect(first).toBeGreaterThanOrEqual(0);
    expect(s.alert().notifications[0]?.state).toBe("sent");
  });

  it("does not send what is no longer true when the wire is back", async () => {
    const s = new DeskStory("12:50");
    s.wireIsDown = true;
    await s.judge(cold);
    await s.judge({ demos: [] });
    s.wireIsDown = false;
    await s.until("12:55");
    expect(s.notifier.tried).toEqual([]);
    expect(s.alert()).toMatchObject({ status: "resolved" });
    expect(states(s)).toEqual(["raised failed"]);
    expect(s.alert().notifications[0]?.error).toBe("no longer true when it could leave");
    await s.until("13:30");
    expect(s.notifier.tried).toEqual([]);
  });

  it("killed while a message is on its way: unconfirmed, never sent again, the lead is told within a minute", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("hangs");
    await s.judge(cold);
    expect(states(s)).toEqual(["raised sending"]);
    await s.restart();
    expect(states(s)).toEqual(["raised unconfirmed"]);
    await s.judge(cold);
    await s.until("12:51:30");
    expect(s.notifier.tried.map((key) => key.split(".").slice(2).join("→"))).toEqual(["raised→owner", "lead→lead"]);
  });

  it("killed after a message has left: nothing is said again", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    for (let i = 0; i < 20; i++) {
      await s.restart();
      await s.judge(cold);
    }
    expect(s.told()).toEqual(["raised→owner"]);
  });

  it("after a restart waits for the room's judgement before it goes on, but not for ever", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    await s.until("12:54");
    await s.restart();
    await s.until("12:59");
    expect(s.told()).toEqual(["raised→owner"]);
    await s.until("13:00");
    expect(s.told()).toEqual(["raised→owner", "lead→lead"]);
    await s.until("13:09:50");
    await s.restart();
    await s.until("13:10:40");
    expect(s.told()).toHaveLength(2);
    await s.judge({});
    await s.until("13:14");
    expect(s.told()).toHaveLength(2);
    await s.until("13:16");
    expect(s.alert().status).toBe("resolved");
  });

  it("keeps the text of the alert until its room has been judged again", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    const { title } = s.alert();
    await s.restart();
    await s.until("12:53");
    expect(s.alert().title).toBe(title);
  });

  it("failed for certain: tried again with back-off, and the lead is told when it goes on failing", async () => {
    const s = new DeskStory("12:00");
    s.notifier.script.push("refused", "refused", "refused");
    await s.judge(cold);
    await s.until("12:01");
    expect(states(s)).toEqual(["raised failed"]);
    await s.until("12:01:14");
    expect(s.notifier.tried).toHaveLength(1);
    await s.until("12:01:15");
    expect(s.notifier.tried).toHaveLength(2);
    await s.until("12:01:45");
    expect(s.notifier.tried).toHaveLength(3);
    await s.until("12:02:45");
    expect(s.notifier.tried).toHaveLength(5);
    expect(s.told()).toEqual(["lead→lead", "raised→owner"]);
    expect(s.alert().history.filter((each) => each.event === "notify_failed")).toHaveLength(3);
  });

  it("refused for good: not tried again, the lead is told within a minute", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("rejected");
    await s.judge(cold);
    await s.until("12:51");
    expect(s.told()).toEqual(["lead→lead"]);
    await s.until("13:00");
    expect(s.notifier.tried.filter((key) => key.includes(".raised."))).toHaveLength(1);
  });

  it("nobody knows whether it arrived: not sent again, the lead is told within a minute", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("doubtful");
    await s.judge(cold);
    expect(states(s)).toEqual(["raised unconfirmed"]);
    await s.until("12:51");
    expect(s.told()).toEqual(["lead→lead"]);
  });

  it("one person at every level hears each piece of news once", async () => {
    const s = new DeskStory("12:50", { notifier: new FakeNotifier([["only"]]) });
    await s.judge(cold);
    await s.until("15:30");
    expect(s.told()).toEqual(["raised→only", "past_act_by→only", "offer_move→only", "resolved→only"]);
  });

  it("stops while a message hangs and while the wire is away, in bounded time", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("hangs");
    await s.judge(cold);
    const stopping = s.desk.stop();
    await s.until("12:50:06");
    await stopping;
    const t = new DeskStory("12:50");
    t.wireIsDown = true;
    await t.judge(cold);
    await t.desk.stop();
    await t.desk.stop();
    expect(t.notifier.tried).toEqual([]);
    t.wireIsDown = false;
    await t.until("13:30");
    expect(t.notifier.tried).toEqual([]);
  });
});
