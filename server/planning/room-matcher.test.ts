import { expect, test } from "vitest";
import { cardOf } from "../test-server.ts";
import { RoomMatcher } from "./room-matcher.ts";

const room = (key: string, name: string, more = {}) => {
  const [site = "", id = ""] = key.split("/");
  return { key, site, room: id, card: { ...cardOf(name), ...more }, revision: 1 };
};
const matcher = new RoomMatcher([
  room("hq/harbour", "Harbour 12F", { aliases: ["Hafen", "room-1042"] }),
  room("hq/harbour-view", "Harbour View"),
  room("hq/lotus", "Lotus"),
  room("lab/lotus", "Lotus"),
]);

test.each([
  ["hq/harbour", "hq/harbour"],
  ["harbour", "hq/harbour"],
  ["  Harbour 12F ", "hq/harbour"],
  ["HAFEN", "hq/harbour"],
  ["room-1042@resource.example.com", "hq/harbour"],
  ["mailto:harbour-view@example.com", "hq/harbour-view"],
  ["Headquarters, Harbour View (12th floor)", "hq/harbour-view"],
  ["Meeting in Hafen, bring coffee", "hq/harbour"],
  ["lab/lotus", "lab/lotus"],
])("%s is %s", (text, key) => {
  expect(matcher.find([text])).toEqual({ key });
});

test("the first text that names a room counts, also when others name none", () => {
  expect(matcher.find(["Berlin", "", "hq/lotus"])).toEqual({ key: "hq/lotus" });
});

test("what could be two rooms, or none, is said so", () => {
  expect(matcher.find(["Lotus"])).toEqual({ why: '"Lotus" could be hq/lotus or lab/lotus: use site/room' });
  expect(matcher.find(["The pub"])).toEqual({ why: '"The pub" is no room, nor an alias of one' });
  expect(matcher.find(["", " "])).toEqual({ why: "names no room" });
  expect(matcher.find(["harbourmaster"])).toHaveProperty("why");
});
