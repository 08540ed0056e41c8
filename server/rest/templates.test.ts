import { afterEach, beforeEach, expect, test } from "vitest";
import type { Demo } from "#contract/messages/room.ts";
import { inHours, startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
beforeEach(async () => {
  at = await startTestServer();
});
afterEach(() => at.stop());

const demo = { room: "hq/harbour", title: "Beta talks", start: inHours(5), end: inHours(6) };
const added = async (more: object = {}): Promise<string> =>
  (await at.call("POST", "/api/v1/demos", { as: "admin", body: { ...demo, ...more } })).body.id;
const onWire = (id: string): Demo | undefined => at.retained("demos", "harbour")?.demos.find((one) => one.id === id);
const quiet = {
  name: "Quiet talk",
  needs: { comfort: { noise_dba: { ready: [0, 35], usable: [0, 40] } } },
  words: ["talks"],
};

test("a site begins with four templates, and adds its own", async () => {
  const first = await at.call("GET", "/api/v1/templates", { as: "sales" });
  expect((first.body as { id: string }[]).map(({ id }) => id)).toEqual([
    "executive-briefing",
    "hybrid-demo",
    "in-person-pitch",
    "training",
  ]);
  const made = await at.call("POST", "/api/v1/templates", { as: "sales", body: quiet });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ id: "quiet-talk", words: ["talks"], is_default: false, visits: 0, editable: true });
  expect((await at.call("POST", "/api/v1/templates", { as: "admin", body: quiet })).body.code).toBe("CONFLICT");
});

test("a visit's needs are its template's, and key by key over them its own", async () => {
  const id = await added({
    template: "executive-briefing",
    needs: { people: 5, comfort: { co2_ppm: { ready: [0, 700], usable: [0, 900] } } },
  });
  expect(onWire(id)).toMatchObject({
    template: "executive-briefing",
    target: 0.97,
    needs: {
      people: 5,
      capabilities: ["display", "video_call", "audio"],
      reset_visit: true,
      comfort: { temperature_c: { ready: [21, 23.5] }, co2_ppm: { ready: [0, 700] } },
    },
  });
  const { body } = await at.call("GET", `/api/v1/demos/${id}`, { as: "viewer" });
  expect(body).toMatchObject({ template_name: "Executive briefing", own_needs: { people: 5 }, target: 0.97 });
});

test("an edited template changes the visits that use it, where they say nothing else", async () => {
  const plain = await added({ template: "training" });
  const own = await added({
    template: "training",
    needs: { capabilities: ["display"] },
    start: inHours(7),
    end: inHours(8),
  });
  const body = { name: "Training day", needs: { capabilities: ["display", "audio"] }, target: 0.9 };
  const put = await at.call("PUT", "/api/v1/templates/training", { as: "facilities", body });
  expect(put.body).toMatchObject({ id: "training", name: "Training day", visits: 2, revision: 2 });
  expect(onWire(plain)).toMatchObject({ needs: { capabilities: ["display", "audio"] }, target: 0.9 });
  expect(onWire(own)).toMatchObject({ needs: { capabilities: ["display"] }, target: 0.9 });
  const stale = await at.call("PUT", "/api/v1/templates/training", {
    as: "admin",
    body,
    headers: { "if-match": '"1"' },
  });
  expect(stale.body.code).toBe("CONFLICT");
});

test("unsaid, a visit's words choose its template, then the default one; said to be none, it has none", async () => {
  expect(onWire(await added())?.template).toBeUndefined();
  await at.call("POST", "/api/v1/templates", { as: "facilities", body: quiet });
  expect(onWire(await added({ start: inHours(7), end: inHours(8) }))?.template).toBe("quiet-talk");
  const training = { name: "Training", needs: {}, is_default: true };
  await at.call("PUT", "/api/v1/templates/training", { as: "facilities", body: training });
  const named = async (title: string): Promise<unknown> =>
    (await at.call("POST", "/api/v1/demos", { as: "admin", body: { ...demo, title } })).body.template;
  expect(await named("Onboarding")).toBe("training");
  expect(await named("Board visit")).toBe("executive-briefing");
  expect(onWire(await added({ template: null }))?.template).toBeUndefined();
  // One default at most.
  const pitch = { name: "In-person pitch", needs: {}, is_default: true };
  await at.call("PUT", "/api/v1/templates/in-person-pitch", { as: "facilities", body: pitch });
  const all = (await at.call("GET", "/api/v1/templates", { as: "sales" })).body as {
    id: string;
    is_default: boolean;
  }[];
  expect(all.filter((one) => one.is_default).map(({ id }) => id)).toEqual(["in-person-pitch"]);
});

test("one side of a visit is changed and the rest stays; null takes back", async () => {
  const id = await added({ template: "training", account: "Beta", needs: { people: 3 } });
  const url = `/api/v1/demos/${id}`;
  const change = { template: "hybrid-demo", access: "missing", needs: { people: 6, reset_visit: true }, target: 0.9 };
  const changed = await at.call("PATCH", url, { as: "facilities", body: change });
  expect(changed.body).toMatchObject({ account: "Beta", template: "hybrid-demo", access: "missing", target: 0.9 });
  expect(onWire(id)).toMatchObject({ access: "missing", needs: { people: 6, reset_visit: true } });
  const back = { template: null, access: null, needs: {}, target: null };
  const { body } = await at.call("PATCH", url, { as: "facilities", body: back });
  expect(body).toMatchObject({ account: "Beta", needs: {}, target: 0.95 });
  expect([body.template, body.access, body.own_needs]).toEqual([undefined, undefined, undefined]);
  const unknown = await at.call("PATCH", url, { as: "facilities", body: { template: "nothing" } });
  expect(unknown.body.errors).toEqual([{ where: "template", why: "there is no template nothing" }]);
  expect((await at.call("PATCH", url, { as: "sales", body: change })).status).toBe(403);
});

test("a visit written whole by a program that knows no templates keeps its own", async () => {
  const id = await added({ template: "training" });
  await at.call("PUT", `/api/v1/demos/${id}`, { as: "admin", body: { ...demo, title: "Hybrid demo" } });
  expect(onWire(id)).toMatchObject({ title: "Hybrid demo", template: "training" });
});

test("a template that coming visits use is not removed; sales change only their own", async () => {
  const id = await added({ template: "training" });
  const refused = await at.call("DELETE", "/api/v1/templates/training", { as: "facilities" });
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    "1 coming visit uses Training: give it another template first",
  ]);
  await at.call("DELETE", `/api/v1/demos/${id}`, { as: "admin" });
  expect((await at.call("DELETE", "/api/v1/templates/training", { as: "sales" })).status).toBe(403);
  expect((await at.call("DELETE", "/api/v1/templates/training", { as: "facilities" })).status).toBe(204);
  expect((await at.call("PUT", "/api/v1/templates/training", { as: "facilities", body: quiet })).status).toBe(404);
  await at.call("POST", "/api/v1/templates", { as: "sales", body: quiet });
  const asDefault = { ...quiet, is_default: true };
  expect((await at.call("PUT", "/api/v1/templates/quiet-talk", { as: "sales", body: asDefault })).status).toBe(403);
  expect((await at.call("DELETE", "/api/v1/templates/quiet-talk", { as: "sales" })).status).toBe(204);
  expect((await at.call("GET", "/api/v1/templates", { as: "viewer" })).status).toBe(403);
});

test("a CSV names a template and says who is let in; a wrong one is told by its line", async () => {
  const csv = [
    "room,title,start,end,template,access,id",
    `harbour,Gamma,${inHours(5)},${inHours(6)},Executive briefing,arranged,1`,
    `harbour,Delta,${inHours(7)},${inHours(8)},Wedding,,2`,
    `harbour,Epsilon,${inHours(9)},${inHours(10)},,maybe,3`,
  ].join("\n");
  const send = (text: string) =>
    at.call("POST", "/api/v1/demos/import", { as: "facilities", body: text, headers: { "content-type": "text/csv" } });
  const { body } = await send(csv);
  expect(body).toMatchObject({
    added: 1,
    faults: [
      { where: "line 4, access", why: '"maybe" is not arranged or missing' },
      { where: "line 3, template", why: "there is no template Wedding" },
    ],
  });
  const gamma = (): Demo | undefined => at.retained("demos", "harbour")?.demos.find(({ title }) => title === "Gamma");
  expect(gamma()).toMatchObject({ template: "executive-briefing", access: "arranged" });
  // The file speaks for what it says, also where a person has said something else.
  await at.call("PATCH", `/api/v1/demos/${gamma()?.id}`, { as: "admin", body: { template: "training" } });
  await send(csv);
  expect(gamma()?.template).toBe("executive-briefing");
});

test("a calendar's categories and words choose a template; a person's choice outlives the next reading", async () => {
  const utc = (text: string): string => text.replaceAll(/[-:]|\.\d+/g, "");
  const event = (uid: string, summary: string, hour: number, categories = ""): string[] => [
    "BEGIN:VEVENT",
    `UID:${uid}`,
    `SUMMARY:${summary}`,
    ...(categories === "" ? [] : [`CATEGORIES:${categories}`]),
    `DTSTART:${utc(inHours(hour))}`,
    `DTEND:${utc(inHours(hour + 1))}`,
    "END:VEVENT",
  ];
  const ics = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    ...event("a", "Workshop with Eta", 5),
    ...event("b", "Workshop with Theta", 7, "Clients,Executive briefing"),
    ...event("c", "Iota", 9),
    "END:VCALENDAR",
  ].join("\r\n");
  const read = () => at.call("PUT", "/api/v1/calendars/sales", { as: "facilities", body: { ics, room: "hq/harbour" } });
  await read();
  const chosen = (): Record<string, string | undefined> =>
    Object.fromEntries((at.retained("demos", "harbour")?.demos ?? []).map((one) => [one.title, one.template]));
  expect(chosen()).toEqual({
    "Acme pitch": "in-person-pitch",
    "Workshop with Eta": "training",
    "Workshop with Theta": "executive-briefing",
    Iota: undefined,
  });
  const eta = at.retained("demos", "harbour")?.demos.find(({ title }) => title === "Workshop with Eta");
  await at.call("PATCH", `/api/v1/demos/${eta?.id}`, { as: "admin", body: { template: null, access: "arranged" } });
  expect((await read()).body.report).toMatchObject({ changed: 0, unchanged: 3 });
  expect(chosen()["Workshop with Eta"]).toBeUndefined();
});
