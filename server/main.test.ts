import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import type { PublishOptions } from "#contract/bus.ts";
import { GreenroomError } from "#contract/errors.ts";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import { hours, later, rfc3339, seconds } from "#contract/units.ts";
import { publish, unpublish } from "#contract/wire.ts";
import { startServer } from "./main.ts";
import { openStore } from "./store/open-store.ts";
import { retentionOf } from "./store/retention.ts";
import { inHours, readinessOf, say, seedOf, SITE, START, startTestServer, type TestServer } from "./test-server.ts";

const folders: string[] = [];
const running: { stop(): Promise<void> }[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "greenroom-main-"));
  folders.push(made);
  return made;
};
const start = async (options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> => {
  const at = await startTestServer(options);
  running.push(at);
  return at;
};
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

const alertAt = (status: "open" | "resolved") => ({
  id: "a1",
  at: rfc3339(START),
  cause: "temperature",
  title: "Cold",
  sentence: "Heat it.",
  demo: "d1",
  rooms: ["hq/harbour"],
  status,
  priority: 2,
  raised_at: rfc3339(START),
  act_by: inHours(1),
  p_ready: 0.5,
  steps: [],
  level: 0,
  notifications: [],
  history: [],
  held: {},
});

test("a site that is loaded is on the wire, in the store and on screens; loading it again changes nothing", async () => {
  const at = await start({ seed: null });
  expect(at.server.isEmpty()).toBe(true);
  const seed = seedOf({
    bookings: [{ room: "hq/lotus", start: inHours(1), end: inHours(2) }],
    maintenance: [{ room: "hq/lotus", start: inHours(3), end: inHours(4), reason: "Filter" }],
    people: [{ name: "Sam", email: "sam@example.com", role: "sales" }],
  });
  await at.server.load(seed);
  await at.server.load(seed);
  expect(at.server.isEmpty()).toBe(false);
  expect(at.retained("card", "harbour")?.name).toBe("Harbour 12F");
  expect(at.retained("demos", "harbour")?.demos).toMatchObject([{ id: "d1", account: "Acme Ltd" }]);
  expect(at.retained("demos", "lotus")?.bookings).toHaveLength(1);
  expect(at.retained("maintenance", "lotus")?.windows).toHaveLength(1);
  expect((await at.call("GET", "/api/v1/people", { as: "admin" })).body).toHaveLength(1);
});

/** A bus whose replies do not get through. */
class NoReplies extends MemoryBus {
  isCut = false;
  override publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void> {
    if (this.isCut && topic.endsWith("/reply")) return Promise.reject(new GreenroomError("LINK_DOWN", "no link"));
    return super.publish(topic, payload, options);
  }
}

test("a reply goes out on the wire by name, and while the broker is away it is refused, not lost", async () => {
  const broker = new MemoryBroker();
  const bus = new NoReplies(broker);
  const at = { ...(await start({ bus })), bus: new MemoryBus(broker) };
  await say(at, "alert", "harbour", alertAt("open"), "a1");
  const heard: unknown[] = [];
  await at.bus.subscribe("greenroom/v1/+/+/alerts/+/reply", (message) =>
    heard.push(JSON.parse(new TextDecoder().decode(message.payload))),
  );
  const reply = (body: object) => at.call("POST", "/api/v1/alerts/a1/reply", { as: "facilities", body });
  expect((await reply({ reply: "acknowledge", note: "On my way" })).status).toBe(202);
  expect(heard).toMatchObject([{ reply: "acknowledge", by: "test facilities", note: "On my way" }]);
  expect((await reply({ reply: "acknowledge", found: "mended" })).body.errors[0].where).toBe("found");
  expect((await reply({ reply: "resolve", found: "a ghost" })).status).toBe(400);
  expect((await reply({ reply: "resolve", found: "nothing_wrong" })).status).toBe(202);
  expect(heard.at(-1)).toMatchObject({ reply: "resolve", found: "nothing_wrong" });
  expect((await reply({ reply: "assign" })).body.errors[0].where).toBe("assignee");
  expect((await reply({ reply: "snooze", until: inHours(-1) })).body.errors[0].where).toBe("until");
  const other = await at.call("POST", "/api/v1/alerts/a2/reply", { as: "facilities", body: { reply: "resolve" } });
  expect(other.status).toBe(404);
  bus.isCut = true;
  const refused = await reply({ reply: "resolve" });
  expect([refused.status, refused.body.code]).toEqual([503, "LINK_DOWN"]);
  expect(heard).toHaveLength(2);
});

test("an alert stays in the list after the wire has forgotten it, also when that happened while the server was down", async () => {
  const at = await start();
  await say(at, "alert", "harbour", alertAt("open"), "a1");
  at.clock.advance(seconds(1));
  await say(at, "alert", "harbour", alertAt("resolved"), "a1");
  await unpublish(at.bus, "alert", { site: SITE, room: "harbour", id: "a1" });
  at.clock.advance(seconds(1));
  const list = (query: string) => at.call("GET", `/api/v1/alerts${query}`, { as: "facilities" });
  await expect
    .poll(async () => (await list("?state=all&room=hq/harbour")).body)
    .toMatchObject([{ id: "a1", status: "resolved" }]);
  expect((await list("")).body).toEqual([]);
  expect((await at.call("GET", "/api/v1/alerts/a1", { as: "sales" })).body.status).toBe("resolved");

  const dataDir = folder();
  const store = await openStore(dataDir, { clock: at.clock });
  await store.rooms.put(SITE, "harbour", seedOf().rooms[0]?.card as never);
  await store.alerts.put("hq/harbour", alertAt("open"));
  await store.close();
  await start({ dataDir, seed: null, clock: at.clock });
  const again = await openStore(dataDir);
  expect(await again.alerts.open()).toEqual([]);
  await again.close();
});

test("what is known when a client walks in is frozen into a receipt, and becomes the room's record", async () => {
  const at = await start();
  const demo = {
    demo: "d1",
    start: inHours(2),
    arrival: inHours(2),
    end: inHours(3),
    status: "ready" as const,
    sentence: "Ready.",
    verdict: readinessOf(START).now,
    p_ready: 0.97,
    basis: "prior" as const,
    causes: [],
  };
  at.clock.advance(hours(1.9));
  await say(at, "readiness", "harbour", readinessOf(at.clock.now(), { demos: [demo] }));
  at.clock.advanceTo(later(START, hours(2)));
  const receipt = () => at.call("GET", "/api/v1/demos/d1/receipt", { as: "sales" });
  await expect.poll(async () => (await receipt()).body).toMatchObject({ demo: "d1", status: "ready", p_ready: 0.97 });
  await say(at, "readiness", "harbour", readinessOf(at.clock.now(), { demos: [{ ...demo, status: "not_ready" }] }));
  at.clock.advance(hours(0.1));
  expect((await receipt()).body.status).toBe("ready");
  const body = { start: inHours(30), end: inHours(31), needs: {} };
  const promise = await at.call("POST", "/api/v1/promise", { as: "sales", body: { ...body, room: "hq/harbour" } });
  expect(promise.body.asked.reason).toBe("1 of the last 1 visits started ready.");
  expect(promise.body.options.map((option: { room: { key: string } }) => option.room.key)).toEqual(["hq/lotus"]);
  const past = { ...body, start: inHours(-2), end: inHours(-1) };
  expect((await at.call("POST", "/api/v1/promise", { as: "sales", body: past })).status).toBe(400);
});

test("a port that is taken is said so, and leaves nothing open behind", async () => {
  const at = await start();
  const port = Number(new URL(at.url).port);
  await expect(start({ port, dataDir: folder(), seed: null })).rejects.toMatchObject({ code: "PORT_IN_USE" });
});

test("ready means store and broker are there", async () => {
  let isUp = true;
  const at = await start({ brokerConnected: () => isUp });
  expect((await at.call("GET", "/readyz")).status).toBe(200);
  isUp = false;
  const answer = await at.call("GET", "/readyz");
  expect(answer.status).toBe(503);
  expect(answer.body.checks).toEqual({ store: "ok", broker: "away", history: "ok" });
  expect((await at.call("GET", "/healthz")).status).toBe(200);
});

test("the application's files: hashed ones for ever, packed where there is a packed one, and its page for its own addresses", async () => {
  const webDir = folder();
  mkdirSync(join(webDir, "assets"));
  writeFileSync(join(webDir, "index.html"), "<!doctype html><title>The app</title>");
  writeFileSync(join(webDir, "assets", "app-abc123.js"), "export {}");
  writeFileSync(join(webDir, "assets", "app-abc123.js.gz"), gzipSync("export {}"));
  writeFileSync(join(webDir, "icon.svg"), "<svg/>");
  const at = await start({ webDir });
  const script = await at.call("GET", "/assets/app-abc123.js");
  expect(script.status).toBe(200);
  expect(script.headers.get("cache-control")).toContain("immutable");
  expect(script.headers.get("content-encoding")).toBe("gzip");
  expect(script.body).toBe("export {}");
  expect((await at.call("GET", "/icon.svg")).headers.get("cache-control")).toBe("public, max-age=300");
  for (const path of ["/", "/today", "/rooms/hq/harbour?tab=why", "/sign-in", "/index.html"]) {
    const page = await at.call("GET", path);
    expect([page.status, page.body]).toEqual([200, "<!doctype html><title>The app</title>"]);
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  }
  expect((await at.call("GET", "/assets/gone-1.js")).status).toBe(404);
  expect((await at.call("POST", "/today")).status).toBe(404);
});

test("a second process makes tokens and links while the server runs", async () => {
  const at = await start();
  const module = (path: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, path)).href);
  const script = `
    import { openStore } from ${module("store/open-store.ts")};
    import { createApiToken } from ${module("people/api-tokens.ts")};
    import { createSignInLink } from ${module("people/sign-in-link.ts")};
    const store = await openStore(process.argv[1]);
    console.log(await createApiToken(store, { role: "facilities", name: "command line" }));
    console.log(await createSignInLink(store, { role: "sales" }));
    await store.close();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, at.dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(line);
  const [token = "", link = ""] = lines;
  const me = await at.call("GET", "/api/v1/me", { headers: { authorization: `Bearer ${token}` } });
  expect(me.body).toMatchObject({ name: "command line", role: "facilities" });
  expect(link).toMatch(/^\/sign-in\?token=/);
});

test("kill -9 loses nothing that was committed", async () => {
  const dataDir = folder();
  const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, "store/open-store.ts")).href);
  const script = `
    import { openStore } from ${module};
    const store = await openStore(process.argv[1]);
    for (let i = 0; ; i += 1) {
      await store.transaction(async (tx) => {
        for (const part of ["a", "b"])
          await tx.demos.add({ id: part + i, site: "hq", room: "x", title: "t", needs: {}, source: "api", start_ms: i, arrival_ms: i, end_ms: i + 1 });
      });
      process.stdout.write(i + "\\n");
    }`;
  for (let round = 0; round < 3; round += 1) {
    rmSync(dataDir, { recursive: true, force: true });
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let last = -1;
    for await (const line of createInterface(child.stdout)) {
      last = Number(line);
      if (last === 50 + round * 37) child.kill("SIGKILL");
    }
    const store = await openStore(dataDir);
    const found = new Set((await store.demos.ofSource("api")).map((demo) => demo.id));
    for (let i = 0; i <= last; i += 1) expect(found.has(`a${i}`) && found.has(`b${i}`)).toBe(true);
    expect([...found].filter((id) => id.startsWith("a"))).toHaveLength(found.size / 2);
    await store.close();
  }
});

test("nonsense on the wire neither stops the server nor is shown", async () => {
  const at = await start();
  for (const topic of ["hq/harbour/readiness", "hq/harbour/alerts/a1", "hq/harbour/air/state", "hq/agents/pi/state"]) {
    for (const payload of ["", "{", "[]", "null", '{"at":1}', "\u0000", "x".repeat(100_000)])
      await at.bus.publish(`greenroom/v1/${topic}`, payload, { retain: true });
  }
  await publish(at.bus, "alert", { site: SITE, room: "harbour", id: "other" }, alertAt("open"));
  at.clock.advance(seconds(10));
  expect((await at.call("GET", "/api/v1/alerts", { as: "admin" })).body).toEqual([]);
  expect((await at.call("GET", "/api/v1/rooms", { as: "admin" })).body[0]).toMatchObject({
    currency: "waiting",
    outcome: "unknown",
  });
  expect((await at.call("GET", "/api/v1/rooms/hq/harbour", { as: "admin" })).status).toBe(200);
});

test("a server that cannot start says why: a store that is not one", async () => {
  const dataDir = folder();
  writeFileSync(join(dataDir, "app.db"), "this is not a database, however long it may be ".repeat(100));
  const starting = startServer({
    bus: new MemoryBus(new MemoryBroker()),
    clock: (await start()).clock,
    log: silentLog,
    dataDir,
    host: "127.0.0.1",
    port: 0,
    recorder: {
      history: { query: () => Promise.resolve([]) },
      rejected: { list: () => Promise.resolve([]), countSince: () => Promise.resolve(0) },
      stats: () => ({}),
    },
    brokerConnected: () => true,
  });
  await expect(starting).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});

test("what is over is forgotten after its time, without anybody asking", async () => {
  const at = await start({ retention: retentionOf({ alerts_days: 2, audit_days: 2 }) });
  const store = await openStore(at.dataDir, { clock: at.clock });
  await store.alerts.put("hq/harbour", alertAt("resolved"));
  await store.alerts.close("hq/harbour", "a1", at.clock.now());
  await store.audit.add({ actor: "system", action: "test", subject: "a1" });
  at.clock.advance(hours(46));
  expect(await store.alerts.get("a1")).toBeDefined();
  expect(await store.audit.recent({ limit: 10 })).not.toEqual([]);
  at.clock.advance(hours(4));
  await expect.poll(() => store.alerts.get("a1")).toBeUndefined();
  await expect.poll(async () => (await store.audit.recent({ limit: 10 })).length).toBe(0);
  await store.close();
});
