import { describe, expect, it } from "vitest";
import type { Alternative } from "#contract/messages/alert.ts";
import { acme, demoAt, DeskStory, harbour, pine, wireTime } from "./desk-fixture.ts";
import { FakeNotifier } from "./fake-notifier.ts";

const cold = { troubles: { acme: [{}] } };
const notes = (s: DeskStory, event: string): (string | undefined)[] =>
  s
    .alert()
    .history.filter((each) => each.event === event)
    .map(({ note }) => note);

/** Who has which remedy at level 2: the display is the technician's, the rest the desk's. */
class ByRemedy extends FakeNotifier {
  override contacts(level: number, remedy?: string) {
    if (level !== 2) return super.contacts(level);
    const id = remedy === "technician_display" ? "technician" : "desk";
    return [{ id, name: id, channel: "fake", to: `${id}@test` }];
  }
}

describe("a message to people", () => {
  it("says about which room and visit it is, and whether it begins a thread", async () => {
    const s = new DeskStory("12:50");
    const card = { ...harbour, name: "Hafen", floor: "3", zone: "Europe/Zurich" };
    await s.judge({ ...cold, card });
    await s.judge({ card });
    await s.until("12:56");
    const [raised, over] = s.notifier.sent.map(({ notice }) => notice);
    expect(raised).toMatchObject({
      event: "raised",
      roomKey: "hq/harbour",
      roomName: "Hafen",
      floor: "3",
      zone: "Europe/Zurich",
      account: "Acme",
      first: true,
    });
    expect(over).toMatchObject({
      event: "resolved",
      roomName: "Hafen",
      floor: "3",
      zone: "Europe/Zurich",
      first: false,
    });
    for (const notice of [raised, over]) {
      expect(notice).not.toHaveProperty("along");
      expect(notice).not.toHaveProperty("cut");
    }
    expect(over).not.toHaveProperty("account");
  });

  it("about a room that is known no more names it by its key", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    s.desk.forget("hq", "harbour");
    await s.until("12:51");
    const over = s.notifier.sent.at(-1)?.notice;
    expect(over).toMatchObject({
      event: "resolved",
      roomKey: "hq/harbour",
      roomName: "hq/harbour",
      floor: "",
      zone: "UTC",
    });
    expect(notes(s, "resolved")).toEqual(["the visit was called off or moved to another room"]);
  });

  it("is first for each person, whatever others were told, and first again only while none arrived", async () => {
    const s = new DeskStory("12:00");
    await s.judge(cold);
    await s.until("13:11");
    const firsts = s.notifier.sent.map(({ contact, notice }) => `${notice.event}→${contact} ${notice.first}`);
    expect(firsts).toEqual(["raised→owner true", "lead→lead true", "past_act_by→second true"]);
    const failing = new DeskStory("12:00");
    failing.notifier.script.push("refused");
    await failing.judge(cold);
    await failing.until("12:02");
    expect(failing.notifier.sent[0]?.notice).toMatchObject({ event: "raised", first: true });
  });

  it("is told in the history with person and channel, and why it failed where it did", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("refused");
    await s.judge(cold);
    expect(notes(s, "notify_failed")).toEqual(["raised to owner by fake: connection refused"]);
    expect(s.alert().notifications[0]).toMatchObject({ state: "failed", error: "connection refused" });
    await s.until("12:50:15");
    expect(notes(s, "notified")).toEqual(["raised to owner by fake"]);
    expect(s.alert().notifications).toHaveLength(1);
    expect(s.alert().notifications[0]).not.toHaveProperty("error");
    expect(s.desk.stats()).toMatchObject({
      messages_sent_total: 1,
      messages_failed_total: 1,
      messages_unconfirmed_total: 0,
    });
  });

  it("of which nobody knows whether it arrived tells also those that it is over", async () => {
    const s = new DeskStory("12:50");
    s.notifier.script.push("doubtful");
    await s.judge(cold);
    expect(s.alert().notifications[0]).toMatchObject({ state: "unconfirmed", error: "no answer" });
    await s.judge({});
    await s.until("12:56");
    expect(s.told()).toContain("resolved→owner");
  });

  it("goes to whom the remedy belongs that is due then; that it is over to all who were told", async () => {
    const s = new DeskStory("12:50", { notifier: new ByRemedy() });
    const steps = ["wake_remote", "technician_display", "move"].map((remedy, i) => ({
      remedy,
      label: remedy,
      p50_min: 5,
      p90_min: 10,
      act_by: wireTime(["13:10", "13:30", "13:45"][i] ?? ""),
    }));
    const judgement = s.judgement(cold);
    const [cause] = judgement.readiness.demos[0]?.causes ?? [];
    if (cause !== undefined) cause.steps = steps;
    s.desk.consider(judgement);
    await s.until("13:11");
    expect(s.told()).toContain("past_act_by→desk");
    const late = new DeskStory("13:15", { notifier: new ByRemedy() });
    const again = late.judgement(cold);
    const [same] = again.readiness.demos[0]?.causes ?? [];
    if (same !== undefined) same.steps = steps;
    late.desk.consider(again);
    await late.until("13:16");
    expect(late.told()).toContain("past_act_by→technician");
    await late.judge({});
    await late.until("13:22");
    expect(late.told()).toContain("resolved→technician");
    expect(late.told()).not.toContain("resolved→desk");
  });

  it("counts against the budget also when it was sent before a restart", async () => {
    const s = new DeskStory("12:00");
    for (let i = 0; i < 10; i++) {
      const demo = demoAt(`d${i}`, "14:00", "15:00");
      const card = { ...harbour, name: `room-${i}`, floor: String(i) };
      await s.judge({ room: `room-${i}`, card, demos: [demo], troubles: { [demo.id]: [{ actBy: "13:30" }] } });
    }
    await s.until("12:02");
    expect(s.told()).toHaveLength(10);
    await s.restart();
    await s.judge({ troubles: { acme: [{ actBy: "13:30" }] } });
    await s.until("12:05");
    expect(s.told()).toHaveLength(10);
    await s.until("12:12");
    expect(s.told()).toHaveLength(11);
  });
});

describe("the host of a visit", () => {
  it("who was told of a room that is kept in case hears that it is not needed", async () => {
    const s = new DeskStory("13:35");
    s.alternatives = () => [pine];
    await s.judge({ troubles: { acme: [{ cause: "reset_visit:acme", p: 0.85, actBy: "13:50" }] } });
    await s.until("13:41");
    expect(s.told()).toEqual(["raised→host"]);
    await s.judge({});
    await s.until("13:47");
    expect(s.told()).toEqual(["raised→host", "resolved→host"]);
  });

  it("hears of a room that is kept in case only while there is one", async () => {
    const s = new DeskStory("13:35");
    let rooms: Alternative[] = [pine, { ...pine, room: "hq/oak", name: "oak" }];
    s.alternatives = () => rooms;
    await s.judge({ demos: [acme], troubles: { acme: [{ cause: "reset_visit:acme", p: 0.85, actBy: "13:50" }] } });
    await s.until("13:41");
    expect(s.told()).toEqual(["raised→host"]);
    rooms = [];
    await s.until("13:59");
    expect(s.told()).toEqual(["raised→host"]);
  });
});
