import { describe, expect, it } from "vitest";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { acme, demoAt, DeskStory, harbour, wireTime } from "./desk-fixture.ts";

const cold = { troubles: { acme: [{}] } };

describe("what is held back, and why", () => {
  it("maintenance: quiet while the window is open, told when it ends", async () => {
    const s = new DeskStory("12:50");
    const windows = [{ id: "w", start: wireTime("12:00"), end: wireTime("12:55"), reason: "filter" }];
    await s.judge({ ...cold, windows });
    await s.until("12:54");
    expect(s.alerts()).toEqual([]);
    expect(s.desk.stats()).toMatchObject({ held_in_maintenance_total: 1 });
    await s.until("12:55");
    expect(s.told()).toEqual(["raised→owner"]);
    expect(s.alert().held).toEqual({ "in-maintenance": 1 });
  });

  it("a window that opens on an open alert mutes its next messages", async () => {
    const s = new DeskStory("12:50");
    await s.judge(cold);
    const windows = [{ id: "w", start: wireTime("12:51"), end: wireTime("13:20"), reason: "filter" }];
    await s.judge({ ...cold, windows });
    await s.until("13:19");
    expect(s.told()).toEqual(["raised→owner"]);
    expect(s.alert()).toMatchObject({ status: "open", level: 2 });
    await s.until("13:20");
    expect(s.told()).toEqual(["raised→owner", "past_act_by→second", "lead→lead"]);
  });

  it("a visit that is booked into a window is told at once, window or not", async () => {
    const s = new DeskStory("12:00");
    const windows = [{ id: "w", start: wireTime("11:00"), end: wireTime("16:00"), reason: "new carpet" }];
    await s.judge({ troubles: { acme: [{ cause: "maintenance", p: 0 }] }, windows });
    await s.until("12:01");
    expect(s.told()).toEqual(["raised→owner"]);
  });

  it("silence: 30 s and two reports, so that the agent's death is told and not the sensor's", async () => {
    const s = new DeskStory("12:50");
    const silence = { outcome: "unknown" as const, since: "12:50", p: 0.4 };
    await s.judge({ troubles: { acme: [{ ...silence, cause: "sensor:air/temperature_c" }] } });
    await s.until("12:51");
    expect(s.alerts()).toEqual([]);
    await s.judge({
      troubles: {
        acme: [
          { ...silence, cause: "sensor:air/temperature_c" },
          { ...silence, cause: "agent:pi-3" },
        ],
      },
    });
    await s.until("12:59");
    expect(s.alert()).toMatchObject({ cause: "agent:pi-3" });
    expect(s.told()[0]).toBe("raised→owner");
    expect(s.desk.stats()).toMatchObject({
      held_not_sustained_total: 1,
      held_same_root_cause_total: 1,
      raised_total: 1,
    });
  });

  it("a dead switch is one alert for all rooms and visits, not one for each; what it explained is told when it lives again", async () => {
    const s = new DeskStory("12:00");
    const rooms = Array.from({ length: 10 }, (_, i) => `room-${i}`);
    const dead = { cause: "switch:sw-12", outcome: "unknown" as const, since: "11:00", p: 0.2 };
    const own = { cause: "display:proj-1", outcome: "unknown" as const, since: "11:00", p: 0.2 };
    for (const room of rooms) {
      const demos = [demoAt(`${room}-a`, "14:00", "15:00"), demoAt(`${room}-b`, "15:30", "16:00")];
      const troubles = Object.fromEntries(demos.map((demo) => [demo.id, [dead, own]]));
      await s.judge({ room, demos, troubles });
    }
    await s.until("12:01");
    const alert = s.alert();
    expect(alert.cause).toBe("switch:sw-12");
    expect(alert.rooms).toEqual(rooms.map((room) => `hq/${room}`));
    expect(alert.members).toHaveLength(20);
    expect(alert.title).toMatch(/^10 rooms: /);
    expect(s.told()).toEqual(["raised→owner"]);
    for (const room of rooms) {
      const demos = [demoAt(`${room}-a`, "14:00", "15:00"), demoAt(`${room}-b`, "15:30", "16:00")];
      await s.judge({ room, demos, troubles: room === "room-3" ? { "room-3-a": [own] } : {} });
    }
    await s.until("12:08");
    expect(s.alerts().map((each) => [each.cause, each.status])).toEqual(
      expect.arrayContaining([
        ["switch:sw-12", "resolved"],
        ["display:proj-1", "open"],
      ]),
    );
    expect(s.alerts()).toHaveLength(2);
  });

  it("an air handler speaks for the climate of its rooms, even when that is known to be bad", async () => {
    const s = new DeskStory("12:50");
    const card: RoomCard = { ...harbour, ahu: "ahu-2" };
    await s.judge({ card, troubles: { acme: [{}, { cause: "ahu:ahu-2" }, { cause: "display:proj-1" }] } });
    expect(
      s
        .alerts()
        .map((each) => each.cause)
        .toSorted(),
    ).toEqual(["ahu:ahu-2", "display:proj-1"]);
  });

  it("one broken codec is one alert for three visits of the day; the next visit is told when the first has begun", async () => {
    const s = new DeskStory("12:30");
    const demos = [acme, demoAt("beta", "15:30", "16:00"), demoAt("gamma", "17:00", "18:00")];
    const broken = (actBy: string) => [{ cause: "codec:c1", actBy }];
    const troubles = { acme: broken("13:10"), beta: broken("14:50"), gamma: broken("16:20") };
    await s.judge({ demos, troubles });
    await s.until("13:50");
    expect(s.alert()).toMatchObject({ demo: "acme" });
    expect(s.alert().held["same-root-cause"]).toBeUndefined();
    await s.until("14:30");
    expect(s.alerts().map((each) => each.demo)).toEqual(["acme", "beta"]);
    expect(s.told().filter((each) => each === "raised→owner")).toHaveLength(2);
  });

  it("nobody is sent into a room with a client in it for what can wait", async () => {
    const s = new DeskStory("13:00");
    const demos = [demoAt("now", "12:30", "13:20"), demoAt("next", "16:00", "17:00")];
    await s.judge({ demos, troubles: { next: [{ p: 0.02, actBy: "15:00" }] } });
    await s.until("13:19");
    expect(s.alerts()).toEqual([]);
    await s.until("13:20");
    expect(s.alert().held).toEqual({ "demo-running": 1 });
  });

  it("a flood: ten messages in ten minutes, the rest when there is room again, what cannot wait at once", async () => {
    const s = new DeskStory("12:00");
    const visit = (i: number, actBy: string): { demos: Demo[]; troubles: Record<string, { actBy: string }[]> } => {
      const demo = demoAt(`d${i}`, "14:00", "15:00");
      return { demos: [demo], troubles: { [demo.id]: [{ actBy }] } };
    };
    for (let i = 0; i < 15; i++) await s.judge({ room: `room-${i}`, ...visit(i, "13:10") });
    await s.until("12:01");
    expect(s.told()).toHaveLength(10);
    expect(s.alerts()).toHaveLength(15);
    expect(s.desk.stats()).toMatchObject({ held_over_budget_total: 5 });
    await s.judge({ room: "urgent", card: { ...harbour, floor: "3" }, ...visit(99, "12:05") });
    expect(s.told()).toHaveLength(11);
    const raised = () => s.notifier.sent.filter(({ notice }) => notice.event === "raised");
    await s.until("12:10:59");
    expect(raised()).toHaveLength(11);
    await s.until("12:12");
    // One message for all five, since they are of one floor.
    expect(raised()).toHaveLength(12);
    const { along, cut } = raised().at(-1)?.notice ?? {};
    expect([along?.length, cut]).toEqual([4, undefined]);
    await s.until("12:14");
    expect(raised()).toHaveLength(12);
    expect(s.alerts().every(({ notifications: [sent] }) => sent?.state === "sent")).toBe(true);
  });

  it("a flood that is over: nobody is sent more than anybody reads, and one message tells of all that waited", async () => {
    const s = new DeskStory("12:00");
    const rooms = Array.from({ length: 10 }, (_, i) => `room-${i}`);
    const judge = async (room: string, i: number, p?: number): Promise<void> => {
      const demo = demoAt(`d${i}`, "14:00", "15:00");
      const card = { ...harbour, name: room, floor: String(i) };
      await s.judge({ room, card, demos: [demo], troubles: p === undefined ? {} : { [demo.id]: [{ p }] } });
    };
    for (const [i, room] of rooms.entries()) await judge(room, i, 0.1);
    await s.until("12:03");
    expect(s.told()).toHaveLength(10);
    for (const [i, room] of rooms.entries()) await judge(room, i);
    await s.until("12:09:59");
    expect(s.alerts().map(({ status }) => status)).toEqual(rooms.map(() => "resolved"));
    expect(s.told()).toHaveLength(10);
    expect(s.desk.stats()).toMatchObject({ held_over_budget_total: 10 });
    expect(s.alerts()[0]?.history.at(-1)?.note).toBe("over-budget: owner has been sent as much as anybody reads");
    await s.until("12:40");
    expect(s.told()).toHaveLength(11);
    const { event, alert, over } = s.notifier.sent.at(-1)?.notice ?? {};
    expect([event, over?.length, over?.every(({ status }) => status === "resolved")]).toEqual(["resolved", 9, true]);
    expect(over?.map(({ id }) => id)).not.toContain(alert?.id);
    const ends = s.alerts().map(({ notifications }) => notifications.filter(({ key }) => key.includes(".resolved.")));
    expect(ends.map((each) => each.map(({ state }) => state))).toEqual(rooms.map(() => ["sent"]));
  });

  it("what is over waits behind what is wrong, and goes along with it; what is wrong again is not said to be over", async () => {
    const s = new DeskStory("12:00");
    const judge = async (i: number, p?: number): Promise<void> => {
      const demo = demoAt(`d${i}`, "14:00", "15:00");
      const card = { ...harbour, name: `room-${i}`, floor: String(i) };
      const troubles = p === undefined ? {} : { [demo.id]: [{ p }] };
      await s.judge({ room: `room-${i}`, card, demos: [demo], troubles });
    };
    for (let i = 0; i < 12; i++) await judge(i, 0.1);
    await s.until("12:02");
    await judge(0);
    await judge(1);
    await s.until("12:08");
    await judge(1, 0.1);
    await s.until("12:09:59");
    expect(s.told()).toHaveLength(10);
    await s.until("12:12");
    const news = s.notifier.sent.at(-1)?.notice;
    expect([s.told().length, news?.event, news?.over?.map(({ demo }) => demo)]).toEqual([11, "raised", ["d0"]]);
  });

  it("a flood on many floors: what is of most use first, and what is cut is counted in the message and in the alert", async () => {
    const s = new DeskStory("12:00");
    for (let i = 0; i < 14; i++) {
      const demo = demoAt(`d${i}`, "14:00", "15:00");
      const card = { ...harbour, name: `room-${i}`, floor: String(i) };
      await s.judge({
        room: `room-${i}`,
        card,
        demos: [demo],
        troubles: { [demo.id]: [{ actBy: "13:30", p: 0.25 - i / 100 }] },
      });
    }
    await s.until("12:09");
    expect(s.told()).toHaveLength(10);
    await s.until("12:12");
    expect(s.told()).toHaveLength(11);
    const { alert, cut } = s.notifier.sent.at(-1)?.notice ?? {};
    expect([alert?.demo, cut]).toEqual(["d13", 3]);
    expect(alert?.benefit).toBe(0.88);
    const waiting = s.alerts().find((each) => each.demo === "d12");
    expect(waiting?.held).toEqual({ "over-budget": 1 });
    expect(waiting?.history.at(-1)).toMatchObject({ event: "held" });
  });
});
