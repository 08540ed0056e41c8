import { afterEach, beforeEach, expect, test } from "vitest";
import { hours, minutes, seconds } from "#contract/units.ts";
import { type Answer, startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
beforeEach(async () => {
  at = await startTestServer();
});
afterEach(() => at.stop());

const PASSWORD = "correct horse battery";
const addPerson = async (role = "facilities"): Promise<{ id: string; email: string }> => {
  const body = { name: "Fay", email: "Fay@Example.com", role, password: PASSWORD };
  const answer = await at.call("POST", "/api/v1/people", { as: "admin", body });
  expect(answer.status).toBe(201);
  return answer.body;
};
const signIn = (password = PASSWORD, email = "fay@example.com"): Promise<Answer> =>
  at.call("POST", "/api/v1/session", { body: { email, password }, headers: { origin: at.url } });
const cookieOf = (answer: Answer): string => answer.headers.get("set-cookie")?.split(";")[0] ?? "";
const me = (cookie: string): Promise<Answer> => at.call("GET", "/api/v1/me", { headers: { cookie } });
const window = {
  room: "hq/lotus",
  start: "2026-11-22T10:00:00Z",
  end: "2026-11-22T11:00:00Z",
  reason: "Filter",
};

test("e-mail and password give a cookie that scripts cannot read, and it says who one is", async () => {
  await addPerson();
  const answer = await signIn();
  expect(answer.status).toBe(204);
  expect(answer.headers.get("set-cookie")).toMatch(
    /^greenroom=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect((await me(cookieOf(answer))).body).toMatchObject({ email: "fay@example.com", role: "facilities" });
});

test("over TLS the cookie is Secure and bound to the host", async () => {
  await at.stop();
  at = await startTestServer({ publicUrl: "https://rooms.example.com" });
  await addPerson();
  const answer = await at.call("POST", "/api/v1/session", {
    body: { email: "fay@example.com", password: PASSWORD },
    headers: { origin: "https://rooms.example.com" },
  });
  expect(answer.headers.get("set-cookie")).toMatch(/^__Host-greenroom=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  expect(answer.headers.get("strict-transport-security")).toContain("max-age");
});

test("a wrong password, an unknown account and an account without a password get the same answer", async () => {
  await addPerson();
  const noPassword = { name: "Al", email: "al@example.com", role: "sales" };
  await at.call("POST", "/api/v1/people", { as: "admin", body: noPassword });
  const answers = [
    await signIn("wrong"),
    await signIn(PASSWORD, "no@example.com"),
    await signIn(PASSWORD, "al@example.com"),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(answers[0]?.body);
    expect(answer.headers.get("set-cookie")).toBeNull();
  }
});

test("ten wrong passwords close an account for a while, whatever address they come from; a right one clears the count", async () => {
  await addPerson();
  for (let i = 0; i < 9; i += 1) expect((await signIn(`wrong ${i}`)).status).toBe(401);
  expect((await signIn()).status).toBe(204);
  for (let i = 0; i < 10; i += 1) expect((await signIn(`wrong ${i}`)).status).toBe(401);
  const refused = await signIn();
  expect(refused.status).toBe(429);
  expect(refused.body.code).toBe("TOO_FAST");
  at.clock.advance(minutes(15));
  expect((await signIn()).status).toBe(204);
});

test("one address may not try one link or account after the other", async () => {
  const guess = (i: number): Promise<Answer> =>
    at.call("POST", "/api/v1/session/link", {
      body: { token: `a-guess-that-is-long-enough-${i}` },
      headers: { origin: at.url },
    });
  const statuses = (await Promise.all(Array.from({ length: 31 }, (_, i) => guess(i)))).map((answer) => answer.status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(30);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  expect((await signIn("wrong")).status).toBe(429);
});

test("a link that is only looked at is not spent; pressing the button spends it, once", async () => {
  const link = await at.server.signInLink("facilities");
  const path = link.slice(at.url.length);
  const body = new URL(link).searchParams.toString();
  const form = { "content-type": "application/x-www-form-urlencoded", origin: at.url };
  for (let i = 0; i < 3; i += 1) {
    const looked = await at.call("GET", path);
    expect(looked.status).toBe(200);
    expect(looked.headers.get("set-cookie")).toBeNull();
    expect(looked.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(looked.headers.get("referrer-policy")).toBe("same-origin");
  }
  const pressed = await at.call("POST", "/sign-in", { body, headers: form });
  expect(pressed.status).toBe(303);
  expect((await me(cookieOf(pressed))).body.role).toBe("facilities");
  const again = await at.call("POST", "/sign-in", { body, headers: form });
  expect(again.status).toBe(410);
  expect(again.headers.get("set-cookie")).toBeNull();
  expect((await at.call("GET", path)).status).toBe(410);
});

test("of two who press the button at once one gets in", async () => {
  const token = new URL(await at.server.signInLink("sales")).searchParams.get("token");
  const press = (): Promise<Answer> =>
    at.call("POST", "/api/v1/session/link", { body: { token }, headers: { origin: at.url } });
  const statuses = (await Promise.all([press(), press(), press()])).map((answer) => answer.status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 401, 401]);
});

test("a link ends by itself, and another site cannot press the button", async () => {
  const link = await at.server.signInLink("sales");
  const body = new URL(link).searchParams.toString();
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const foreign = await at.call("POST", "/sign-in", { body, headers: { ...form, origin: "https://evil.example" } });
  expect(foreign.status).toBe(403);
  at.clock.advance(hours(25));
  expect((await at.call("POST", "/sign-in", { body, headers: { ...form, origin: at.url } })).status).toBe(410);
});

test("a page on another site cannot change anything in a signed-in person's name", async () => {
  await addPerson();
  const cookie = cookieOf(await signIn());
  const { csrf } = (await me(cookie)).body;
  const change = (headers: Record<string, string>): Promise<Answer> =>
    at.call("POST", "/api/v1/maintenance", { body: window, headers: { cookie, ...headers } });
  expect((await change({ origin: at.url })).status).toBe(403);
  expect((await change({ origin: at.url, "x-csrf-token": "guess" })).status).toBe(403);
  expect((await change({ origin: "https://evil.example", "x-csrf-token": csrf })).status).toBe(403);
  expect((await change({ origin: "null", "x-csrf-token": csrf })).status).toBe(403);
  expect((await change({ "sec-fetch-site": "cross-site", "x-csrf-token": csrf })).status).toBe(403);
  expect((await change({ origin: at.url, "x-csrf-token": csrf })).status).toBe(201);
});

test("another session's token is as good as none", async () => {
  await addPerson();
  const [mine, other] = [cookieOf(await signIn()), cookieOf(await signIn())];
  const { csrf } = (await me(other)).body;
  const headers = { cookie: mine, origin: at.url, "x-csrf-token": csrf as string };
  expect((await at.call("POST", "/api/v1/maintenance", { body: window, headers })).status).toBe(403);
});

test("the cookie's content is renewed; the old one holds for requests under way, and not after", async () => {
  await addPerson();
  const first = cookieOf(await signIn());
  const { csrf } = (await me(first)).body;
  at.clock.advance(hours(1));
  const renewed = await me(first);
  const second = cookieOf(renewed);
  expect(second).not.toBe("");
  expect(second).not.toBe(first);
  expect((await me(second)).body.csrf).toBe(csrf);
  expect((await me(first)).status).toBe(200);
  at.clock.advance(seconds(61));
  expect((await me(first)).status).toBe(401);
  expect((await me(second)).status).toBe(200);
});

test("a session ends by idleness and by age", async () => {
  await addPerson();
  const idle = cookieOf(await signIn());
  let cookie = cookieOf(await signIn());
  for (let day = 0; day < 7; day += 1) {
    const answer = await me(cookie);
    expect(answer.status).toBe(200);
    cookie = cookieOf(answer) || cookie;
    at.clock.advance(hours(23.9));
  }
  expect((await me(cookie)).status).toBe(200);
  at.clock.advance(hours(1));
  expect((await me(cookie)).status).toBe(401);
  expect((await me(idle)).status).toBe(401);
});

test("signing out, a new password, a new role and being disabled end what was open", async () => {
  const { id } = await addPerson();
  const out = cookieOf(await signIn());
  const { csrf } = (await me(out)).body;
  const leave = { cookie: out, origin: at.url, "x-csrf-token": csrf as string };
  expect((await at.call("DELETE", "/api/v1/session", { headers: leave })).status).toBe(204);
  expect((await me(out)).status).toBe(401);
  for (const body of [{ password: "another long one" }, { role: "sales" }, { disabled: true }]) {
    const cookie = cookieOf(await signIn(body.password === undefined ? "another long one" : PASSWORD));
    expect((await me(cookie)).status).toBe(200);
    expect((await at.call("PATCH", `/api/v1/people/${id}`, { as: "admin", body })).status).toBe(200);
    expect((await me(cookie)).status).toBe(401);
  }
  expect((await signIn("another long one")).status).toBe(401);
});

test("signing in over an open session begins a new one", async () => {
  await addPerson();
  const planted = cookieOf(await signIn());
  const answer = await at.call("POST", "/api/v1/session", {
    body: { email: "fay@example.com", password: PASSWORD },
    headers: { origin: at.url, cookie: planted },
  });
  expect(answer.status).toBe(204);
  expect(cookieOf(answer)).not.toBe(planted);
  expect((await me(planted)).status).toBe(401);
});

test("what is kept of passwords, cookies, links and tokens cannot be used", async () => {
  await addPerson();
  const cookie = cookieOf(await signIn());
  const link = new URL(await at.server.signInLink("sales")).searchParams.get("token") ?? "";
  const { openDatabase } = await import("../sqlite/open-database.ts");
  const database = openDatabase(`${at.dataDir}/app.db`, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
  const text = JSON.stringify(tables.map(({ name }) => database.prepare(`SELECT * FROM "${name}"`).all()));
  database.close();
  expect(text).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
  for (const secret of [PASSWORD, cookie.split("=")[1] ?? "", link, at.tokens.admin]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(text).not.toContain(secret);
  }
});

test("too many requests of one principal are sent away, and told when to come again", async () => {
  await at.stop();
  at = await startTestServer({ requestsPerMinute: 50 });
  const many = await Promise.all(Array.from({ length: 60 }, () => at.call("GET", "/api/v1/me", { as: "sales" })));
  const refused = many.filter((answer) => answer.status === 429);
  expect(refused).toHaveLength(10);
  expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await at.call("GET", "/api/v1/me", { as: "facilities" })).status).toBe(200);
  at.clock.advance(minutes(1));
  expect((await at.call("GET", "/api/v1/me", { as: "sales" })).status).toBe(200);
});

test("everything that matters is in the log of who did what", async () => {
  const { id } = await addPerson();
  await signIn("wrong");
  await signIn();
  const { body } = await at.call("GET", "/api/v1/audit", { as: "admin" });
  const actions = (body as { action: string; subject: string }[]).filter((one) => one.subject === id);
  expect(actions.map((one) => one.action)).toEqual(["sign-in", "sign-in.refused", "person.add"]);
  expect(JSON.stringify(body)).not.toContain(PASSWORD);
});
