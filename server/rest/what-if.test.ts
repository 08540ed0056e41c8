import { afterEach, beforeEach, expect, test } from "vitest";
import type { WhatIfAnswer, WhatIfView } from "#contract/api/what-if.ts";
import { earlier, hours, rfc3339 } from "#contract/units.ts";
import type { PastSpan } from "../evidence/what-if-desk.ts";
import { START, startTestServer, type TestServer } from "../test-server.ts";

const answer: WhatIfAnswer = { rooms: 2, readings: 7, visits: 1, alerts: [], messages: [], more: 0, held: {} };
const span = { from: rfc3339(earlier(START, hours(24))), to: rfc3339(START) };

let at: TestServer;
let asked: PastSpan[];
let tell: (share: number) => void;
let finish: (answer: WhatIfAnswer) => void;
let fail: (error: Error) => void;
beforeEach(async () => {
  asked = [];
  at = await startTestServer({
    runPast: (past, onProgress, signal) =>
      new Promise((resolve, reject) => {
        asked.push(past);
        tell = onProgress;
        finish = resolve;
        fail = reject;
        signal.addEventListener("abort", () => reject(new Error("terminated")));
      }),
  });
});
afterEach(() => at.stop());

const ask = (body: unknown) => at.call("POST", "/api/v1/what-if", { as: "facilities", body });
const look = async (id: string): Promise<WhatIfView> =>
  (await at.call("GET", `/api/v1/what-if/${id}`, { as: "facilities" })).body as WhatIfView;

test("a span is run once, says how far it is, and keeps what came out", async () => {
  const started = await ask(span);
  expect(started).toMatchObject({ status: 202, body: { state: "running", site: "hq", progress: 0 } });
  expect(asked).toEqual([{ site: "hq", from: earlier(START, hours(24)), to: START }]);
  tell(0.4);
  expect(await look(started.body.id)).toMatchObject({ state: "running", progress: 0.4 });
  const second = await ask(span);
  expect(second).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
  expect(second.body.detail).toContain("test facilities");
  finish(answer);
  expect(await look(started.body.id)).toMatchObject({ state: "done", progress: 1, answer });
  expect((await ask(span)).status).toBe(202);
  const { body: list } = await at.call("GET", "/api/v1/what-if", { as: "facilities" });
  expect(list.map(({ state }: WhatIfView) => state)).toEqual(["running", "done"]);
  expect(list[1]).not.toHaveProperty("answer");
});

test("one that cannot be run says why, and makes room for the next", async () => {
  const { body } = await ask(span);
  fail(new Error("the history store is away"));
  expect(await look(body.id)).toMatchObject({ state: "failed", text: "the history store is away" });
  expect((await ask(span)).status).toBe(202);
});

test("one that nobody waits for any more is called off, then forgotten", async () => {
  const { body } = await ask(span);
  const path = `/api/v1/what-if/${body.id}`;
  expect((await at.call("DELETE", path, { as: "facilities" })).status).toBe(204);
  expect(await look(body.id)).toMatchObject({ state: "failed", text: "It was called off." });
  expect((await at.call("DELETE", path, { as: "facilities" })).status).toBe(204);
  expect((await at.call("GET", path, { as: "facilities" })).status).toBe(404);
});

test.each([
  ["a span of more than a week", { from: rfc3339(earlier(START, hours(24 * 8))), to: rfc3339(START) }, "7 days"],
  ["the future", { from: rfc3339(START), to: "2026-11-22T12:00:00.000Z" }, "future"],
  ["an end before its start", { from: span.to, to: span.from }, "before"],
  ["a site that is not there", { ...span, site: "elsewhere" }, "no such site"],
])("%s is refused with its reason", async (_, body, why) => {
  const refused = await ask(body);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.body.detail).toContain(why);
  expect(asked).toEqual([]);
});

test("where nothing can run the past, that is said", async () => {
  const bare = await startTestServer();
  const refused = await bare.call("POST", "/api/v1/what-if", { as: "facilities", body: span });
  expect(refused).toMatchObject({ status: 404, body: { detail: "this server cannot look at the past" } });
  await bare.stop();
});
