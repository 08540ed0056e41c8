import { describe, expect, it } from "vitest";
import { acme, clockTime, demoAt, DeskStory, wireTime } from "./desk-fixture.ts";

const cold = { troubles: { acme: [{}] } };
const events = (s: DeskStory): string[] => s.alert().history.map((each) => each.event);
const reasonOf = (s: DeskStory): string | undefined =>
  s.alert().history.findLast((each) => each.event === "resolved")?.note;

describe("the life of an alert", () => {
  it("has an id that does not depend on the process that raised it", async () => {
    const ids = await Promise.all(
      ["12:50", "12:55"].map(async (start) => {
        const s = new DeskStory(start);
        await s.judge(cold);
        return s.alert().id;
      }),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toMatch(/^[0-9a-f]{24}$/);
  });

  it("flaps every minute for three hours: one alert and few messages, not sixty", async () => {
    const s = new DeskStory("09:00");
    const late = demoAt("acme", "20:00", "21:00");
    for (let minute = 0; minute < 180; minute++) {
      const at = `${9 + Math.floor(minute / 60)}:${minute % 60}`;
      await s.until(at);
      await s.judge({ demos: [late], troubles: { acme: minute % 2 === 0 ? [{ p: 0.6, actBy: "09:20" }] : [] } });
    }
    expect(s.alert().status).toBe("open");
    expect(s.desk.stats()).toMatchObject({ raised_total: 1, reopened_total: 0 });
    expect(s.told()).toEqual(["raised→owner", "lead→lead", "past_act_by→second"]);
  });

  it("flaps slower than the hold-down: the same alert reopens, each time more patient", async () => {
    const s = new DeskStory("06:00");
    const late = demoAt("acme", "20:00", "21:00");
    const bad = [{ p: 0.6, actBy: "06:20" }];
    for (let minute = 0; minute < 600; minute += 1) {
      await s.until(`${6 + Math.floor(minute / 60)}:${minute % 60}`);
      if (minute % 5 === 0) await s.judge({ demos: [late], troubles: { acme: minute % 20 < 10 ? bad : [] } });
    }
    expect(s.alert().episode).toBe(2);
    expect(new Set(s.wire.map((each) => each.id)).size).toBe(1);
  });

  it("called off, or moved to another room: resolved at once, with that reason", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    await s.judge({ demos: [] });
    expect(s.alert().status).toBe("resolved");
    expect(reasonOf(s)).toBe("the visit was called off or moved to another room");
  });

  it("tells that it is over with the room's name and zone, as it told that it began", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    await s.judge({ demos: [] });
    const [began, over] = s.notifier.sent.map(({ notice }) => notice);
    expect(over?.event).toBe("resolved");
    expect(over).toMatchObject({ roomKey: began?.roomKey, roomName: began?.roomName, zone: began?.zone });
    expect(over?.roomName).not.toBe(over?.roomKey);
  });

  it("is over when its room is taken away, and free for another visit of the same room later", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    s.desk.forget("hq", "harbour");
    await s.until("12:51");
    expect(s.alert().status).toBe("resolved");
    await s.judge(cold);
    await s.until("12:53");
    expect(s.alert()).toMatchObject({ status: "open", episode: 1 });
  });

  it("moved to a time that leaves time: resolved with that reason, raised again when it is due", async () => {
    const s = new DeskStory("12:50");
    await s.judge({ troubles: { acme: [{ p: 0.5 }] } });
    const moved = demoAt("acme", "17:00", "18:00");
    await s.judge({ demos: [moved], troubles: { acme: [{ p: 0.5, actBy: "16:10" }] } });
    expect(s.alert().status).toBe("resolved");
    expect(reasonOf(s)).toContain("moved to 17:00");
    await s.until("15:44");
    expect(s.alert().status).toBe("resolved");
    await s.until("15:45");
    expect(s.alert()).toMatchObject({ status: "open", episode: 1, arrival: wireTime("17:00") });
    expect(s.told()).toEqual(["raised→owner", "resolved→owner", "reopened→owner"]);
  });

  it("moved by a little: the same alert, changed", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    await s.judge({ demos: [demoAt("acme", "14:10", "15:00")], troubles: { acme: [{ actBy: "13:12" }] } });
    expect(s.alert()).toMatchObject({ status: "open", act_by: wireTime("13:12"), arrival: wireTime("14:10") });
    expect(events(s)).toEqual(["raised", "notified", "changed"]);
  });

  it("rises in priority by time alone, and the wire hears of it", async () => {
    const s = new DeskStory("12:00");
    await s.judge(cold);
    await s.until("12:10");
    expect(s.alert().priority).toBe(3);
    await s.until("12:11");
    expect(s.alert().priority).toBe(2);
    await s.until("13:01");
    expect(s.alert().priority).toBe(1);
  });

  it("publishes figures that move at most once a minute, and what people must see at once", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    const before = s.wire.length;
    for (let second = 1; second <= 60; second++) {
      await s.until(`12:50:${second}`);
      await s.judge({ troubles: { acme: [{ sentence: `Room is 18.${second} °C, needs 20–24` }] } });
    }
    expect(s.wire.length - before).toBeLessThanOrEqual(2);
    await s.until("12:52");
    expect(s.alert().title).toContain("18.60 °C");
    await s.judge({ troubles: { acme: [{ actBy: "13:30" }] } });
    expect(s.alert().act_by).toBe(wireTime("13:30"));
  });

  it("keeps its history bounded, the first event always", async () => {
    const s = new DeskStory("06:00");
    const late = demoAt("acme", "20:00", "21:00");
    for (let i = 0; i < 150; i++)
      await s.judge({ demos: [late], troubles: { acme: [{ p: 0.1, actBy: i % 2 === 0 ? "06:10" : "06:20" }] } });
    expect(s.alert().history).toHaveLength(100);
    expect(s.alert().history[0]?.event).toBe("raised");
  });

  it("leaves the wire some time after its visit, when `resolved` has been seen", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    await s.until("15:14");
    expect(s.alert().status).toBe("resolved");
    expect(reasonOf(s)).toBe("the visit is over");
    await s.until("15:15");
    expect(s.alerts()).toEqual([]);
    expect(s.wire.at(-1)?.history.at(-1)?.event).toBe("closed");
    expect(s.removed).toHaveLength(1);
    expect(s.clock.nextDue).toBeUndefined();
  });

  it("a shared cause that comes back within a day is the same alert; after that a new one", async () => {
    const s = new DeskStory("08:00");
    const dead = (id: string, from: string, to: string) => ({
      demos: [demoAt(id, from, to)],
      troubles: { [id]: [{ cause: "agent:pi-3", actBy: from }] },
    });
    await s.judge({ room: "one", ...dead("first", "08:20", "09:00") });
    await s.until("08:05");
    await s.judge({ room: "one", ...dead("first", "08:20", "09:00"), troubles: {} });
    await s.until("08:11");
    const { id } = s.alert();
    expect(s.alert().status).toBe("resolved");
    await s.judge({ room: "two", ...dead("second", "08:30", "09:00") });
    expect(s.alert()).toMatchObject({ id, status: "open", episode: 1, rooms: ["hq/two"] });
    await s.judge({ room: "two", demos: [] });
    expect(s.alert().status).toBe("resolved");
    await s.clock.advanceToSettled(clockTime("32:12"));
    expect(s.alerts()).toEqual([]);
    await s.clock.advanceToSettled(clockTime("33:00"));
    await s.judge({ room: "two", ...dead("third", "33:10", "34:00") });
    expect(s.alert().id).not.toBe(id);
  });

  it("that several rooms share is open as long as one of them is in danger", async () => {
    const s = new DeskStory("12:50");
    const of = (room: string, p: number) =>
      s.judge({ room, demos: [demoAt(room, "14:00", "15:00")], troubles: { [room]: [{ cause: "agent:pi-3", p }] } });
    await of("one", 0.1);
    await of("two", 0.1);
    await s.until("12:52");
    await of("one", 0.999);
    await s.until("13:20");
    expect(s.alert().status).toBe("open");
    await of("two", 0.999);
    await s.until("13:40");
    expect(s.alert().status).toBe("resolved");
  });

  it("does nothing at all for rooms that are well", async () => {
    const s = new DeskStory("12:50");
    for (let i = 0; i < 50; i++) await s.judge({ demos: [acme] });
    expect(s.wire).toEqual([]);
    expect(s.clock.nextDue).toBeUndefined();
  });
});
