import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { openDatabase } from "../sqlite/open-database.ts";
import { inHours, startTestServer, type TestServer } from "../test-server.ts";
import { problemOf } from "./problem.ts";

let at: TestServer;
beforeAll(async () => {
  at = await startTestServer();
});
afterAll(() => at.stop());

const demo = { room: "hq/harbour", title: "Beta", start: inHours(5), end: inHours(6) };

test("a body of more than 1 MB is refused before it is read", async () => {
  const { status, body } = await at.call("POST", "/api/v1/demos", {
    as: "admin",
    body: { ...demo, title: "x".repeat(1_100_000) },
  });
  expect(status).toBe(413);
  expect(body.code).toBe("TOO_LARGE");
});

test.each([
  ["not JSON", "{", "application/json"],
  ["an empty body", "", "application/json"],
  ["an array", "[]", "application/json"],
  ["a prototype key", '{"__proto__": {"role": "admin"}, "title": "x"}', "application/json"],
  ["a constructor key", '{"constructor": {"prototype": {"role": "admin"}}, "title": "x"}', "application/json"],
  ["a text", "hello", "text/plain"],
  ["an unknown type", "<a/>", "application/xml"],
  ["deep nesting", "[".repeat(50_000) + "]".repeat(50_000), "application/json"],
  ["a lone surrogate", '{"title": "\\ud800"}', "application/json"],
])("%s gets an answer that says what is wrong", async (_, body, type) => {
  const answer = await at.call("POST", "/api/v1/demos", { as: "admin", body, headers: { "content-type": type } });
  expect([400, 415]).toContain(answer.status);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  expect(answer.body.code).toBe("INPUT_INVALID");
  expect(answer.body.detail.length).toBeGreaterThan(5);
  expect(({} as { role?: string }).role).toBeUndefined();
});

test("every fault of a request is named, with its field", async () => {
  const bad = { room: "nowhere", title: "", start: "today", end: inHours(1), target: 3, value_eur: -1 };
  const { status, body } = await at.call("POST", "/api/v1/demos", { as: "admin", body: bad });
  expect(status).toBe(400);
  const where = (body.errors as { where: string }[]).map((fault) => fault.where);
  expect(where).toEqual(["room", "title", "start", "target", "value_eur"]);
  const late = { ...demo, start: inHours(7), end: inHours(6), arrival: inHours(-20), room: "hq/cellar" };
  const second = await at.call("POST", "/api/v1/demos", { as: "admin", body: late });
  expect((second.body.errors as { where: string }[]).map((fault) => fault.where)).toEqual(["room", "end", "arrival"]);
});

test.each([
  "/api/v1/rooms/hq/..%2f..%2fetc",
  "/api/v1/rooms/hq/agents",
  "/api/v1/rooms/hq/%00",
  "/api/v1/rooms/__proto__/constructor",
  "/api/v1/demos/%2e%2e%2f%2e%2e",
  `/api/v1/demos/${"a".repeat(300)}`,
  "/api/v1/alerts/__proto__",
  "/api/v1/%E0%A4%A",
  "/api/v1/rooms/hq/harbour/history?from=2026-01-01&to=x",
  "/api/v1/rooms/hq/harbour/history?metrics=temperature_f",
  "/api/v1/rooms/hq/harbour/history?points=1e9",
  "/api/v1/demos?limit=-1",
  "/api/v1/demos?mine=perhaps",
])("%s is refused as the caller's fault", async (path) => {
  const { status, body } = await at.call("GET", path, { as: "admin" });
  expect([400, 404, 414]).toContain(status);
  expect(body.code).toMatch(/INPUT_INVALID|NOT_FOUND/);
});

test.each([
  "/../../etc/passwd",
  "/..%2f..%2fetc%2fpasswd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "//etc/passwd",
  "/\\..\\..\\etc",
])("%s shows no file of the machine", async (path) => {
  const text = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(text).toMatch(/^HTTP\/1\.1 (200|400|404)/);
  expect(text).not.toContain("root:");
});

test("requests that are not HTTP, or two in one, do no harm", async () => {
  const smuggled =
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n";
  expect(await raw(smuggled)).toMatch(/^HTTP\/1\.1 400/);
  expect(await raw("\u0016\u0003\u0001 hello")).toMatch(/^HTTP\/1\.1 400/);
  expect(await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
  expect((await at.call("GET", "/healthz")).status).toBe(200);
});

test("an unknown key in a demo is not stored, and a wrong revision header is named", async () => {
  const { status, body } = await at.call("POST", "/api/v1/demos", {
    as: "admin",
    body: { ...demo, id: "mine", owner: "x" },
  });
  expect(status).toBe(201);
  expect(body.id).not.toBe("mine");
  const headers = { "if-match": "seven" };
  const refused = await at.call("PUT", `/api/v1/demos/${body.id}`, { as: "admin", body: demo, headers });
  expect(refused.status).toBe(400);
  expect(refused.body.errors[0].where).toBe("header If-Match");
});

test("every answer carries the headers that keep browsers safe", async () => {
  for (const path of ["/api/v1/rooms", "/healthz", "/", "/api/v1/nothing"]) {
    const { headers } = await at.call("GET", path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("same-origin");
  }
  expect((await at.call("GET", "/api/v1/rooms")).headers.get("content-security-policy")).toContain(
    "default-src 'none'",
  );
  for (const path of ["/", "/sign-in", "/sign-in?token=a-token-that-nobody-has-given", "/api/v1/docs"]) {
    const policy = (await at.call("GET", path)).headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|https?:|wss?:|\*/);
  }
});

test("a browser that asks for an icon by itself gets no error", async () => {
  const { status } = await at.call("GET", "/favicon.ico");
  expect([204, 302]).toContain(status);
});

test("a name that was made to lead to this machine does not open the metrics", async () => {
  const ask = (host: string): Promise<string> =>
    raw(`GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(await ask("evil.example")).toMatch(/^HTTP\/1\.1 403/);
  expect(await ask("localhost:8080")).toMatch(/^HTTP\/1\.1 200/);
  expect(await ask("[::1]:8080")).toMatch(/^HTTP\/1\.1 200/);
});

test("a store that takes no writes still lets people read, and says what it is when they write", async () => {
  const other = await startTestServer();
  const database = openDatabase(join(other.dataDir, "app.db"));
  for (const table of ["api_tokens", "sessions", "demos", "audit"])
    for (const act of ["INSERT", "UPDATE"])
      database.exec(
        `CREATE TRIGGER "no ${act} ${table}" BEFORE ${act} ON ${table} BEGIN SELECT RAISE(ABORT, 'disk'); END`,
      );
  database.close();
  expect((await other.call("GET", "/api/v1/rooms", { as: "sales" })).status).toBe(200);
  expect((await other.call("POST", "/api/v1/demos", { as: "admin", body: demo })).status).toBe(500);
  await other.stop();
  const full = Object.assign(new Error("database or disk is full"), { errcode: 13 });
  expect(problemOf(full, {} as never, silentLog)).toMatchObject({ status: 503, code: "STORE_FULL" });
});

function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(at.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on("data", (chunk) => {
      answer += chunk.toString();
      socket.end();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(answer) : reject(error),
    );
  });
}
