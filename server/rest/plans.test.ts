import { afterEach, beforeEach, expect, test } from "vitest";
import { parseInstant, seconds } from "#contract/units.ts";
import { cardOf, inHours, START, startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
beforeEach(async () => {
  at = await startTestServer();
});
afterEach(() => at.stop());

const demo = {
  room: "hq/harbour",
  title: "Beta demo",
  account: "Beta",
  start: inHours(5),
  end: inHours(6),
  needs: { people: 4, capabilities: ["display"] },
};
const told = (room = "harbour"): string[] => (at.retained("demos", room)?.demos ?? []).map((one) => one.title);

test("a visit that is added, changed, moved and taken out is so on the wire", async () => {
  const added = await at.call("POST", "/api/v1/demos", { as: "sales", body: demo });
  expect(added.status).toBe(201);
  expect(added.headers.get("location")).toBe(`/api/v1/demos/${added.body.id}`);
  expect(told()).toEqual(["Acme pitch", "Beta demo"]);
  const url = `/api/v1/demos/${added.body.id}`;
  // Screens have been told of it meanwhile; the answer to a change is the change all the same.
  at.clock.advance(seconds(1));
  const moved = await at.call("PUT", url, { as: "facilities", body: { ...demo, room: "hq/lotus" } });
  expect(moved.body).toMatchObject({
    room_key: "hq/lotus",
    room_name: "Lotus",
    arrival: inHours(5),
    needs: demo.needs,
  });
  expect([told(), told("lotus")]).toEqual([["Acme pitch"], ["Beta demo"]]);
  expect((await at.call("DELETE", url, { as: "facilities" })).status).toBe(204);
  expect(told("lotus")).toEqual([]);
  expect((await at.call("GET", url, { as: "sales" })).status).toBe(404);
});

test("of two who edit one visit the second is told, and nothing is overwritten", async () => {
  const { body, headers } = await at.call("POST", "/api/v1/demos", { as: "admin", body: demo });
  const url = `/api/v1/demos/${body.id}`;
  const seen = { "if-match": headers.get("etag") ?? "" };
  const first = await at.call("PUT", url, { as: "admin", body: { ...demo, title: "First" }, headers: seen });
  expect(first.headers.get("etag")).toBe('"2"');
  const second = await at.call("PUT", url, { as: "admin", body: { ...demo, title: "Second" }, headers: seen });
  expect(second.status).toBe(409);
  expect(second.body.code).toBe("CONFLICT");
  expect((await at.call("GET", url, { as: "admin" })).body.title).toBe("First");
});

test("sales change their own visits and no others", async () => {
  const others = await at.call("PUT", "/api/v1/demos/d1", { as: "sales", body: { ...demo, title: "Mine now" } });
  expect(others.status).toBe(403);
  expect((await at.call("DELETE", "/api/v1/demos/d1", { as: "sales" })).status).toBe(403);
  expect(told()).toEqual(["Acme pitch"]);
});

test("a person's visits are those that they made or host", async () => {
  const person = { name: "Sam Sales", email: "sam@example.com", role: "sales", password: "long enough for this" };
  await at.call("POST", "/api/v1/people", { as: "admin", body: person });
  const origin = { origin: at.url };
  const session = await at.call("POST", "/api/v1/session", {
    body: { email: person.email, password: person.password },
    headers: origin,
  });
  const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
  const { csrf } = (await at.call("GET", "/api/v1/me", { headers: { cookie } })).body;
  const mine = { cookie, ...origin, "x-csrf-token": csrf as string };
  expect((await at.call("POST", "/api/v1/demos", { body: demo, headers: mine })).body.mine).toBe(true);
  await at.call("POST", "/api/v1/demos", { as: "admin", body: { ...demo, title: "Another's", start: inHours(5.5) } });
  const list = await at.call("GET", "/api/v1/demos?mine=true", { headers: { cookie } });
  expect((list.body as { title: string }[]).map((one) => one.title)).toEqual(["Acme pitch", "Beta demo"]);
});

test("visits are listed for any span, far ahead and long ago, and say what is known", async () => {
  const far = { ...demo, title: "Far", start: inHours(24 * 30), end: inHours(24 * 30 + 1) };
  await at.call("POST", "/api/v1/demos", { as: "admin", body: far });
  const near = await at.call("GET", "/api/v1/demos", { as: "sales" });
  expect((near.body as { title: string }[]).map((one) => one.title)).toEqual(["Acme pitch"]);
  const all = await at.call("GET", `/api/v1/demos?from=${inHours(0)}&to=${inHours(24 * 60)}`, { as: "sales" });
  expect((all.body as { title: string }[]).map((one) => one.title)).toEqual(["Acme pitch", "Far"]);
  expect(all.body[1]).toMatchObject({ status: "unknown", sentence: "Judged from 48 h before it starts." });
  const lotus = await at.call("GET", `/api/v1/demos?room=hq/lotus`, { as: "sales" });
  expect(lotus.body).toEqual([]);
});

test("a card that is written is on the wire, checked, versioned, and a room that is taken out is gone from it", async () => {
  const card = cardOf("Peak", { zone: "Asia/Tokyo" });
  const put = await at.call("PUT", "/api/v1/rooms/hq/peak", {
    as: "facilities",
    body: card,
    headers: { "if-match": '"0"' },
  });
  expect(put.status).toBe(200);
  expect(at.retained("card", "peak")).toEqual(card);
  const bad = { ...card, zone: "Mars/Olympus", devices: [...card.devices, ...card.devices] };
  const refused = await at.call("PUT", "/api/v1/rooms/hq/peak", { as: "facilities", body: bad });
  expect(refused.body.errors.map((fault: { where: string }) => fault.where)).toEqual(["zone", "devices.1.device"]);
  const late = await at.call("PUT", "/api/v1/rooms/hq/peak", {
    as: "admin",
    body: card,
    headers: { "if-match": '"0"' },
  });
  expect(late.status).toBe(409);
  expect((await at.call("DELETE", "/api/v1/rooms/hq/peak", { as: "admin" })).status).toBe(204);
  for (const kind of ["card", "demos", "maintenance"] as const) expect(at.retained(kind, "peak")).toBeUndefined();
  expect((await at.call("GET", "/api/v1/rooms/hq/peak", { as: "admin" })).status).toBe(404);
});

test("maintenance is planned, told, changed and taken out", async () => {
  const body = { room: "hq/lotus", start: inHours(1), end: inHours(2), reason: "Filter change" };
  const added = await at.call("POST", "/api/v1/maintenance", { as: "facilities", body });
  expect(added.status).toBe(201);
  expect(at.retained("maintenance", "lotus")?.windows).toMatchObject([{ id: added.body.id, reason: "Filter change" }]);
  const url = `/api/v1/maintenance/${added.body.id}`;
  const moved = await at.call("PUT", url, { as: "facilities", body: { ...body, end: inHours(3) } });
  expect(moved.body).toMatchObject({ end: inHours(3), revision: 2, room: "hq/lotus" });
  expect((await at.call("GET", "/api/v1/maintenance", { as: "viewer" })).body).toEqual([moved.body]);
  expect((await at.call("DELETE", url, { as: "facilities" })).status).toBe(204);
  expect(at.retained("maintenance", "lotus")?.windows).toEqual([]);
  const wrong = await at.call("POST", "/api/v1/maintenance", { as: "admin", body: { ...body, end: inHours(0) } });
  expect(wrong.body.errors[0].where).toBe("end");
});

test("agents get a key once; it is verified, listed without it, and ended", async () => {
  const body = { agent: "pi-3", rooms: ["hq/harbour"] };
  const made = await at.call("POST", "/api/v1/agents", { as: "facilities", body });
  expect(made.status).toBe(201);
  expect(made.body.key).toMatch(/^gra_/);
  const { agentKeys } = at.server;
  expect(await agentKeys.verify("pi-3", made.body.key)).toEqual({ rooms: ["hq/harbour"] });
  expect(await agentKeys.verify("pi-3", `${made.body.key}x`)).toBeUndefined();
  expect(await agentKeys.verify("pi-4", made.body.key)).toBeUndefined();
  const list = await at.call("GET", "/api/v1/agents", { as: "facilities" });
  expect(list.body).toMatchObject([{ agent: "pi-3", rooms: ["hq/harbour"], state: "never", devices: 0 }]);
  const ended: string[] = [];
  at.server.onAgentRevoked((agent) => ended.push(agent));
  expect((await at.call("DELETE", "/api/v1/agents/pi-3", { as: "facilities" })).status).toBe(204);
  expect(ended).toEqual(["pi-3"]);
  expect(await agentKeys.verify("pi-3", made.body.key)).toBeUndefined();
  const nowhere = await at.call("POST", "/api/v1/agents", {
    as: "facilities",
    body: { ...body, rooms: ["hq/cellar"] },
  });
  expect(nowhere.body.errors[0].why).toContain("hq/cellar");
});

test("a panel gets a key that only reads: the door signs of its rooms, or what Home Assistant looks for", async () => {
  const add = (body: object) =>
    at.call("POST", "/api/v1/agents", { as: "facilities", body: { agent: "signs", ...body } });
  const made = await add({ reads: "door-signs", rooms: ["hq/harbour"] });
  expect(made.status).toBe(201);
  const granted = await at.server.agentKeys.verify("signs", made.body.key);
  expect(granted).toMatchObject({ rooms: [], role: "panel" });
  expect(granted?.topics).toContain("greenroom/v1/hq/harbour/door");
  const [view] = (await at.call("GET", "/api/v1/agents", { as: "facilities" })).body;
  expect(view).toMatchObject({ agent: "signs", role: "panel", topics: granted?.topics });
  expect((await add({ reads: "home-assistant", rooms: ["hq/harbour"] })).status).toBe(400);
  expect((await add({ reads: "everything" })).status).toBe(400);
  expect((await add({})).body.errors[0]).toMatchObject({ where: "rooms" });
});

test("people are added once, changed with care, and nobody loses the last way in by their own hand", async () => {
  const body = { name: "Ann", email: "ann@example.com", role: "viewer" };
  const added = await at.call("POST", "/api/v1/people", { as: "admin", body });
  expect(added.body).toMatchObject({ ...body, disabled: false, has_password: false });
  expect(
    (await at.call("POST", "/api/v1/people", { as: "admin", body: { ...body, email: "ANN@example.com" } })).status,
  ).toBe(409);
  expect((await at.call("POST", "/api/v1/people", { as: "admin", body: { ...body, password: "short" } })).status).toBe(
    400,
  );
  const link = await at.call("POST", `/api/v1/people/${added.body.id}/link`, { as: "admin" });
  expect(link.body.url).toContain(`${at.url}/sign-in?token=`);
  const list = await at.call("GET", "/api/v1/people", { as: "facilities" });
  expect(list.body).toEqual([added.body]);
});

test("times are told in UTC with milliseconds, whatever zone they came in", async () => {
  const body = { ...demo, start: "2026-11-21T20:00:00+01:00", end: "2026-11-21T21:30:00+01:00" };
  const { body: added } = await at.call("POST", "/api/v1/demos", { as: "admin", body });
  expect(added).toMatchObject({ start: "2026-11-21T19:00:00.000Z", end: "2026-11-21T20:30:00.000Z" });
  expect(parseInstant(added.start)).toBeGreaterThan(START);
});
