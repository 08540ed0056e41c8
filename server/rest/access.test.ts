import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "#contract/api/views.ts";
import { startTestServer, type TestServer } from "../test-server.ts";
import { access } from "./access.ts";
import { accessOf } from "./gate.ts";

let at: TestServer;
beforeAll(async () => {
  at = await startTestServer();
});
afterAll(() => at.stop());

const roles: readonly Role[] = ["viewer", "sales", "facilities", "admin"];
/** Bodies are left out on purpose: whoever may pass is told that something is missing, whoever may not never gets there. */
const pathOf = (route: string): string =>
  route.replace(":site", "hq").replace(":room", "nowhere").replaceAll(/:\w+/g, "nothing");

const guarded = Object.entries(access).filter(([name, may]) => typeof may !== "string" && !name.endsWith("/live"));

test.each(guarded)("%s lets in whom the table names, and nobody else", async (name, may) => {
  const [method = "", route = ""] = name.split(" ");
  const path = pathOf(route);
  const nobody = await at.call(method, path);
  expect(nobody.status).toBe(401);
  expect(nobody.body.code).toBe("SIGNED_OUT");
  for (const role of roles) {
    const answer = await at.call(method, path, { as: role });
    const isLetIn = (may as readonly Role[]).includes(role);
    if (isLetIn) expect([401, 403]).not.toContain(answer.status);
    else expect(answer.status).toBe(403);
    // A route that the table names but nobody serves would be a promise that nobody keeps.
    if (isLetIn && answer.status === 404) expect(answer.body.detail).not.toContain("There is nothing at");
  }
});

test("every route of the interface's description is in the table", async () => {
  const { body } = await at.call("GET", "/api/v1/openapi.json");
  const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  expect(described.length).toBeGreaterThan(30);
  expect(described.filter((name) => access[name] === undefined)).toEqual([]);
});

test("a route that is not in the table keeps the server from starting", () => {
  expect(() => accessOf("GET", "/api/v1/secrets")).toThrow("no entry");
  expect(() => accessOf("POST", "/anything")).toThrow("no entry");
});

test("metrics are for this machine, or for a token of those who watch over the server", async () => {
  expect((await at.call("GET", "/metrics")).status).toBe(200);
  const proxied = { "x-forwarded-for": "203.0.113.9" };
  expect((await at.call("GET", "/metrics", { headers: proxied })).status).toBe(403);
  expect((await at.call("GET", "/metrics", { headers: proxied, as: "sales" })).status).toBe(403);
  const told = await at.call("GET", "/metrics", { headers: proxied, as: "facilities" });
  expect(told.body).toContain('greenroom_room_outcome{site="hq",room="harbour"} 2');
  expect(told.body).toContain('greenroom_room_next_visit_seconds{site="hq",room="harbour"} 7');
  expect(told.body).not.toMatch(/greenroom_room_act_by_seconds\{|Acme/);
  expect(told.body).toContain("greenroom_http_request_duration_seconds");
});

test("a viewer never gets a client's name, neither listed nor alone nor in a sentence", async () => {
  const everything = await Promise.all(
    ["/api/v1/demos", "/api/v1/demos/d1", "/api/v1/alerts", "/api/v1/rooms"].map((path) =>
      at.call("GET", path, { as: "viewer" }),
    ),
  );
  const text = JSON.stringify(everything.map(({ body }) => body as unknown));
  expect(text).toContain("Client visit");
  for (const name of ["Acme", "Sam Sales", "5000"]) expect(text).not.toContain(name);
  const sales = await at.call("GET", "/api/v1/demos/d1", { as: "sales" });
  expect(sales.body).toMatchObject({ title: "Acme pitch", account: "Acme Ltd", host: "Sam Sales" });
});

test("a token that is unknown or ended is refused, also where none is needed", async () => {
  const wrong = { authorization: "Bearer gr_nothing" };
  expect((await at.call("GET", "/api/v1/rooms", { headers: wrong })).status).toBe(401);
  expect((await at.call("GET", "/api/v1/rooms", { headers: { authorization: "Basic YTpi" } })).status).toBe(401);
  const { body } = await at.call("POST", "/api/v1/tokens", { as: "admin", body: { name: "door", role: "viewer" } });
  const bearer = { authorization: `Bearer ${body.token}` };
  expect((await at.call("GET", "/api/v1/rooms", { headers: bearer })).status).toBe(200);
  const all = await at.call("GET", "/api/v1/tokens", { as: "admin" });
  expect(JSON.stringify(all.body)).not.toContain(body.token);
  const id = all.body.find((token: { name: string }) => token.name === "door").id as string;
  expect((await at.call("DELETE", `/api/v1/tokens/${id}`, { as: "admin" })).status).toBe(204);
  expect((await at.call("GET", "/api/v1/rooms", { headers: bearer })).status).toBe(401);
});
