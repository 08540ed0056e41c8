import { afterEach, beforeEach, expect, test } from "vitest";
import type { CheckResult, RoomReadiness } from "#contract/messages/readiness.ts";
import { hours, instant, later, minutes, rfc3339, seconds } from "#contract/units.ts";
import { openStore } from "../store/open-store.ts";
import { inHours, readinessOf, say, SITE, START, startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
beforeEach(async () => {
  at = await startTestServer();
});
afterEach(() => at.stop());

const ROOM = `/api/v1/rooms/${SITE}/harbour`;
const cold = (since: string): CheckResult => ({
  check: "temperature",
  outcome: "not_ready",
  hard: true,
  code: "COLD",
  sentence: "It is 15 °C.",
  since,
  lost: 60,
  freshness: 1,
});
const bad = (now = at.clock.now()): RoomReadiness =>
  readinessOf(now, {
    now: {
      outcome: "not_ready",
      score: 40,
      score_hi: 40,
      confidence: 1,
      sentence: "It is 15 °C.",
      checks: [cold(rfc3339(now))],
    },
  });
/** Says a verdict, and lets it be batched and stored. */
async function judge(readiness: RoomReadiness): Promise<void> {
  await say(at, "readiness", "harbour", readiness);
  at.clock.advance(seconds(6));
  await settled();
}
/** The ledger stores by itself: what it has taken is there once it was flushed. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
const until = async <T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> => {
  for (let i = 0; ; i += 1) {
    const found = await look();
    if (isThere(found) || i > 200) return found;
    await settled();
  }
};
const changes = async (): Promise<string[]> => {
  const { body } = await at.call("GET", `${ROOM}/verdicts`, { as: "sales" });
  return (body.changes as { at: string; outcome: string }[]).map((one) => `${one.at.slice(11, 16)} ${one.outcome}`);
};

test("why was it red at that moment: the verdict then, its reasons, and until when it held", async () => {
  await judge(readinessOf(at.clock.now()));
  at.clock.advance(minutes(10));
  await judge(bad());
  at.clock.advance(minutes(1));
  // The same again, a little colder, is no change.
  await judge({ ...bad(), now: { ...bad().now, score: 38 } });
  at.clock.advance(minutes(20));
  await judge(readinessOf(at.clock.now()));
  expect(await until(changes, (found) => found.length === 3)).toEqual([
    "12:00 ready",
    "12:10 not_ready",
    "12:31 ready",
  ]);
  const then = await at.call("GET", `${ROOM}/verdict?at=${rfc3339(later(START, minutes(20)))}`, { as: "facilities" });
  expect(then.body).toMatchObject({
    outcome: "not_ready",
    sentence: "It is 15 °C.",
    verdict: { checks: [{ check: "temperature", code: "COLD" }] },
  });
  expect([then.body.at, then.body.until].map((one: string) => one.slice(11, 16))).toEqual(["12:10", "12:31"]);
  const now = await at.call("GET", `${ROOM}/verdict?at=${rfc3339(at.clock.now())}`, { as: "facilities" });
  expect(now.body.until).toBeUndefined();
});

test("a gateway that falls silent is a change too; what nobody took down is not made up", async () => {
  const at0 = rfc3339(at.clock.now());
  const known = {
    device: "air",
    metric: "co2_ppm",
    kind: "known" as const,
    value: 600,
    at: at0,
    since: at0,
    interval_s: 10,
  };
  await judge(readinessOf(at.clock.now(), { evidence: [known] }));
  at.clock.advance(minutes(5));
  expect(await until(changes, (found) => found.length === 2)).toEqual(["12:00 ready", "12:01 unknown"]);
  const silent = await at.call("GET", `${ROOM}/verdict?at=${rfc3339(later(START, minutes(4)))}`, { as: "sales" });
  expect(silent.body).toMatchObject({ currency: "stale", sentence: expect.stringMatching(/^No verdict since/) });
  const before = await at.call("GET", `${ROOM}/verdict?at=${inHours(-1)}`, { as: "facilities" });
  expect([before.status, before.body.code]).toEqual([404, "NOT_FOUND"]);
  const store = await openStore(at.dataDir, { clock: at.clock });
  const later30 = later(START, hours(24 * 40));
  await store.verdicts.watch({ from_ms: later30, to_ms: later30 });
  await store.close();
  // The verdict of forty days ago says nothing about a moment at which somebody has only just begun to watch.
  const gap = await at.call("GET", `${ROOM}/verdict?at=${rfc3339(later30)}`, { as: "facilities" });
  expect(gap.status).toBe(404);
  expect((await at.call("GET", `${ROOM}/verdicts`, { as: "viewer" })).status).toBe(403);
  const wrong = await at.call("GET", `${ROOM}/verdicts?from=${inHours(1)}&to=${inHours(0)}`, { as: "sales" });
  expect(wrong.status).toBe(400);
});

test("the receipt says what was known when the client walked in, how old it was, and who had been told", async () => {
  const arrival = inHours(2);
  at.clock.advance(minutes(115));
  const judged = rfc3339(at.clock.now());
  const alert = {
    id: "a1",
    at: judged,
    cause: "temperature",
    title: "Too cold",
    sentence: "It is 15 °C.",
    demo: "d1",
    arrival,
    rooms: ["hq/harbour"],
    status: "acknowledged" as const,
    priority: 1,
    raised_at: inHours(1),
    act_by: inHours(1.5),
    p_ready: 0.2,
    steps: [],
    level: 0,
    notifications: [],
    history: [{ at: inHours(1.2), event: "acknowledged" as const, by: "Priya" }],
    held: {},
  };
  await say(at, "alert", "harbour", alert, "a1");
  const { now } = bad();
  const demo = {
    demo: "d1",
    start: arrival,
    arrival,
    end: inHours(3),
    status: "not_ready" as const,
    sentence: now.sentence,
    verdict: now,
    p_ready: 0.1,
    basis: "learned" as const,
    causes: [],
  };
  await say(at, "readiness", "harbour", { ...bad(), demos: [demo] });
  at.clock.advance(minutes(5));
  const look = () => at.call("GET", "/api/v1/demos/d1/receipt", { as: "sales" });
  const { body } = await until(look, ({ status }) => status === 200);
  expect(body).toMatchObject({
    room: "hq/harbour",
    judged_at: judged,
    frozen_at: arrival,
    verdict: { outcome: "not_ready" },
    alerts: [{ id: "a1", taken_at: inHours(1.2) }],
  });
  at.clock.advance(minutes(1));
  // Entered after the client had come: nobody could have made it ready.
  const past = { room: "hq/lotus", title: "Too late", start: inHours(1), end: inHours(1.5) };
  expect((await at.call("POST", "/api/v1/demos", { as: "admin", body: past })).status).toBe(201);
  const figures = await at.call("GET", "/api/v1/figures", { as: "sales" });
  expect(figures.body).toMatchObject({
    at_arrival: { visits: 1, not_ready: 1, no_evidence: 0 },
    ready_share: 0,
    alerts: { raised: 1, in_time: 1, taken_in_time: 1, rescued: 0, false_calls: 0, median_margin_min: 30 },
    misses: { told: 1, untold: 0 },
    by_room: [{ room: "hq/harbour", name: "Harbour 12F", visits: 1 }],
  });
  expect(instant(Date.parse(figures.body.to))).toBe(at.clock.now());
});
