import { afterEach, beforeEach, expect, test } from "vitest";
import { hours } from "#contract/units.ts";
import { cardOf, inHours, seedOf, startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
beforeEach(async () => {
  const seed = seedOf();
  at = await startTestServer({ seed: { ...seed, rooms: [...seed.rooms, { room: "jade", card: cardOf("Jade") }] } });
});
afterEach(() => at.stop());

const titles = (room: string): string[] => (at.retained("demos", room)?.demos ?? []).map((one) => one.title);
const move = (room: string, id = "d1", as: "sales" | "facilities" | "viewer" = "facilities") =>
  at.call("POST", `/api/v1/demos/${id}/move`, { as, body: { room } });

test("a visit is moved: both rooms' demos say so, it remembers where it was, and it is noted", async () => {
  const moved = await move("hq/jade");
  expect(moved.status).toBe(200);
  expect(moved.body).toMatchObject({
    demo: { room_key: "hq/jade", room_name: "Jade", moved_from: "hq/harbour" },
    displaced: [],
  });
  expect([titles("harbour"), titles("jade")]).toEqual([[], ["Acme pitch"]]);
  const [noted] = (await at.call("GET", "/api/v1/audit", { as: "admin" })).body as { action: string; detail: object }[];
  expect(noted).toMatchObject({ action: "demo.move", detail: { from: "hq/harbour", to: "hq/jade", displaced: 0 } });
  const back = await move("hq/harbour");
  expect(back.body.demo.moved_from).toBeUndefined();
  expect([titles("harbour"), titles("jade")]).toEqual([["Acme pitch"], []]);
});

test("a room with another visit or in maintenance then is refused in words; a booking gives way and is told", async () => {
  const other = { room: "hq/jade", title: "Beta", start: inHours(2.5), end: inHours(4) };
  await at.call("POST", "/api/v1/demos", { as: "admin", body: other });
  const taken = await move("hq/jade");
  expect([taken.status, taken.body.code]).toEqual([409, "ROOM_TAKEN"]);
  expect(taken.body.detail).toBe("Jade has another visit from 15:30 to 17:00; choose another room");
  expect(titles("harbour")).toEqual(["Acme pitch"]);
  const window = { room: "hq/lotus", start: inHours(1), end: inHours(2.25), reason: "Lamp" };
  const planned = await at.call("POST", "/api/v1/maintenance", { as: "facilities", body: window });
  expect((await move("hq/lotus")).body.detail).toBe("Lotus is in maintenance from 14:00 to 15:15; choose another room");
  await at.call("DELETE", `/api/v1/maintenance/${planned.body.id}`, { as: "facilities" });
  const booking = { room: "lotus", start: inHours(2.5), end: inHours(3.5) };
  await at.server.load(seedOf({ demos: [], bookings: [booking] }));
  expect((await move("hq/lotus")).body.displaced).toEqual([{ start: inHours(2.5), end: inHours(3.5) }]);
});

test("who may not, what is not there, and what is over are refused", async () => {
  expect((await move("hq/jade", "d1", "viewer")).status).toBe(403);
  expect((await move("hq/jade", "d1", "sales")).status).toBe(403);
  expect((await move("hq/nowhere")).status).toBe(404);
  expect((await move("hq/jade", "nobody")).status).toBe(404);
  expect((await move("hq/harbour")).body.code).toBe("CONFLICT");
  at.clock.advance(hours(4));
  expect((await move("hq/jade")).body.detail).toBe("the visit is over");
});

test("a calendar does not take a moved visit back, until it names another room itself", async () => {
  const utc = (text: string): string => text.replaceAll(/[-:]|\.\d+/g, "");
  const read = (room: string, hour = 5, title = "Kappa") =>
    at.call("PUT", "/api/v1/calendars/sales", {
      as: "facilities",
      body: {
        ics: [
          "BEGIN:VCALENDAR",
          "VERSION:2.0",
          "BEGIN:VEVENT",
          "UID:kappa",
          `SUMMARY:${title}`,
          `LOCATION:${room}`,
          `DTSTART:${utc(inHours(hour))}`,
          `DTEND:${utc(inHours(hour + 1))}`,
          "END:VEVENT",
          "END:VCALENDAR",
        ].join("\r\n"),
      },
    });
  await read("Harbour 12F");
  const id = at.retained("demos", "harbour")?.demos.find(({ title }) => title === "Kappa")?.id ?? "";
  await move("hq/jade", id);
  expect((await read("Harbour 12F")).body.report).toMatchObject({ changed: 0, unchanged: 1 });
  await read("Harbour 12F", 6, "Kappa and Co");
  expect([titles("harbour"), titles("jade")]).toEqual([["Acme pitch"], ["Kappa and Co"]]);
  // At its new hour something else is there: it goes back to where its calendar has it.
  const other = { room: "hq/jade", title: "Beta", start: inHours(8), end: inHours(9) };
  await at.call("POST", "/api/v1/demos", { as: "admin", body: other });
  await read("Harbour 12F", 8);
  expect([titles("harbour"), titles("jade")]).toEqual([["Acme pitch", "Kappa"], ["Beta"]]);
  await move("hq/lotus", id);
  await read("Jade", 11);
  expect([titles("harbour"), titles("jade"), titles("lotus")]).toEqual([["Acme pitch"], ["Beta", "Kappa"], []]);
});
