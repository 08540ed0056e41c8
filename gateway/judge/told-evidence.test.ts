import { expect, it } from "vitest";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import { HouseBench } from "./house-fixture.ts";

const gear = { power_state: "on", lamp_health: "ok" } as const;

/** What is said of a metric in a word on the room. */
const rowIn = ({ evidence }: RoomReadiness, metric: string) => evidence.find((each) => each.metric === metric);

it("is the same row where nothing about it is another, and another where it was heard again", () => {
  const room = new HouseBench();
  room.report({ temperature_c: 21, co2_ppm: 600, ...gear });
  room.passes(30);
  const [power, warmth] = [rowIn(room.readiness, "power_state"), rowIn(room.readiness, "temperature_c")];
  const asItWas = structuredClone(warmth);
  room.passes(30);
  room.report({ temperature_c: 21.5, co2_ppm: 600 });
  room.passes(30);
  expect(rowIn(room.readiness, "power_state")).toBe(power);
  const now = rowIn(room.readiness, "temperature_c");
  expect(now).toMatchObject({ value: 21.5, kind: "known" });
  expect(Date.parse(now?.at ?? "") - Date.parse(warmth?.at ?? "")).toBe(60_000);
  // Others keep what was said: it stays as it was.
  expect(warmth).toEqual(asItWas);
});

it("keeps a stamp that still holds, and tells another kind of word as such", () => {
  const room = new HouseBench();
  room.report({ temperature_c: 21, ...gear });
  room.passes(30);
  const before = rowIn(room.readiness, "power_state");
  room.passes(600);
  const gone = rowIn(room.readiness, "power_state");
  expect(gone).toMatchObject({ kind: "stale", at: before?.at, value: "on" });
  expect(gone?.since).not.toBe(before?.since);
});
