import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inHours, startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
let origin: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: IncomingMessage[] = [];

beforeEach(async () => {
  asked.length = 0;
  origin = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/rooms.ics`;
  at = await startTestServer({ feedAddresses: "any" });
});
afterEach(async () => {
  await at.stop();
  origin.closeAllConnections();
  await new Promise((resolve) => origin.close(resolve));
});

interface Event {
  uid: string;
  summary?: string;
  from?: number;
  to?: number;
  location?: string;
  more?: string[];
}
const stamp = (hours: number): string => inHours(hours).replaceAll(/[-:]|\.\d+/g, "");
const calendarOf = (...events: Event[]): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:test",
    ...events.flatMap(({ uid, summary = "Visit of Beta", from = 5, to = 6, location = "Harbour 12F", more = [] }) => [
      "BEGIN:VEVENT",
      `UID:${uid}`,
      `DTSTAMP:${stamp(0)}`,
      `DTSTART:${stamp(from)}`,
      `DTEND:${stamp(to)}`,
      `SUMMARY:${summary}`,
      ...(location === "" ? [] : [`LOCATION:${location}`]),
      ...more,
      "END:VEVENT",
    ]),
    "END:VCALENDAR",
    "",
  ].join("\r\n");

const serve = (text: string, headers: Record<string, string> = {}): void => {
  answer = (_, response) => response.writeHead(200, { "content-type": "text/calendar", ...headers }).end(text);
};
const put = (body: object = {}) =>
  at.call("PUT", "/api/v1/calendars/rooms", { as: "facilities", body: { url, ...body } });
const refresh = () => at.call("POST", "/api/v1/calendars/rooms/refresh", { as: "facilities" });
const titles = (room = "harbour"): string[] =>
  (at.retained("demos", room)?.demos ?? [])
    .filter((demo) => demo.id !== "d1")
    .map((demo) => `${demo.start} ${demo.title}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((text) => text.slice(text.indexOf(" ") + 1));

test("a feed becomes demos on the wire; what is changed, moved, cancelled or gone in it is so here", async () => {
  serve(calendarOf({ uid: "a" }, { uid: "b", summary: "Gamma" }, { uid: "c", summary: "Delta", location: "Lotus" }));
  const first = await put();
  expect(first.body).toMatchObject({
    calendar: { name: "rooms", state: "ok", events: 3, faults: [] },
    report: { added: 3, changed: 0, removed: 0, unchanged: 0, faults: [] },
  });
  expect([titles(), titles("lotus")]).toEqual([["Gamma", "Visit of Beta"], ["Delta"]]);
  serve(
    calendarOf(
      { uid: "a", summary: "Beta, renamed" },
      { uid: "b", summary: "Gamma", more: ["STATUS:CANCELLED"] },
      { uid: "d", summary: "New" },
    ),
  );
  expect((await refresh()).body.report).toMatchObject({ added: 1, changed: 1, removed: 2, unchanged: 0 });
  expect([titles(), titles("lotus")]).toEqual([["Beta, renamed", "New"], []]);
  expect((await refresh()).body.report).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: 2 });
});

test("what people have written on a demo stays when its event moves, and its early arrival moves along", async () => {
  serve(calendarOf({ uid: "a" }));
  await put();
  const { body: demos } = await at.call("GET", "/api/v1/demos?room=hq/harbour", { as: "facilities" });
  const demo = demos.find((one: { source: string }) => one.source === "calendar:rooms") as { id: string };
  await at.call("PUT", `/api/v1/demos/${demo.id}`, {
    as: "facilities",
    body: {
      room: "hq/harbour",
      title: "Visit of Beta",
      account: "Beta",
      start: inHours(5),
      end: inHours(6),
      arrival: inHours(4.75),
      needs: { people: 6 },
    },
  });
  serve(calendarOf({ uid: "a", from: 7, to: 8 }));
  expect((await refresh()).body.report).toMatchObject({ changed: 1, added: 0, removed: 0 });
  const after = await at.call("GET", `/api/v1/demos/${demo.id}`, { as: "facilities" });
  expect(after.body).toMatchObject({
    start: inHours(7),
    arrival: inHours(6.75),
    account: "Beta",
    needs: { people: 6 },
  });
});

test("a marker decides what is a visit; the rest blocks the room without a name", async () => {
  serve(calendarOf({ uid: "a", summary: "[Demo] Beta" }, { uid: "b", summary: "Team lunch", from: 7, to: 8 }));
  await put({ demo_marker: "[demo]" });
  expect(titles()).toEqual(["[Demo] Beta"]);
  const wire = at.retained("demos", "harbour");
  expect(wire?.bookings).toEqual([{ start: inHours(7), end: inHours(8) }]);
  expect(JSON.stringify(wire)).not.toContain("lunch");
  serve(calendarOf({ uid: "a", summary: "[Demo] Beta" }, { uid: "b", summary: "Demo lunch [demo]", from: 7, to: 8 }));
  expect((await refresh()).body.report).toMatchObject({ changed: 1, unchanged: 1, added: 0, removed: 0 });
  expect(at.retained("demos", "harbour")?.bookings).toEqual([]);
});

test("a resource's address names the room, and an event without a room is said so", async () => {
  const resource = 'ATTENDEE;CUTYPE=RESOURCE;CN="Lotus":mailto:lotus@resource.example.com';
  serve(
    calendarOf({ uid: "a", location: "", more: [resource] }, { uid: "b", summary: "Somewhere", location: "The pub" }),
  );
  const { body } = await put();
  expect(titles("lotus")).toEqual(["Visit of Beta"]);
  expect(body.report.faults).toEqual([
    { where: 'event "Somewhere"', why: expect.stringContaining("The pub") as string },
  ]);
});

test("a broken event takes only itself along, with its line; its last good instance stays", async () => {
  serve(calendarOf({ uid: "a", summary: "Alpha" }, { uid: "b", summary: "Beta", from: 7, to: 8 }));
  await put();
  serve(
    calendarOf({ uid: "a", summary: "Alpha" }, { uid: "b", summary: "Beta", from: 7, to: 8 }).replace(
      stamp(7),
      "2026-11-99",
    ),
  );
  const { body } = await refresh();
  expect(body.report.faults[0].where).toMatch(/^line \d+, /);
  expect(titles()).toEqual(["Alpha", "Beta"]);
});

test.each([
  ["an error", (r: ServerResponse) => r.writeHead(500).end("no")],
  ["a page instead of a calendar", (r: ServerResponse) => r.writeHead(200).end("<html><body>Sign in</body></html>")],
  ["nothing at all", (r: ServerResponse) => r.writeHead(200).end()],
  ["a cut connection", (r: ServerResponse) => r.socket?.destroy()],
  ["more than 8 MiB", (r: ServerResponse) => r.writeHead(200).end("X".repeat(9 * 1024 * 1024))],
  [
    "8 MiB in a small parcel",
    (r: ServerResponse) => r.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("X".repeat(9 * 1024 * 1024))),
  ],
  ["redirects without end", (r: ServerResponse) => r.writeHead(302, { location: "/again" }).end()],
  ["a redirect to a file", (r: ServerResponse) => r.writeHead(302, { location: "file:///etc/passwd" }).end()],
])("a feed that answers with %s keeps its last good demos and says what is wrong", async (_, breakIt) => {
  serve(calendarOf({ uid: "a" }));
  await put();
  answer = (__, response) => void breakIt(response);
  const { body } = await refresh();
  expect(body.calendar.state).toBe("failing");
  expect(body.calendar.faults[0].why.length).toBeGreaterThan(10);
  expect(titles()).toEqual(["Visit of Beta"]);
});

test("a feed is asked whether anything has changed, at its interval; a failing one at growing distances", async () => {
  serve(calendarOf({ uid: "a" }), { etag: '"v1"', "last-modified": "Sat, 21 Nov 2026 10:00:00 GMT" });
  await put({ refresh_min: 30 });
  answer = (_, response) => response.writeHead(304).end();
  const minute = 60_000;
  const after = async (ms: number, count: number): Promise<void> => {
    at.clock.advance(ms as never);
    await vi.waitFor(() => expect(asked).toHaveLength(count), { timeout: 5_000 });
    // The timer is set again once the answer has been worked through.
    await vi.waitFor(async () => {
      const { body } = await at.call("GET", "/api/v1/calendars", { as: "facilities" });
      expect(Date.parse(body[0].fetched_at)).toBe(at.clock.now());
    });
  };
  await after(30 * minute, 2);
  expect(asked[1]?.headers).toMatchObject({
    "if-none-match": '"v1"',
    "if-modified-since": "Sat, 21 Nov 2026 10:00:00 GMT",
  });
  expect(titles()).toEqual(["Visit of Beta"]);
  answer = (_, response) => response.writeHead(503).end();
  await after(30 * minute, 3);
  await after(1.1 * minute, 4);
  at.clock.advance((1.5 * minute) as never);
  expect(asked).toHaveLength(4);
  await after(0.7 * minute, 5);
});

test("a calendar that is removed takes its demos along, and no others", async () => {
  serve(calendarOf({ uid: "a" }));
  await put();
  expect((await at.call("DELETE", "/api/v1/calendars/rooms", { as: "facilities" })).status).toBe(204);
  expect(titles()).toEqual([]);
  expect(at.retained("demos", "harbour")?.demos.map((demo) => demo.id)).toEqual(["d1"]);
  expect((await at.call("DELETE", "/api/v1/calendars/rooms", { as: "facilities" })).status).toBe(404);
});

test("no calendar is fetched from this machine or from where clouds keep their secrets, unless it is said so", async () => {
  await at.stop();
  at = await startTestServer();
  serve(calendarOf({ uid: "a" }));
  for (const refused of [
    url,
    url.replace("127.0.0.1", "localhost"),
    "http://169.254.169.254/latest",
    "http://[::1]/",
    "http://0.0.0.0/",
  ]) {
    const { body } = await put({ url: refused });
    expect(body.calendar.state).toBe("failing");
    expect(body.calendar.faults[0].why).toMatch(/may not be fetched/);
  }
  expect(asked).toHaveLength(0);
  expect((await put({ url: "file:///etc/passwd" })).status).toBe(400);
});

test("a CSV adds and changes demos, names each wrong row, and removes only when it is told to and is whole", async () => {
  const csv = (body: string, query = "") =>
    at.call("POST", `/api/v1/demos/import${query}`, {
      as: "facilities",
      body,
      headers: { "content-type": "text/csv" },
    });
  const head = "id,room,title,start,end,people\n";
  const row = (id: string, room: string, from: number) =>
    `${id},${room},${id} visits,${inHours(from)},${inHours(from + 1)},4\n`;
  const first = await csv(head + row("A", "Harbour 12F", 5) + row("B", "lotus", 6) + row("C", "Cellar", 7));
  expect(first.body).toMatchObject({ added: 2, removed: 0 });
  expect(first.body.faults).toEqual([{ where: "line 4, room", why: expect.stringContaining("Cellar") as string }]);
  expect((await csv(head + row("A", "Harbour 12F", 8) + row("X", "Cellar", 1), "?replace=true")).body).toMatchObject({
    changed: 1,
    removed: 0,
  });
  expect((await csv(head + row("A", "Harbour 12F", 8), "?replace=true")).body).toMatchObject({
    unchanged: 1,
    removed: 1,
  });
  expect([titles(), titles("lotus")]).toEqual([["A visits"], []]);
  expect((await csv("")).status).toBe(400);
  const file = await at.call("POST", "/api/v1/demos/import?name=sales", {
    as: "facilities",
    body: calendarOf({ uid: "z", summary: "From a file" }),
    headers: { "content-type": "text/calendar" },
  });
  expect(file.body).toMatchObject({ added: 1, faults: [] });
  expect(titles()).toContain("From a file");
});
