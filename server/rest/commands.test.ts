import { afterEach, beforeEach, expect, test } from "vitest";
import type { Command } from "#contract/messages/edge.ts";
import { minutes, rfc3339, seconds } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import { type Answer, cardOf, inHours, seedOf, SITE, startTestServer, type TestServer } from "../test-server.ts";

const gear = (device: string, control?: boolean) => ({
  device,
  name: device,
  kind: "display" as const,
  ...(control !== undefined && { control }),
});
let at: TestServer;
let asked: Command[];
beforeEach(async () => {
  const card = cardOf("Harbour 12F", { devices: [gear("display", true), gear("lamp"), gear("door", false)] });
  at = await startTestServer({ seed: seedOf({ rooms: [{ room: "harbour", card }] }) });
  asked = [];
  await at.bus.subscribe("greenroom/v1/hq/harbour/+/command", ({ payload }) =>
    asked.push(JSON.parse(Buffer.from(payload).toString()) as Command),
  );
});
afterEach(() => at.stop());

type Who = "facilities" | "sales" | "viewer" | "admin";
const give = (body: object, device = "display", as: Who = "facilities"): Promise<Answer> =>
  at.call("POST", `/api/v1/rooms/hq/harbour/devices/${device}/command`, { as, body });
const look = async (id: string): Promise<Answer["body"]> =>
  (await at.call("GET", `/api/v1/rooms/hq/harbour/commands/${id}`, { as: "facilities" })).body;
const answer = (id: string, over: object = {}, device = "display"): Promise<void> =>
  publish(
    at.bus,
    "result",
    { site: SITE, room: "harbour", device },
    { id, at: rfc3339(at.clock.now()), ok: true, ...over },
  );
const audit = async (): Promise<{ action: string; actor: string; subject: string; detail: { ok?: boolean } }[]> =>
  (await at.call("GET", "/api/v1/audit", { as: "admin" })).body;

test("facilities have a display switched on: asked with a deadline, answered, and noted with who asked", async () => {
  const { status, body } = await give({ command: "power_on" });
  expect(status).toBe(202);
  expect(body).toMatchObject({
    state: "asked",
    by: "test facilities",
    deadline: rfc3339((at.clock.now() + minutes(2)) as never),
  });
  expect(asked).toMatchObject([{ id: body.id, command: "power_on", by: "test facilities", deadline: body.deadline }]);
  await answer(body.id, { text: "it is on" });
  expect(await look(body.id)).toMatchObject({ state: "done", text: "it is on", ended_at: rfc3339(at.clock.now()) });
  const noted = (await audit()).filter(({ action }) => action.startsWith("device."));
  expect(noted.map(({ action, actor, subject }) => [action, actor, subject])).toEqual([
    ["device.done", "agent", "hq/harbour/display"],
    ["device.power_on", "token:test facilities", "hq/harbour/display"],
  ]);
});

test("only facilities, only where the card allows it, only what there is", async () => {
  expect((await give({ command: "power_off" }, "display", "sales")).status).toBe(403);
  expect((await give({ command: "power_off" }, "display", "viewer")).status).toBe(403);
  for (const device of ["lamp", "door"])
    expect((await give({ command: "power_off" }, device)).body.code).toBe("NOT_ALLOWED");
  expect((await give({ command: "power_off" }, "stove")).body.code).toBe("NOT_FOUND");
  expect((await give({ command: "format_disk" })).status).toBe(400);
  for (const input of ["31\r%1POWR 0", "", "x".repeat(65), 31])
    expect((await give({ command: "select_input", input })).status).toBe(400);
  expect((await give({ command: "select_input" })).status).toBe(400);
  expect((await give({ command: "power_on", input: "31" })).status).toBe(400);
  expect(asked).toEqual([]);
});

test("a lost answer is asked for again under the same id, until the deadline; then nobody knows", async () => {
  const { id } = (await give({ command: "select_input", input: "31" })).body;
  at.clock.advance(seconds(25));
  expect(asked.map((command) => command.id)).toEqual([id, id, id]);
  expect(new Set(asked.map(({ deadline }) => deadline)).size).toBe(1);
  await answer(id);
  at.clock.advance(minutes(5));
  expect(asked).toHaveLength(3);
  const other = (await give({ command: "power_on" })).body;
  at.clock.advance(minutes(3));
  expect(await look(other.id)).toMatchObject({ state: "unanswered" });
  // Too late, it changes nothing.
  await answer(other.id);
  expect(await look(other.id)).toMatchObject({ state: "unanswered" });
  expect(asked.filter((command) => command.id === other.id)).toHaveLength(12);
});

test("sent twice under one id it is done once; another's id is not mine, and an id is for one command", async () => {
  const first = (await give({ command: "power_on", id: "n1" })).body;
  const second = (await give({ command: "power_on", id: "n1" })).body;
  expect(second.id).toBe(first.id);
  expect(asked).toHaveLength(1);
  expect((await give({ command: "power_on", id: "n1" }, "display", "admin")).body.id).not.toBe(first.id);
  expect((await give({ command: "power_off", id: "n1" })).body.code).toBe("CONFLICT");
});

test("an answer counts from the device that was asked; a failure says why", async () => {
  const { id } = (await give({ command: "preflight" })).body;
  await answer(id, {}, "lamp");
  await answer("another", {});
  expect((await look(id)).state).toBe("asked");
  await answer(id, { ok: false, code: "DEVICE_FAULT", text: "it reports an error: lamp" });
  expect(await look(id)).toMatchObject({ state: "failed", code: "DEVICE_FAULT", text: "it reports an error: lamp" });
  await answer(id, { ok: true });
  expect((await look(id)).state).toBe("failed");
  expect((await at.call("GET", "/api/v1/rooms/hq/other/commands/" + id, { as: "facilities" })).status).toBe(404);
});

test("while a visit is in the room nothing is switched off under it, unless somebody says so", async () => {
  at.clock.advanceTo(Date.parse(inHours(2.5)) as never);
  expect((await give({ command: "power_off" })).body).toMatchObject({ code: "CONFLICT" });
  expect((await give({ command: "preflight" })).status).toBe(409);
  expect((await give({ command: "power_on" })).status).toBe(202);
  expect((await give({ command: "power_off", during_visit: true })).status).toBe(202);
});
