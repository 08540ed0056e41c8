import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import { demoAt, DeskStory, wireTime } from "./desk-fixture.ts";

const cold = { troubles: { acme: [{}] } };
const raised = async (): Promise<DeskStory> => {
  const s = new DeskStory("12:50");
  await s.judge(cold);
  return s;
};
const ids = (s: DeskStory): string[] => s.alerts().map(({ id }) => id);

describe("two alerts for one cause on the wire", () => {
  /** Kept under the topics of two rooms, of which one was written later; the desk that finds them is new. */
  async function both(atOfFirst: string, atOfSecond: string): Promise<DeskStory> {
    const s = new DeskStory("12:50");
    await s.judge({ troubles: { acme: [{ cause: "agent:pi-3" }] } });
    const one = s.alert();
    const next = new DeskStory("12:51");
    await next.leave("harbour", { ...one, id: "first", at: wireTime(atOfFirst) });
    await next.leave("lake", { ...one, id: "second", at: wireTime(atOfSecond) });
    await next.restart();
    return next;
  }

  it("become one at the start: what was written last stays, the other is taken off the wire, in whichever room it is kept", async () => {
    for (const [first, second, stays] of [
      ["12:50", "12:40", "first"],
      ["12:50", "12:50", "first"],
      ["12:40", "12:50", "second"],
    ] as const) {
      const s = await both(first, second);
      expect(ids(s)).toEqual([stays]);
      expect(s.desk.stats()).toMatchObject({ open: 1, unpublished: 0 });
      await s.reply({ reply: "acknowledge" }, stays === "first" ? "second" : "first");
      expect(s.desk.stats()).toMatchObject({ open: 1, replies_unknown_total: 1 });
      await s.reply({ reply: "acknowledge" }, stays);
      expect(s.alert()).toMatchObject({ id: stays, status: "acknowledged" });
    }
  });

  it("are both over with the one that stays: nothing of the other comes back", async () => {
    const s = await both("12:40", "12:50");
    await s.judge({});
    await s.until("12:58");
    expect(s.alert()).toMatchObject({ id: "second", status: "resolved" });
    expect(s.desk.stats()).toMatchObject({ open: 0, resolved: 1, resolved_total: 1 });
    expect(s.wire.filter(({ id }) => id === "first")).toEqual([]);
  });
});

describe("an alert that comes back from the wire", () => {
  it("changes nothing where the desk knows it already, and stays on the wire", async () => {
    const s = await raised();
    const old = structuredClone(s.alert());
    await s.reply({ reply: "acknowledge" });
    s.desk.restore("hq/harbour", old);
    await s.until("12:51");
    expect(s.alert().status).toBe("acknowledged");
    expect(s.removed).toEqual([]);
  });

  it("is not written again where nothing was on its way; where something was, the wire hears that nobody knows what became of it", async () => {
    const s = await raised();
    const told = s.wire.length;
    await s.restart();
    expect(s.wire).toHaveLength(told);
    s.notifier.script.push("hangs");
    await s.judge(cold);
    await s.until("13:01");
    await s.restart();
    expect(s.alert().notifications.map(({ state }) => state)).toEqual(["sent", "unconfirmed"]);
  });

  it("goes on counting what held it back", async () => {
    const s = await raised();
    await s.leave("harbour", { ...s.alert(), held: { nudged: 2, "in-maintenance": 1 } });
    await s.restart();
    const windows = [{ id: "w", start: wireTime("12:51"), end: wireTime("13:30"), reason: "filter" }];
    await s.judge({ ...cold, windows });
    await s.until("13:05");
    expect(s.alert().held).toEqual({ nudged: 2, "in-maintenance": 2 });
  });

  it("goes on as soon as its room has been judged, or after a minute to the second", async () => {
    const judged = await raised();
    await judged.until("12:59:30");
    await judged.restart();
    await judged.judge(cold);
    await judged.until("13:00");
    expect(judged.told()).toEqual(["raised→owner", "lead→lead"]);
    const left = await raised();
    await left.until("12:59:30");
    await left.restart();
    await left.until("13:00:29");
    expect(left.told()).toEqual(["raised→owner"]);
    await left.until("13:00:30");
    expect(left.told()).toEqual(["raised→owner", "lead→lead"]);
  });

  it("waits for each of its rooms", async () => {
    const s = new DeskStory("12:50");
    const of = (room: string) =>
      s.judge({
        room,
        demos: [demoAt(room, "14:00", "15:00")],
        troubles: { [room]: [{ cause: "agent:pi-3" }] },
      });
    await of("one");
    await of("two");
    await s.until("12:59:30");
    await s.restart();
    await of("one");
    await s.until("13:00:10");
    expect(s.told()).toEqual(["raised→owner"]);
    await of("two");
    expect(s.told()).toEqual(["raised→owner", "lead→lead"]);
  });

  it("stays resolved while nobody has judged its room anew", async () => {
    const s = await raised();
    await s.judge({});
    await s.until("12:56");
    expect(s.alert().status).toBe("resolved");
    await s.restart();
    await s.until("13:05");
    expect(s.alert()).toMatchObject({ status: "resolved", episode: 0 });
    expect(s.told()).toEqual(["raised→owner", "resolved→owner"]);
  });

  it("and does not say when its visit arrives has not been moved: it stays while the risk does not fall", async () => {
    const s = await raised();
    const { arrival: _, ...old }: Alert = s.alert();
    await s.leave("harbour", old);
    await s.restart();
    await s.judge({ troubles: { acme: [{ p: 0.9 }] } });
    await s.until("12:58");
    expect(s.alert()).toMatchObject({ status: "open", arrival: wireTime("14:00") });
  });

  it("and names no visit is over when its cause stays away", async () => {
    const s = await raised();
    await s.leave("harbour", { ...s.alert(), members: [] });
    await s.restart();
    await s.until("12:55:59");
    expect(s.alert().status).toBe("open");
    await s.until("12:56");
    expect(s.alert().status).toBe("resolved");
    expect(s.alert().history.findLast(({ event }) => event === "resolved")?.note).toBe("it is in order again");
  });

  it("is told again when the broker may have forgotten it, as it is", async () => {
    const s = await raised();
    const [before] = s.alerts();
    const told = s.wire.length;
    s.desk.tellAgain();
    await s.until("12:50:01");
    expect(s.wire.slice(told)).toEqual([before]);
  });
});
