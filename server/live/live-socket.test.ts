import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { LiveDelta, LiveMessage, LiveSnapshot } from "#contract/api/live.ts";
import { LiveMessage as LiveMessageSchema } from "#contract/api/live.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { hours, minutes, rfc3339, seconds } from "#contract/units.ts";
import { unpublish } from "#contract/wire.ts";
import { inHours, readinessOf, say, SITE, START, startTestServer, type TestServer } from "../test-server.ts";
import { BATCH_EVERY } from "./live-feed.ts";
import { MOST_BUFFERED_BYTES } from "./live-socket.ts";

let at: TestServer;
const open: Client[] = [];
beforeEach(async () => {
  at = await startTestServer();
});
afterEach(async () => {
  for (const client of open.splice(0)) client.socket.terminate();
  await at.stop();
});

interface Client {
  socket: WebSocket;
  messages: LiveMessage[];
  closed: Promise<{ code: number; reason: string }>;
  /** Waits until so many messages of a kind are there. */
  has<T extends LiveMessage["type"]>(type: T, count?: number): Promise<Extract<LiveMessage, { type: T }>[]>;
}

async function listen(
  query = "",
  headers: Record<string, string> = { authorization: `Bearer ${at.tokens.facilities}` },
): Promise<Client> {
  const socket = new WebSocket(`${at.url.replace("http", "ws")}/api/v1/live${query}`, { headers });
  const messages: LiveMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data: Buffer) => {
    messages.push(LiveMessageSchema.parse(JSON.parse(data.toString("utf8"))));
    for (const look of waiting) look();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });
  const client: Client = {
    socket,
    messages,
    closed,
    has: (type, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = messages.filter((message) => message.type === type);
          if (found.length < count) return;
          waiting.delete(look);
          resolve(found as never);
        };
        waiting.add(look);
        look();
      }),
  };
  open.push(client);
  return client;
}

const batch = (): void => at.clock.advance(BATCH_EVERY);
const demoReadiness = {
  demo: "d1",
  start: inHours(2),
  arrival: inHours(2),
  end: inHours(3),
  status: "at_risk" as const,
  sentence: "18.1 °C; Acme Ltd needs 20 to 24.",
  verdict: { outcome: "degraded" as const, score: 80, score_hi: 80, confidence: 1, sentence: "Cold.", checks: [] },
  p_ready: 0.7,
  basis: "prior" as const,
  causes: [],
};
const alert = (more: Partial<Alert> = {}): Alert => ({
  id: "a1",
  at: rfc3339(START),
  cause: "temperature",
  title: "Harbour: cold for Acme Ltd",
  sentence: "Raise the heating by 13:10 for Acme pitch.",
  demo: "d1",
  demo_title: "Acme pitch",
  rooms: ["hq/harbour"],
  status: "open",
  priority: 2,
  raised_at: rfc3339(START),
  act_by: inHours(1),
  p_ready: 0.7,
  steps: [],
  level: 0,
  notifications: [{ key: "k", channel: "email", to: "priya@example.com", at: rfc3339(START), state: "sent" }],
  history: [{ at: rfc3339(START), event: "raised" }],
  held: {},
  ...more,
});

test("a client gets hello, a snapshot, then what changes within one batch", async () => {
  const client = await listen();
  await client.has("ping");
  const [snapshot] = await client.has("snapshot");
  expect(client.messages.map((message) => message.type)).toEqual(["hello", "snapshot", "ping"]);
  expect(snapshot?.rooms.map((room) => [room.key, room.currency])).toEqual([
    ["hq/harbour", "waiting"],
    ["hq/lotus", "waiting"],
  ]);
  await say(at, "readiness", "harbour", readinessOf(START, { demos: [demoReadiness] }));
  await say(at, "alert", "harbour", alert(), "a1");
  batch();
  const [delta] = await client.has("delta");
  expect(delta).toMatchObject({
    seq: (snapshot?.seq ?? 0) + 1,
    rooms: [{ key: "hq/harbour", currency: "live", outcome: "ready", score: 100 }],
    demos: [{ id: "d1", status: "at_risk", alerts: ["a1"], currency: "live" }],
    alerts: [{ id: "a1", room_name: "Harbour 12F" }],
    system: { gateway: "live" },
  });
});

test("ten verdicts in a moment are one change, and the same verdict again is none", async () => {
  const client = await listen();
  await client.has("snapshot");
  for (let score = 0; score < 10; score += 1) {
    const { now } = readinessOf(START);
    await say(at, "readiness", "harbour", readinessOf(START, { now: { ...now, score } }));
  }
  batch();
  const [delta] = await client.has("delta");
  expect(delta?.rooms?.map((room) => room.score)).toEqual([9]);
  await say(at, "readiness", "harbour", readinessOf(START, { now: { ...readinessOf(START).now, score: 9 } }));
  batch();
  at.clock.advance(seconds(15));
  await client.has("ping", 2);
  expect(client.messages.filter((message) => message.type === "delta")).toHaveLength(1);
});

test("what is closed, taken out or moved away is told as gone", async () => {
  await say(at, "alert", "harbour", alert(), "a1");
  batch();
  const client = await listen();
  await client.has("snapshot");
  await unpublish(at.bus, "alert", { site: SITE, room: "harbour", id: "a1" });
  await at.call("DELETE", "/api/v1/demos/d1", { as: "admin" });
  await at.call("DELETE", "/api/v1/rooms/hq/lotus", { as: "admin" });
  batch();
  const deltas = await client.has("delta");
  expect(deltas.flatMap((delta) => Object.entries(delta.gone ?? {}))).toEqual(
    expect.arrayContaining([
      ["alerts", ["a1"]],
      ["demos", ["d1"]],
      ["rooms", ["hq/lotus"]],
    ]),
  );
});

test("a client that comes back gets what it missed, no more, no less", async () => {
  const first = await listen();
  const [snapshot] = await first.has("snapshot");
  first.socket.terminate();
  for (const score of [90, 80, 70]) {
    await say(at, "readiness", "harbour", readinessOf(START, { now: { ...readinessOf(START).now, score } }));
    batch();
  }
  const since = (snapshot?.seq ?? 0) + 1;
  const second = await listen(`?epoch=${snapshot?.epoch}&since=${since}`);
  await second.has("ping");
  expect(second.messages[0]).toMatchObject({ type: "hello", resumed: true });
  expect(second.messages.some((message) => message.type === "snapshot")).toBe(false);
  const deltas = second.messages.filter((message) => message.type === "delta");
  expect(deltas.map((delta) => [delta.seq, delta.rooms?.[0]?.score])).toEqual([
    [since + 1, 80],
    [since + 2, 70],
  ]);
});

test.each([
  ["another epoch", (s: LiveSnapshot) => `?epoch=other&since=${s.seq}`],
  ["a number that was never given", (s: LiveSnapshot) => `?epoch=${s.epoch}&since=${s.seq + 99_999}`],
  ["a number that is no longer kept", (s: LiveSnapshot) => `?epoch=${s.epoch}&since=0`],
])("a client that comes back with %s gets a whole snapshot", async (_, queryOf) => {
  const first = await listen();
  const [snapshot] = await first.has("snapshot");
  for (let i = 0; i < 1_001; i += 1) {
    await say(at, "readiness", "harbour", readinessOf(START, { now: { ...readinessOf(START).now, score: i % 100 } }));
    batch();
  }
  const again = await listen(queryOf(snapshot as LiveSnapshot));
  const [whole] = await again.has("snapshot");
  expect(again.messages[0]).toMatchObject({ type: "hello", resumed: false });
  expect(whole?.rooms.find((room) => room.key === "hq/harbour")?.score).toBe(1_000 % 100);
});

test("nobody who is not signed in gets a socket, nor a page on another site", async () => {
  await expect(listen("", {})).rejects.toThrow("401");
  await expect(listen("", { authorization: "Bearer gr_wrong" })).rejects.toThrow("401");
  const link = new URL(await at.server.signInLink("viewer"));
  const session = await at.call("POST", "/api/v1/session/link", {
    body: { token: link.searchParams.get("token") },
    headers: { origin: at.url },
  });
  const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
  await expect(listen("", { cookie, origin: "https://evil.example" })).rejects.toThrow("403");
  const ours = await listen("", { cookie, origin: at.url });
  expect(await ours.has("snapshot")).toHaveLength(1);
});

test("a viewer's feed holds no client's name, no address and no person, neither in snapshot nor in deltas", async () => {
  await say(at, "readiness", "harbour", readinessOf(START, { demos: [demoReadiness] }));
  batch();
  const [viewer, sales] = await Promise.all([
    listen("", { authorization: `Bearer ${at.tokens.viewer}` }),
    listen("", { authorization: `Bearer ${at.tokens.sales}` }),
  ]);
  await Promise.all([viewer.has("snapshot"), sales.has("snapshot")]);
  const taken = { at: rfc3339(START), event: "acknowledged", by: "Priya", note: "Called Acme Ltd" } as const;
  await say(at, "alert", "harbour", alert({ assignee: "Priya", history: [taken] }), "a1");
  batch();
  await Promise.all([viewer.has("delta"), sales.has("delta")]);
  const seen = JSON.stringify(viewer.messages);
  expect(seen).toContain("Client visit");
  for (const name of ["Acme", "Sam Sales", "priya@", "5000", "Called"]) expect(seen).not.toContain(name);
  const told = JSON.stringify(sales.messages);
  expect(told).toContain("Acme Ltd");
  expect(told).toContain("Priya took it");
  expect(told).not.toContain("priya@example.com");
});

test("a client that does not read is dropped and told to resume, and the others notice nothing", async () => {
  const slow = await listen();
  const quick = await listen();
  await Promise.all([slow.has("snapshot"), quick.has("snapshot")]);
  slow.socket.pause();
  // Random, because what repeats is packed to nothing.
  const long = randomBytes(150_000).toString("base64");
  let sent = 0;
  const isDropped = async (): Promise<boolean> =>
    String((await at.call("GET", "/metrics")).body).includes("greenroom_live_clients_dropped_total 1");
  while (!(await isDropped())) {
    sent += 1;
    expect(sent * long.length).toBeLessThan(20 * MOST_BUFFERED_BYTES);
    const now = { ...readinessOf(START).now, sentence: `${sent} ${long}` };
    await say(at, "readiness", "harbour", readinessOf(START, { now }));
    batch();
    await quick.has("delta", sent);
  }
  slow.socket.resume();
  expect(await slow.closed).toEqual({ code: 1013, reason: expect.stringContaining("resume") as string });
  const last = slow.messages.findLast((message) => message.type === "delta") as LiveDelta;
  const { epoch } = slow.messages[0] as { epoch: string };
  const back = await listen(`?epoch=${epoch}&since=${last.seq}`);
  await back.has("ping");
  const seqs = back.messages.filter((message) => message.type === "delta").map((message) => message.seq);
  expect(seqs[0]).toBe(last.seq + 1);
  expect(seqs.at(-1)).toBe((quick.messages.findLast((message) => message.type === "delta") as LiveDelta).seq);
});

test("a ping comes every 15 s, and with it whoever may no longer see the feed is sent away", async () => {
  const { body } = await at.call("POST", "/api/v1/tokens", { as: "admin", body: { name: "wall", role: "viewer" } });
  const client = await listen("", { authorization: `Bearer ${body.token}` });
  await client.has("ping");
  at.clock.advance(seconds(15));
  await client.has("ping", 2);
  const { body: tokens } = await at.call("GET", "/api/v1/tokens", { as: "admin" });
  const wall = tokens.find((token: { name: string }) => token.name === "wall") as { id: string };
  await at.call("DELETE", `/api/v1/tokens/${wall.id}`, { as: "admin" });
  at.clock.advance(seconds(15));
  expect(await client.closed).toEqual({ code: 4401, reason: "signed out" });
});

test("a gateway that goes quiet turns rooms stale: ready becomes can't tell, a blocker stays one", async () => {
  const known = {
    device: "air",
    metric: "temperature_c",
    kind: "known" as const,
    value: 21,
    at: rfc3339(START),
    since: rfc3339(START),
    interval_s: 60,
  };
  const blocked = { ...readinessOf(START).now, outcome: "not_ready" as const, score: 39, sentence: "Codec is off." };
  await say(at, "readiness", "harbour", readinessOf(START, { evidence: [known] }));
  await say(at, "readiness", "lotus", readinessOf(START, { evidence: [known], now: blocked }));
  batch();
  const client = await listen();
  const [snapshot] = await client.has("snapshot");
  expect(snapshot?.system.gateway).toBe("live");
  at.clock.advance(minutes(5));
  expect((await at.call("GET", "/api/v1/system", { as: "viewer" })).body.gateway).toBe("live");
  at.clock.advance(minutes(2));
  const rooms = (await client.has("delta")).flatMap((delta) => delta.rooms ?? []);
  expect(rooms).toMatchObject([
    { key: "hq/harbour", currency: "stale", outcome: "unknown" },
    { key: "hq/lotus", currency: "stale", outcome: "not_ready", sentence: "Codec is off." },
  ]);
  await say(at, "readiness", "harbour", readinessOf(at.clock.now()));
  at.clock.advance(seconds(6));
  const later = (await client.has("delta", 2)).flatMap((delta) => delta.rooms ?? []);
  expect(later.find((room) => room.key === "hq/harbour" && room.currency === "live")?.outcome).toBe("ready");
});

test("a silent building is no silent gateway; one with a pulse is noticed within 90 s", async () => {
  const client = await listen();
  await say(at, "readiness", "harbour", readinessOf(START));
  batch();
  at.clock.advance(hours(3));
  expect((await at.call("GET", "/api/v1/system", { as: "viewer" })).body.gateway).toBe("live");
  const pulse = { at: rfc3339(at.clock.now()), state: "online" as const };
  await at.bus.publish(`greenroom/v1/${SITE}/agents/gateway/state`, JSON.stringify(pulse), { retain: true });
  at.clock.advance(seconds(60));
  expect((await at.call("GET", "/api/v1/system", { as: "viewer" })).body.gateway).toBe("live");
  at.clock.advance(seconds(40));
  expect((await at.call("GET", "/api/v1/system", { as: "viewer" })).body.gateway).toBe("stale");
  expect(client.socket.readyState).toBe(WebSocket.OPEN);
});

test("a client that sends more than it has to say is disconnected", async () => {
  const client = await listen();
  await client.has("snapshot");
  client.socket.send("x".repeat(10_000));
  expect((await client.closed).code).toBe(1009);
});
