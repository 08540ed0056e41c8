import { describe, expect, it } from "vitest";
import { acme, demoAt, DeskStory, harbour, wireTime } from "./desk-fixture.ts";

const cold = { troubles: { acme: [{}] } };
const raised = async (): Promise<DeskStory> => {
  const s = new DeskStory("12:50");
  await s.judge(cold);
  return s;
};

describe("the desk's figures", () => {
  it("count what is open now, by how far it is, and what came and went", async () => {
    const s = await raised();
    const beta = demoAt("beta", "15:00", "16:00");
    await s.judge({ room: "lake", demos: [beta], troubles: { beta: [{ actBy: "13:05" }] } });
    expect(s.desk.stats()).toMatchObject({
      open: 2,
      acknowledged: 0,
      raised_total: 2,
      resolved_total: 0,
      reopened_total: 0,
    });
    const id = s.alerts().find(({ demo }) => demo === "acme")?.id;
    await s.reply({ reply: "acknowledge" }, id);
    await s.reply({ reply: "acknowledge" }, "unheard-of");
    expect(s.desk.stats()).toMatchObject({ open: 1, acknowledged: 1, replies_total: 1, replies_unknown_total: 1 });
    await s.judge({});
    await s.until("12:56");
    expect(s.desk.stats()).toMatchObject({ open: 1, resolved: 1, resolved_total: 1 });
    await s.judge(cold);
    await s.until("12:58");
    expect(s.desk.stats()).toMatchObject({ open: 2, resolved: 0, reopened_total: 1, raised_total: 2 });
    await s.judge({ demos: [] });
    await s.judge({ room: "lake", demos: [] });
    await s.until("16:30");
    expect(s.desk.stats()).toMatchObject({ open: 0, resolved: 0, resolved_total: 3, closed_total: 2, rooms_kept: 0 });
    expect(s.alerts()).toEqual([]);
  });

  it("keep nothing of what was never worth an alert", async () => {
    const s = new DeskStory("12:00");
    await s.judge({ troubles: { acme: [{ p: 0.95 }] } });
    await s.judge({});
    await s.until("18:00");
    expect([s.desk.stats()["raised_total"], s.desk.stats()["open"], s.told()]).toEqual([0, 0, []]);
  });
});

describe("a room that is judged as before", () => {
  const demos = [acme];
  it("is looked at again when a window opens or a booking comes, though nothing else has changed", async () => {
    const s = new DeskStory("12:50");
    await s.judge({ ...cold, demos });
    const windows = [{ id: "w", start: wireTime("12:51"), end: wireTime("13:20"), reason: "filter" }];
    const bookings: never[] = [];
    await s.judge({ ...cold, demos, windows, bookings });
    await s.until("13:19");
    expect(s.told()).toEqual(["raised→owner"]);
    await s.judge({ ...cold, demos, windows, bookings: [{ start: wireTime("13:30"), end: wireTime("14:30") }] });
    await s.until("13:21");
    expect(s.alerts().map(({ cause }) => cause)).toContain("conflict");
  });

  it("is looked at again under another card", async () => {
    const s = new DeskStory("12:50");
    const ahu = { demos, troubles: { acme: [{}, { cause: "ahu:ahu-2", p: 0.8 }] } };
    const [windows, bookings] = [[], []];
    await s.judge({ ...ahu, windows, bookings });
    await s.judge({ ...ahu, windows, bookings, card: { ...harbour, name: "Hafen" } });
    await s.judge({ demos, windows, bookings, card: { ...harbour, name: "Hafen" } });
    await s.until("12:57");
    expect(s.notifier.sent.at(-1)?.notice).toMatchObject({ event: "resolved", roomName: "Hafen" });
  });
});

describe("what an alert spoke for", () => {
  it("a cause that many share is told before what it explains, and of a room's causes the most urgent first", async () => {
    const s = new DeskStory("12:50");
    const silent = { outcome: "unknown" as const, since: "11:00", p: 0.2 };
    const troubles = {
      acme: [
        { ...silent, cause: "display:proj-1" },
        { ...silent, cause: "switch:sw-12" },
      ],
    };
    await s.judge({ demos: [acme], troubles });
    expect(s.alerts().map(({ cause }) => cause)).toEqual(["switch:sw-12"]);
    const other = new DeskStory("12:50");
    const late = demoAt("late", "16:00", "17:00");
    await other.judge({
      demos: [late, acme],
      troubles: {
        late: [{ cause: "codec:c", actBy: "12:58", p: 0.01 }],
        acme: [{ cause: "codec:c", actBy: "12:55", p: 0.01 }],
      },
    });
    await other.until("12:51");
    expect(other.alerts().map(({ demo }) => demo)).toEqual(["acme"]);
  });

  it("that a person resolved is held as trusted, and said so", async () => {
    const s = await raised();
    await s.reply({ reply: "resolve" });
    await s.judge({ troubles: { acme: [{ p: 0.05 }] } });
    await s.until("12:52");
    expect(s.alert().held).toMatchObject({ trusted: 1 });
    expect(s.alert().history.map(({ note }) => note)).toContain("trusted: a person said that it is resolved");
  });
});
