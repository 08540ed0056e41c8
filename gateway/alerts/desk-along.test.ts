import { describe, expect, it } from "vitest";
import type { Notice } from "./notifier.ts";
import { demoAt, DeskStory, harbour, wireTime } from "./desk-fixture.ts";
import { minutes } from "#contract/units.ts";

/** One message an hour: the second waits. */
const policy = { budget: { messages: 1, per: minutes(10), every: minutes(60) } };
const judge = (s: DeskStory, room: string, floor: string, p = 0.01): Promise<void> => {
  const troubles = { [room]: [{ p, actBy: "21:00" }] };
  return s.judge({ room, card: { ...harbour, floor }, demos: [demoAt(room, "22:00", "23:00")], troubles });
};
const callOff = (s: DeskStory, room: string): Promise<void> => s.judge({ room, demos: [] });
const toOwner = (s: DeskStory): Notice[] =>
  s.notifier.sent.filter(({ contact }) => contact === "owner").map(({ notice }) => notice);
const events = (s: DeskStory): string[] => toOwner(s).map(({ event, alert }) => `${event} ${alert.demo}`);
const notificationsOf = (s: DeskStory, room: string): string[] =>
  s.alerts().flatMap(({ demo, notifications }) => {
    const mine = demo === room ? notifications.filter(({ key }) => key.endsWith(".owner")) : [];
    return mine.map(({ key, state, error }) => [key.split(".")[2], state, error].filter(Boolean).join(" "));
  });

/** The owner has been told of `first`; `second`, and `third` with it, leave at one minute past one. */
async function twoWait(): Promise<DeskStory> {
  const s = new DeskStory("12:00", { policy });
  await judge(s, "first", "12");
  await s.until("12:02");
  await judge(s, "second", "3");
  await judge(s, "third", "3", 0.02);
  await s.until("12:10");
  expect(events(s)).toEqual(["raised first"]);
  return s;
}

/** Between the moment when they are due and the moment when the wire lets them leave, something happens. */
async function leaveAfter(s: DeskStory, happens: () => Promise<void>): Promise<void> {
  await s.until("13:00:30");
  s.wireIsDown = true;
  await s.until("13:01:30");
  await happens();
  s.wireIsDown = false;
  await s.until("13:05");
}

describe("a message that others go along with", () => {
  it("names what is wrong on its floor and what is over, each in its place", async () => {
    const s = await twoWait();
    await callOff(s, "first");
    await s.until("13:02");
    expect(events(s)).toEqual(["raised first", "raised second"]);
    const [alone, withOthers] = toOwner(s);
    expect(alone).not.toHaveProperty("along");
    expect(alone).not.toHaveProperty("over");
    expect(withOthers?.along?.map(({ demo, status }) => `${demo} ${status}`)).toEqual(["third open"]);
    expect(withOthers?.over?.map(({ demo, status }) => `${demo} ${status}`)).toEqual(["first resolved"]);
    expect(notificationsOf(s, "third")).toEqual(["raised sent"]);
  });

  it("has no place for what is over where nothing is", async () => {
    const s = await twoWait();
    await s.until("13:02");
    expect(toOwner(s)[1]?.along).toHaveLength(1);
    expect(toOwner(s)[1]).not.toHaveProperty("over");
  });

  it("leaves out what was called off before it could leave; that was not told, and is not told to be over", async () => {
    const s = await twoWait();
    await leaveAfter(s, () => callOff(s, "third"));
    expect(events(s)).toEqual(["raised first", "raised second"]);
    expect(toOwner(s)[1]).not.toHaveProperty("along");
    expect(notificationsOf(s, "third")).toEqual(["raised failed no longer true when it could leave"]);
    expect(notificationsOf(s, "second")).toEqual(["raised sent"]);
    await s.until("19:00");
    expect(events(s)).not.toContain("resolved third");
  });

  it("takes nobody down with it: what was to go along with what is no longer true is told by itself", async () => {
    const s = await twoWait();
    await leaveAfter(s, () => callOff(s, "second"));
    expect(notificationsOf(s, "second")).toEqual(["raised failed no longer true when it could leave"]);
    expect(notificationsOf(s, "third")).toEqual(["raised failed what it was to go along with was no longer true"]);
    await s.until("14:02");
    expect(events(s)).toEqual(["raised first", "raised third"]);
    expect(notificationsOf(s, "third")).toEqual(["raised sent"]);
  });

  it("does not say that something is over which has come back meanwhile", async () => {
    const s = await twoWait();
    await callOff(s, "first");
    await leaveAfter(s, async () => {
      await judge(s, "first", "12");
      await s.until("13:02:40");
      expect(s.desk.stats()).toMatchObject({ reopened_total: 1 });
    });
    expect(events(s)).toEqual(["raised first", "raised second"]);
    expect(toOwner(s)[1]).not.toHaveProperty("over");
  });
});

describe("a message that waits for long", () => {
  it("to say that something is over is forgotten with its alert, and the next message goes without it", async () => {
    const s = new DeskStory("12:00", { policy });
    const troubles = { short: [{ actBy: "12:10" }] };
    await s.judge({ room: "short", demos: [demoAt("short", "12:20", "12:30")], troubles });
    await s.judge({ room: "short", demos: [] });
    await s.until("12:46");
    expect(s.alerts()).toEqual([]);
    await judge(s, "second", "3");
    await s.until("13:02");
    expect(events(s)).toEqual(["raised short", "raised second"]);
    expect(toOwner(s)[1]).not.toHaveProperty("over");
    expect(s.alerts().map(({ demo }) => demo)).toEqual(["second"]);
  });

  it("is forgotten where its alert gives way to a newer one of the wire; what it would have gone along with is told", async () => {
    const s = await twoWait();
    const third = s.alerts().find(({ demo }) => demo === "third");
    if (third === undefined) throw new Error("it was not raised");
    s.desk.restore("hq/third", { ...third, id: "newer", at: wireTime("12:20") });
    await s.until("13:02");
    expect(events(s).slice(0, 2)).toEqual(["raised first", "raised second"]);
    expect(s.removed).toEqual([third.id]);
  });

  it("for the wire leaves once, as what it is by then, when its cause went and came back meanwhile", async () => {
    const s = new DeskStory("12:00");
    await judge(s, "first", "12");
    await s.until("12:00:30");
    s.wireIsDown = true;
    await s.until("12:01:10");
    await callOff(s, "first");
    await judge(s, "first", "12");
    await s.until("12:02:30");
    s.wireIsDown = false;
    await s.until("12:10");
    expect(events(s)).toEqual(["reopened first"]);
  });

  it("for the wire until its alert is off it is not sent, and counted as failed", async () => {
    const s = new DeskStory("12:50");
    s.wireIsDown = true;
    await s.judge({ troubles: { acme: [{}] } });
    await s.until("15:16");
    s.wireIsDown = false;
    await s.until("15:30");
    expect(s.notifier.tried).toEqual([]);
    expect(s.alerts()).toEqual([]);
    expect(s.desk.stats()).toMatchObject({ messages_sent_total: 0, messages_failed_total: 4, unpublished: 0 });
  });
});
