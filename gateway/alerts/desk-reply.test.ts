import { describe, expect, it } from "vitest";
import { DeskStory, type Trouble, wireTime } from "./desk-fixture.ts";

const raised = async (trouble: Trouble = {}): Promise<DeskStory> => {
  const s = new DeskStory("12:00");
  await s.judge({ troubles: { acme: [trouble] } });
  await s.until("12:01");
  return s;
};
const count = (s: DeskStory, event: string): number => s.alert().history.filter((each) => each.event === event).length;

describe("what people decide", () => {
  it("acknowledged: the lead is left alone; what is new at act-by and before arrival is still said", async () => {
    const s = await raised();
    await s.reply({ reply: "acknowledge", note: "on my way" });
    expect(s.alert().status).toBe("acknowledged");
    expect(s.alert().history.at(-1)).toMatchObject({ event: "acknowledged", by: "priya", note: "on my way" });
    await s.until("13:46");
    expect(s.told()).toEqual(["raised→owner", "past_act_by→second", "offer_move→host"]);
  });

  it("acknowledged before the message could leave: whoever acknowledged needs no news of it, nor does the lead", async () => {
    for (const failure of ["refused", "rejected"] as const) {
      const s = new DeskStory("12:50");
      s.notifier.script.push(failure);
      await s.judge({ troubles: { acme: [{}] } });
      expect(s.alert().notifications[0]).toMatchObject({ state: "failed" });
      await s.reply({ reply: "acknowledge" });
      await s.until("13:09");
      expect(s.notifier.tried).toHaveLength(1);
      await s.until("13:11");
      expect(s.told()).toEqual(["past_act_by→second"]);
    }
  });

  it("delivered twice, a reply counts once, whatever came between", async () => {
    const s = await raised();
    const at = wireTime("12:01");
    await s.reply({ reply: "acknowledge", at });
    await s.reply({ reply: "snooze", at, until: wireTime("12:10") });
    await s.reply({ reply: "acknowledge", at });
    await s.reply({ reply: "snooze", at, until: wireTime("12:10") });
    expect(s.alert().status).toBe("snoozed");
    expect([count(s, "acknowledged"), count(s, "snoozed")]).toEqual([1, 1]);
  });

  it("assigned: says to whom, and counts as acknowledged", async () => {
    const s = await raised();
    await s.reply({ reply: "assign", assignee: "tom" });
    expect(s.alert()).toMatchObject({ status: "acknowledged", assignee: "tom" });
    expect(s.alert().history.at(-1)).toMatchObject({ event: "assigned", by: "priya", note: "to tom" });
  });

  it("is told in the history as it was said, and by whom; two who say it at once both count", async () => {
    const s = await raised();
    const at = wireTime("12:01");
    await s.reply({ reply: "assign", assignee: "tom", note: "has the key", at });
    await s.reply({ reply: "assign", by: "lena", at });
    expect(s.alert().history.slice(-2)).toEqual([
      { at, event: "assigned", by: "priya", note: "to tom: has the key" },
      { at, event: "assigned", by: "lena", note: "to lena" },
    ]);
    await s.reply({ reply: "snooze", until: wireTime("12:10"), found: "mended" });
    const last = s.alert().history.at(-1);
    expect(last).toMatchObject({ event: "snoozed", note: `until ${wireTime("12:10")}` });
    expect(last).not.toHaveProperty("found");
    await s.reply({ reply: "resolve" });
    expect(s.alert().history.findLast(({ event }) => event === "resolved")).not.toHaveProperty("found");
    expect(s.alert().history.findLast(({ event }) => event === "resolved")).not.toHaveProperty("note");
  });

  it("snoozed: ends as asked, but at act-by minus guard at the latest, and says so when it does", async () => {
    const s = await raised();
    await s.reply({ reply: "snooze", until: wireTime("18:00") });
    expect(s.alert()).toMatchObject({ status: "snoozed", snoozed_until: wireTime("12:45") });
    await s.until("12:44:59");
    expect(s.told()).toEqual(["raised→owner"]);
    await s.until("12:45");
    expect(s.alert().status).toBe("open");
    expect(s.told()).toEqual(["raised→owner", "woken→owner"]);
    await s.until("12:57:30");
    expect(s.told()).toEqual(["raised→owner", "woken→owner", "lead→lead"]);
  });

  it("snoozed again: a second waking is a message of its own", async () => {
    const s = await raised();
    await s.reply({ reply: "snooze", until: wireTime("12:10") });
    await s.until("12:11");
    await s.reply({ reply: "snooze", until: wireTime("12:20") });
    await s.until("12:21");
    expect(s.told()).toEqual(["raised→owner", "woken→owner", "woken→owner"]);
  });

  it("an act-by that comes nearer shortens the snooze; one that is near already leaves none", async () => {
    const s = await raised();
    await s.reply({ reply: "snooze" });
    await s.judge({ troubles: { acme: [{ actBy: "12:40" }] } });
    expect(s.alert().snoozed_until).toBe(wireTime("12:15"));
    await s.until("12:15");
    await s.reply({ reply: "snooze" });
    expect(s.alert().status).toBe("open");
    expect(s.alert().history.at(-1)).toMatchObject({
      event: "snoozed",
      note: expect.stringContaining("not snoozed") as string,
    });
  });

  it("resolved by a person: believed for ten minutes, then the room has the word again", async () => {
    const s = await raised({ cause: "codec:c-1" });
    await s.reply({ reply: "resolve", note: "cable was loose", found: "mended" });
    expect(s.alert().status).toBe("resolved");
    const said = s.alert().history.find((each) => each.event === "resolved");
    expect(said).toMatchObject({ by: "priya", found: "mended" });
    await s.until("12:10:59");
    expect(s.alert().status).toBe("resolved");
    await s.until("12:11");
    expect(s.alert()).toMatchObject({ status: "open", episode: 1 });
    expect(s.told()).toEqual(["raised→owner", "resolved→owner", "reopened→owner"]);
  });

  it("air gets twenty-five minutes to warm up or clear, each time", async () => {
    const s = await raised();
    await s.reply({ reply: "resolve", note: "heating was off" });
    await s.until("12:25:59");
    expect(s.alert().status).toBe("resolved");
    await s.until("12:26");
    expect(s.alert().status).toBe("open");
    await s.until("12:45");
    await s.reply({ reply: "resolve" });
    await s.until("13:09:59");
    expect(s.alert().status).toBe("resolved");
    await s.until("13:10");
    expect(s.alert().status).toBe("open");
  });

  it("who found nothing wrong is believed until something new begins", async () => {
    const s = await raised();
    await s.reply({ reply: "resolve", found: "nothing_wrong" });
    await s.until("13:59");
    expect(s.alert().status).toBe("resolved");
    const other = await raised();
    await other.reply({ reply: "resolve", found: "nothing_wrong" });
    await other.until("12:10");
    await other.judge({ troubles: { acme: [{ since: "12:09" }] } });
    await other.until("13:00");
    expect(other.alert().status).toBe("resolved");
    await other.until("13:01");
    expect(other.alert().status).toBe("open");
  });

  it("to what is not there: counted, nothing happens", async () => {
    const s = await raised();
    await s.reply({ reply: "resolve" }, "0".repeat(24));
    expect(s.alert().status).toBe("open");
    expect(s.desk.stats()).toMatchObject({ replies_unknown_total: 1 });
    await s.reply({ reply: "resolve" });
    await s.reply({ reply: "acknowledge" });
    expect(s.alert().status).toBe("resolved");
  });
});
