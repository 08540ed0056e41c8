import { describe, expect, it } from "vitest";
import type { Alternative } from "#contract/messages/alert.ts";
import { acme, clockTime, demoAt, DeskStory, wireTime } from "./desk-fixture.ts";
import type { FindAlternatives } from "./moves.ts";

const other = (room: string, p_ready = 0.95): Alternative => ({
  room: `hq/${room}`,
  name: room,
  floor: "12",
  p_ready,
  fit: 1,
  storeys: 0,
  displaces: 0,
});
/** Offers these rooms, but for those that are kept for others. */
const offering =
  (...rooms: Alternative[]): FindAlternatives =>
  ({ isFree }) => {
    const span = { start: clockTime("14:00"), end: clockTime("15:00") };
    return rooms.filter(({ room }) => isFree(room, span));
  };
const begin = (start = "12:50"): DeskStory => {
  const s = new DeskStory(start);
  s.alternatives = offering(other("pine"), other("oak", 0.8));
  return s;
};
const cold = { troubles: { acme: [{}] } };
const kept = (s: DeskStory, demo: string): string | undefined =>
  s
    .alerts()
    .find((alert) => alert.demo === demo)
    ?.alternatives?.find((each) => each.held_until !== undefined)?.room;

describe("another room for a visit at risk", () => {
  it("is named from the start, and kept once the room itself cannot be mended in time", async () => {
    const s = begin();
    await s.judge(cold);
    expect(s.alert().alternatives?.map((each) => each.name)).toEqual(["pine", "oak"]);
    expect(kept(s, "acme")).toBeUndefined();
    await s.until("13:11");
    expect(s.alert().alternatives?.[0]).toMatchObject({ room: "hq/pine", held_until: wireTime("14:15") });
    expect(s.alert().members?.[0]?.alternative?.room).toBe("hq/pine");
    expect(s.alert().history.map(({ note }) => note)).toContain("pine is kept for Acme");
    expect(s.desk.stats()).toMatchObject({ rooms_kept: 1 });
  });

  it("is on the wire at once when another one is kept in its place", async () => {
    const s = begin();
    await s.judge(cold);
    await s.until("13:11");
    expect(kept(s, "acme")).toBe("hq/pine");
    s.alternatives = offering(other("oak", 0.8));
    await s.until("13:14:30");
    await s.reply({ reply: "acknowledge" });
    await s.until("13:15");
    expect(kept(s, "acme")).toBe("hq/oak");
  });

  it("is never offered to two visits at once; what is left goes to the second", async () => {
    const s = begin("13:20");
    await s.judge(cold);
    const beta = demoAt("beta", "14:30", "15:30");
    await s.judge({ room: "lake", demos: [beta], troubles: { beta: [{ actBy: "13:15" }] } });
    expect([kept(s, "acme"), kept(s, "beta")]).toEqual(["hq/pine", "hq/oak"]);
    const gamma = demoAt("gamma", "14:15", "14:45");
    await s.judge({ room: "hill", demos: [gamma], troubles: { gamma: [{ actBy: "13:15" }] } });
    expect(kept(s, "gamma")).toBeUndefined();
    expect(s.alerts().find((alert) => alert.demo === "gamma")?.alternatives).toEqual([]);
  });

  it("is free again once the alert is resolved", async () => {
    const s = begin("13:20");
    await s.judge(cold);
    await s.judge({ troubles: {} });
    await s.until("13:26");
    expect(s.alert().status).toBe("resolved");
    expect(s.alert().alternatives?.every((each) => each.held_until === undefined)).toBe(true);
    expect(s.alert().members?.[0]?.alternative).toBeUndefined();
    const beta = demoAt("beta", "14:30", "15:30");
    await s.judge({ room: "lake", demos: [beta], troubles: { beta: [{ actBy: "13:15" }] } });
    expect(kept(s, "beta")).toBe("hq/pine");
  });

  it("stays kept over a restart", async () => {
    const s = begin("13:20");
    await s.judge(cold);
    await s.restart();
    const beta = demoAt("beta", "14:30", "15:30");
    await s.judge({ room: "lake", demos: [beta], troubles: { beta: [{ actBy: "13:15" }] } });
    expect([kept(s, "acme"), kept(s, "beta")]).toEqual(["hq/pine", "hq/oak"]);
    await s.judge(cold);
    expect(kept(s, "acme")).toBe("hq/pine");
  });

  it("changes when the kept one gets worse, and not for a little", async () => {
    const s = begin("13:20");
    await s.judge(cold);
    s.alternatives = offering(other("oak", 0.97), other("pine", 0.9));
    await s.until("13:31");
    expect(kept(s, "acme")).toBe("hq/pine");
    s.alternatives = offering(other("oak", 0.97), other("pine", 0.6));
    await s.until("13:41");
    expect(kept(s, "acme")).toBe("hq/oak");
  });

  it("is kept for every visit of a shared cause", async () => {
    const s = begin("13:20");
    const agent = { cause: "agent:pi-3", remedy: "move" };
    await s.judge({ demos: [acme], troubles: { acme: [agent] } });
    const beta = demoAt("beta", "14:30", "15:30");
    await s.judge({ room: "lake", demos: [beta], troubles: { beta: [agent] } });
    await s.until("13:31");
    expect(s.alert().members?.map((each) => each.alternative?.room)).toEqual(["hq/pine", "hq/oak"]);
  });

  it("is the same one for two causes of one visit", async () => {
    const s = begin("13:20");
    await s.judge({ troubles: { acme: [{}, { cause: "co2" }] } });
    expect(s.alerts().map((alert) => alert.alternatives?.[0]?.room)).toEqual(["hq/pine", "hq/pine"]);
    expect(s.desk.stats()).toMatchObject({ rooms_kept: 1 });
  });
});

describe("a cause that the room's own panel asks to mend", () => {
  it("calls nobody while that may still help, and says so", async () => {
    const s = begin("13:35");
    s.nudgedSince = clockTime("13:35");
    const stay = { troubles: { acme: [{ cause: "occupied", p: 0.2, p_mended: 0.8, actBy: "13:46" }] } };
    await s.judge(stay);
    await s.until("13:45:59");
    expect(s.alerts()).toEqual([]);
    expect(s.desk.stats()).toMatchObject({ held_nudged_total: 1 });
    await s.until("13:46");
    expect(s.alert().held).toEqual({ nudged: 1 });
  });
});
