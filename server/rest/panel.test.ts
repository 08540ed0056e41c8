import { afterEach, beforeEach, expect, test } from "vitest";
import { minutes, rfc3339, seconds } from "#contract/units.ts";
import { filterOf, unpublish } from "#contract/wire.ts";
import { inHours, say, SITE, START, startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
let stored: { topic: string; text: string }[];
let isFull: boolean;
beforeEach(async () => {
  stored = [];
  isFull = false;
  at = await startTestServer({
    record: ({ topic, payload }) => {
      stored.push({ topic, text: new TextDecoder().decode(payload) });
      return isFull ? Promise.reject(new Error("full")) : Promise.resolve();
    },
  });
});
afterEach(() => at.stop());

const URL = `/api/v1/rooms/${SITE}/harbour`;

test("the panel says that the room is reset: stored, on the wire, and noted with who pressed", async () => {
  const heard: string[] = [];
  await at.bus.subscribe(filterOf("reading"), ({ topic, payload }) =>
    heard.push(`${topic} ${new TextDecoder().decode(payload)}`),
  );
  const { status, body } = await at.call("POST", `${URL}/reset`, { as: "viewer" });
  const text = JSON.stringify({ at: rfc3339(START), metrics: { reset_pressed: true } });
  const topic = `greenroom/v1/${SITE}/harbour/panel/reading`;
  expect([status, body.at]).toEqual([202, rfc3339(at.clock.now())]);
  expect(stored.map((one) => one.topic)).toEqual([topic]);
  expect(heard.map((one) => one.split(" ")[0])).toEqual([topic]);
  expect(JSON.parse(stored[0]?.text ?? "")).toEqual({ ...JSON.parse(text), at: body.at });
  const [noted] = (await at.call("GET", "/api/v1/audit", { as: "admin" })).body as { action: string }[];
  expect(noted).toMatchObject({ action: "room.reset", subject: "hq/harbour" });
  expect((await at.call("POST", `${URL}/reset`, { as: "sales" })).status).toBe(403);
  expect((await at.call("POST", `/api/v1/rooms/${SITE}/nowhere/reset`, { as: "viewer" })).status).toBe(404);
});

test("what cannot be stored is not said", async () => {
  isFull = true;
  const heard: string[] = [];
  await at.bus.subscribe(filterOf("reading"), ({ topic }) => heard.push(topic));
  expect((await at.call("POST", `${URL}/reset`, { as: "facilities" })).status).toBe(500);
  expect(heard).toEqual([]);
});

test("a nudge is shown with its room until it is over or taken back", async () => {
  const nudge = {
    at: rfc3339(START),
    until: inHours(2),
    demo: "d1",
    nudge: "wrap_up" as const,
    text: "Please wrap up by 13:45: guests come at 14:00.",
  };
  const shown = async (): Promise<unknown> => {
    at.clock.advance(seconds(6));
    return (await at.call("GET", `/api/v1/rooms`, { as: "viewer" })).body[0].nudge;
  };
  await say(at, "nudge", "harbour", nudge);
  expect(await shown()).toEqual(nudge);
  await unpublish(at.bus, "nudge", { site: SITE, room: "harbour" });
  expect(await shown()).toBeUndefined();
  await say(at, "nudge", "harbour", nudge);
  await at.bus.publish(`greenroom/v1/${SITE}/harbour/nudge`, "{}", { retain: true });
  expect(await shown()).toEqual(nudge);
  at.clock.advance(minutes(120));
  expect(await shown()).toBeUndefined();
});
