import { expect, test } from "vitest";
import { makeBuilding } from "../dev/sample-building.ts";
import { doorWords } from "./door-words.ts";

const now = Date.parse("2026-11-24T07:41:00Z");
const building = makeBuilding(now);
const harbour = building.rooms.find((room) => room.name === "Harbour");
if (harbour === undefined) throw new Error("no Harbour");
const plain = (text: string | undefined): string | undefined => text?.replaceAll("\u00A0", " ");

test("whoever is in is asked to leave in time for the next visit", () => {
  const words = doorWords({ ...harbour, occupied: true }, building.demos, now);
  expect(words.nudge).toEqual({ text: "Please wrap up by 09:15: guests at 09:30." });
  expect(doorWords({ ...harbour, occupied: true }, building.demos, now + 40 * 60_000).nudge).toEqual({
    text: "Please wrap up now: guests at 09:30.",
  });
});

test("an empty room, and one whose visit is far, is asked nothing", () => {
  expect(doorWords({ ...harbour, occupied: false }, building.demos, now).nudge).toBeUndefined();
  expect(doorWords({ ...harbour, occupied: true }, building.demos, now - 30 * 60_000).nudge).toBeUndefined();
});

test("a running visit says until when, and no client is named", () => {
  const words = doorWords(harbour, building.demos, now + 60 * 60_000);
  expect(words).toMatchObject({ word: "In use", sentence: "Client visit until 11:00." });
  expect(plain(words.next)).toBe("Next visit 14:00, in 4 h 19.");
  expect(JSON.stringify(words)).not.toMatch(/Acme|Cyberdyne/);
});

test("the gateway's own word comes first while it holds, and a reset can be reported where one is asked", () => {
  const room = building.rooms.find(({ name }) => name === "Magnolia");
  if (room?.nudge === undefined) throw new Error("the sample has changed");
  const words = doorWords(room, building.demos, now);
  expect([words.nudge?.text, words.mayReset]).toEqual([room.nudge.text, true]);
  const { nudge, ...quiet } = room;
  const later = Date.parse(nudge.until);
  expect(doorWords(quiet, building.demos, now).mayReset).toBe(true);
  expect(doorWords(room, building.demos, later)).toMatchObject({ nudge: undefined, mayReset: false });
  expect(doorWords(harbour, building.demos, now).mayReset).toBe(false);
});
