import { expect, test } from "vitest";
import type { RoomView } from "#contract/api/views.ts";
import { makeBuilding } from "../../dev/sample-building.ts";
import { dailyList } from "./daily-list.ts";
import { keptRoom, standbysOf } from "./standbys.ts";
import { wantedOrder } from "./wanted-order.ts";

const now = Date.parse("2026-11-24T07:41:00Z");
const { rooms, demos, alerts } = makeBuilding(now);
const namesOf = (list: readonly RoomView[]): string[] => list.map((room) => room.name);

test("the daily list has what is wrong where no visit comes within a day, blockers first", () => {
  expect(namesOf(dailyList(rooms, demos, now))).toEqual(["Aspen", "Sorrel", "Stanley"]);
});

test("a room leaves it when a visit comes within a day, not when one comes later", () => {
  const [demo] = demos;
  const sorrel = rooms.find((room) => room.room === "sorrel");
  if (demo === undefined || sorrel === undefined) throw new Error("the sample has changed");
  const visit = (hours: number) => ({
    ...demo,
    room_key: sorrel.key,
    arrival: new Date(now + hours * 3_600_000).toISOString(),
    end: new Date(now + (hours + 1) * 3_600_000).toISOString(),
  });
  expect(namesOf(dailyList(rooms, [...demos, visit(23)], now))).toEqual(["Aspen", "Stanley"]);
  expect(namesOf(dailyList(rooms, [...demos, visit(25)], now))).toContain("Sorrel");
  expect(namesOf(dailyList(rooms, [...demos, visit(-2)], now))).toContain("Sorrel");
});

test("what is planned, old or not judged yet is not on it", () => {
  const quiet = rooms.map((room) => ({ ...room, currency: "stale" as const }));
  expect(dailyList(quiet, demos, now)).toEqual([]);
  const maintenance = { id: "m", start: "", end: "", reason: "paint" };
  expect(
    dailyList(
      rooms.map((room) => ({ ...room, maintenance })),
      demos,
      now,
    ),
  ).toEqual([]);
});

test("a room kept in case is no work; it stands with the others by the time of its visit", () => {
  const standbys = standbysOf(alerts);
  expect(new Set(standbys.map((alert) => keptRoom(alert)?.name))).toEqual(new Set(["Hazel", "Maple", "Osprey"]));
  const times = standbys.map(({ act_by }) => Date.parse(act_by));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(wantedOrder(alerts).some(({ id }) => id.startsWith("standby-"))).toBe(false);
});

test("a visit whose own alert is work already is not told again as one that another room is kept for", () => {
  const [standby] = standbysOf(alerts);
  const [other] = alerts.filter((alert) => !alert.cause.startsWith("standby:"));
  if (standby?.demo === undefined || other === undefined) throw new Error("the sample has changed");
  const own = { ...other, id: "own", demo: standby.demo };
  expect(standbysOf([...alerts, own]).map(({ id }) => id)).not.toContain(standby.id);
  expect(standbysOf([...alerts, { ...own, status: "resolved" as const }])).toHaveLength(3);
});
