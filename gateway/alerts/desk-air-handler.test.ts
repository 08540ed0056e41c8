import { describe, expect, it } from "vitest";
import { demoAt, DeskStory, harbour, type Trouble } from "./desk-fixture.ts";

const card = { ...harbour, ahu: "north" };
const cold: Trouble = { p: 0.2, actBy: "13:10" };
const judge = (s: DeskStory, room: string, troubles: readonly Trouble[]): Promise<void> => {
  const demo = demoAt(`${room}-visit`, "14:00", "15:00");
  return s.judge({ room, card: { ...card, name: room }, demos: [demo], troubles: { [demo.id]: troubles } });
};
const causes = (s: DeskStory): string[] =>
  s
    .alerts()
    .map(({ cause, status, rooms }) => `${cause} ${status} ${rooms.length}`)
    .toSorted();

describe("rooms of one air handler", () => {
  it("that get cold together are one alert, raised for the second of them, and the first is told under it", async () => {
    const s = new DeskStory("12:46");
    await judge(s, "one", [cold]);
    expect(causes(s)).toEqual(["temperature open 1"]);
    await judge(s, "two", [cold]);
    await judge(s, "three", [cold]);
    await s.until("12:50");
    expect(causes(s)).toEqual(["ahu:north open 3", "temperature open 1"]);
    expect(s.told()).toEqual(["raised→owner", "raised→owner"]);
    const alert = s.alerts().find((each) => each.cause === "ahu:north");
    expect(alert?.title).toBe("3 rooms: Air handler north: Room is 18.1 °C, needs 20–24 for one-visit 14:00");
    expect(s.desk.stats()).toMatchObject({ held_same_root_cause_total: 2 });
  });

  it("of which one gets cold have their own trouble", async () => {
    const s = new DeskStory("12:46");
    await judge(s, "one", [cold]);
    for (const room of ["two", "three", "four"]) await judge(s, room, []);
    await s.until("12:50");
    expect(causes(s)).toEqual(["temperature open 1"]);
  });

  it("that fill with people have no common cause, and neither have those that fall silent", async () => {
    const s = new DeskStory("12:46");
    for (const room of ["one", "two"]) await judge(s, room, [{ ...cold, cause: "co2" }]);
    for (const room of ["three", "four"]) await judge(s, room, [{ ...cold, outcome: "unknown", since: "12:00" }]);
    await s.until("12:50");
    expect(causes(s).some((each) => each.startsWith("ahu"))).toBe(false);
  });

  it("are well again: the alert is resolved, and one that stays cold is told by itself", async () => {
    const s = new DeskStory("12:46");
    for (const room of ["one", "two"]) await judge(s, room, [cold]);
    await judge(s, "one", []);
    await s.until("12:52");
    expect(causes(s)).toEqual(["ahu:north open 1", "temperature resolved 1"]);
    await judge(s, "two", []);
    await s.until("12:59");
    expect(causes(s)).toEqual(["ahu:north resolved 1", "temperature resolved 1"]);
  });

  it("taken away, moved to another handler or without visits count no more", async () => {
    const s = new DeskStory("12:46");
    await judge(s, "one", [cold]);
    s.desk.forget("hq", "one");
    await judge(s, "two", [cold]);
    await s.judge({ room: "two", card: { ...card, ahu: "south" }, demos: [] });
    await judge(s, "three", [cold]);
    await s.until("12:50");
    expect(causes(s).some((each) => each.startsWith("ahu"))).toBe(false);
  });
});
