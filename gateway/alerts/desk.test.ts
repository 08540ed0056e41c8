import { describe, expect, it } from "vitest";
import { DeskStory } from "./desk-fixture.ts";

describe("an alert from its raising to its end", () => {
  it("is raised when a sure risk has lasted, told to the owner, and escalates on the act-by clock", async () => {
    const s = new DeskStory("12:00");
    const cold = { troubles: { acme: [{}] } };
    await s.judge(cold);
    expect(s.alerts()).toEqual([]);
    await s.until("12:01");
    expect(s.alert()).toMatchObject({
      status: "open",
      priority: 3,
      title: "Harbour is 18.1 °C, needs 20–24 for Acme 14:00",
      rooms: ["hq/harbour"],
      demo: "acme",
    });
    expect(s.told()).toEqual(["raised→owner"]);
    await s.until("12:36");
    expect(s.told()).toEqual(["raised→owner", "lead→lead"]);
    await s.until("13:10");
    expect(s.told()).toEqual(["raised→owner", "lead→lead", "past_act_by→second"]);
    expect(s.alert()).toMatchObject({ priority: 1, level: 2 });
    await s.until("13:45");
    expect(s.told()).toEqual(["raised→owner", "lead→lead", "past_act_by→second", "offer_move→host"]);
    await s.until("15:00");
    expect(s.alert()).toMatchObject({ status: "resolved" });
    await s.until("15:15");
    expect(s.alerts()).toEqual([]);
    expect(s.notifier.tried.length).toBe(new Set(s.notifier.tried).size);
  });

  it("resolves only after its cause has stayed away, and says so to whom it was told", async () => {
    const s = new DeskStory("12:50");
    await s.judge({ troubles: { acme: [{}] } });
    expect(s.told()).toEqual(["raised→owner"]);
    await s.until("12:52");
    await s.judge({});
    await s.until("12:56:59");
    expect(s.alert().status).toBe("open");
    await s.until("12:57");
    expect(s.alert().status).toBe("resolved");
    expect(s.told()).toEqual(["raised→owner", "resolved→owner"]);
  });

  it("is never raised for a room that no visit needs", async () => {
    const s = new DeskStory("13:05");
    await s.judge({ demos: [], troubles: { acme: [{}] } });
    const judgement = s.judgement({ troubles: { acme: [{}] } });
    s.desk.consider({ ...judgement, demos: [] });
    await s.until("14:00");
    expect(s.alerts()).toEqual([]);
    expect(s.told()).toEqual([]);
  });
});
