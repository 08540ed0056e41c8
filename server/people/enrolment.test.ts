import { sign as signData, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EnrolledView, renewalText } from "#contract/api/enrolment.ts";
import { hours, minutes, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { openAuthority } from "../authority/authority.ts";
import { testRequest } from "../authority/test-request.ts";
import { openStore } from "../store/open-store.ts";
import { type Answer, START, startTestServer, type TestServer } from "../test-server.ts";
import { AgentKeyDesk } from "./agent-keys.ts";
import { type Enrolled, EnrolmentDesk } from "./enrolment.ts";

let at: TestServer;
beforeEach(async () => {
  at = await startTestServer({ agentBroker: { url: (host) => `mqtts://${host}:8883`, ca: "ours" } });
});
afterEach(() => at.stop());

const invite = (body: object = {}, as: "facilities" | "sales" = "facilities"): Promise<Answer> =>
  at.call("POST", "/api/v1/agents/invite", { as, body: { agent: "rack-3", site: "hq", ...body } });
const enrol = async (code: string, csr?: string): Promise<Answer> =>
  at.call("POST", "/api/v1/enrol", { body: { code, csr: csr ?? (await testRequest("x")).csr } });

interface Agent {
  view: EnrolledView;
  privateKey: CryptoKey;
}
async function enrolled(): Promise<Agent> {
  const { csr, privateKey } = await testRequest("rack-3");
  const { status, body } = await enrol((await invite()).body.code, csr);
  expect(status).toBe(201);
  return { view: body as EnrolledView, privateKey };
}
async function renew({ view, privateKey }: Agent, change: Partial<Record<string, string>> = {}): Promise<Answer> {
  const what = { serial: view.serial, csr: (await testRequest("rack-3")).csr, at: rfc3339(at.clock.now()) };
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
  const signature = signData("sha256", Buffer.from(renewalText(what)), { key, format: "der", type: "pkcs8" });
  return at.call("POST", "/api/v1/enrol/renew", {
    body: { ...what, signature: signature.toString("base64"), ...change },
  });
}

test("a code gives an agent its own certificate for its rooms, once", async () => {
  const invited = await invite({ rooms: ["hq/harbour"] });
  expect(invited.status).toBe(201);
  expect(invited.body.code).toMatch(/^([2-9A-HJKMNP-TV-Z]{4}-){4}[2-9A-HJKMNP-TV-Z]{4}$/);
  expect(invited.headers.get("cache-control")).toBe("no-store");
  const { csr } = await testRequest("rack-3");
  // Typed by hand: small letters, blanks in place of dashes.
  const { status, body } = await enrol(invited.body.code.toLowerCase().replaceAll("-", " "), csr);
  expect(status).toBe(201);
  expect(body).toMatchObject({ agent: "rack-3", site: "hq", rooms: ["hq/harbour"] });
  expect(body.broker.url).toBe("mqtts://127.0.0.1:8883");
  expect(body.key).toBeUndefined();
  const certificate = new X509Certificate(body.certificate);
  expect(certificate.verify(new X509Certificate(body.broker.ca).publicKey)).toBe(true);
  const login = { agent: "rack-3", serial: body.serial };
  expect(await at.server.agentKeys.admit(login)).toMatchObject({ ok: true, grant: { rooms: ["hq/harbour"] } });
  expect((await enrol(invited.body.code, csr)).body).toMatchObject({ code: "NOT_ALLOWED", status: 403 });
  const audit = (await at.call("GET", "/api/v1/audit", { as: "admin" })).body as { action: string }[];
  expect(audit.map(({ action }) => action)).toEqual(
    expect.arrayContaining(["agent.invite", "agent.enrol", "agent.enrol-refused"]),
  );
  expect(JSON.stringify(audit)).not.toContain(invited.body.code.replaceAll("-", ""));
});

test("of two who spend a code at once, one gets in", async () => {
  const { code } = (await invite()).body;
  const answers = await Promise.all([enrol(code), enrol(code), enrol(code)]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403]);
});

test("a code ends after half an hour, when a newer one is made, and when the agent is revoked", async () => {
  const old = (await invite()).body.code;
  const newer = (await invite()).body.code;
  expect((await enrol(old)).status).toBe(403);
  at.clock.advance(minutes(30));
  expect((await enrol(newer)).status).toBe(403);
  await enrolled();
  const open = (await invite()).body.code;
  await at.call("DELETE", "/api/v1/agents/rack-3", { as: "facilities" });
  expect((await enrol(open)).status).toBe(403);
});

test("guessing is slowed to a crawl, also for a right code from there", async () => {
  const { code } = (await invite()).body;
  const [one, other] = ["2", "3", "4"].filter((letter) => !code.endsWith(letter));
  for (let i = 0; i < 10; i++) expect((await enrol(`${code.slice(0, -1)}${i < 5 ? one : other}`)).status).toBe(403);
  expect((await enrol(code)).body.code).toBe("TOO_FAST");
  at.clock.advance(minutes(1));
  expect((await enrol(code)).status).toBe(201);
});

test("a request that is not right does not cost the code", async () => {
  const { code } = (await invite()).body;
  expect((await enrol(code, "-----BEGIN CERTIFICATE REQUEST-----")).body.code).toBe("INPUT_INVALID");
  expect((await enrol(code)).status).toBe(201);
});

test("only facilities invite, only for rooms that there are, and never the gateway", async () => {
  expect((await invite({}, "sales")).status).toBe(403);
  expect((await invite({ rooms: ["hq/cellar"] })).status).toBe(400);
  expect((await invite({ rooms: ["lab/harbour"] })).status).toBe(400);
  expect((await invite({ site: "nowhere" })).status).toBe(400);
  expect((await invite({ agent: "gateway" })).status).toBe(400);
  expect((await invite()).body.rooms).toEqual(["hq/harbour", "hq/lotus"]);
});

test("an agent renews with the key of its certificate, and is listed with what it has now", async () => {
  const agent = await enrolled();
  at.clock.advance(minutes(5));
  const { status, body } = await renew(agent);
  expect(status).toBe(201);
  const { agentKeys } = at.server;
  expect((await agentKeys.admit({ agent: "rack-3", serial: body.serial })).ok).toBe(true);
  expect((await renew(agent)).body.code).toBe("KEY_REVOKED");
  const [view] = (await at.call("GET", "/api/v1/agents", { as: "facilities" })).body;
  expect(view).toMatchObject({ agent: "rack-3", certificate: { serial: body.serial, expires_at: body.expires_at } });
  expect(view.seen_at).toBe(rfc3339(at.clock.now()));
});

test("a renewal that is signed by another, for another request, or at another time is refused", async () => {
  const agent = await enrolled();
  const other = { ...agent, privateKey: (await testRequest("thief")).privateKey };
  expect((await renew(other)).body.code).toBe("NOT_ALLOWED");
  expect((await renew(agent, { csr: (await testRequest("thief")).csr })).body.code).toBe("NOT_ALLOWED");
  expect((await renew(agent, { serial: "00ff" })).body.code).toBe("NOT_ALLOWED");
  expect((await renew(agent, { signature: "" })).body.code).toBe("NOT_ALLOWED");
  const late = rfc3339(at.clock.now());
  at.clock.advance(minutes(11));
  expect((await renew(agent, { at: late })).body.code).toBe("NOT_ALLOWED");
  for (let i = 0; i < 6; i++) expect((await renew(agent)).status).toBe(201);
  expect((await renew(agent)).body.code).toBe("TOO_FAST");
});

test("what was revoked is refused by name, and a certificate is nobody else's", async () => {
  const { view, ...agent } = await enrolled();
  const { agentKeys } = at.server;
  const login = { agent: "rack-3", serial: view.serial };
  expect(await agentKeys.admit({ ...login, agent: "rack-4" })).toEqual({ ok: false, isRevoked: false });
  await at.call("DELETE", "/api/v1/agents/rack-3", { as: "facilities" });
  expect(await agentKeys.admit(login)).toEqual({ ok: false, isRevoked: true });
  expect((await renew({ view, ...agent })).body).toMatchObject({ code: "KEY_REVOKED", status: 403 });
});

/** The desks alone: months pass in no time. */
async function desks(options: { showsCertificates?: boolean } = {}) {
  const clock = new VirtualClock(START);
  const store = await openStore(":memory:", { clock });
  const folder = mkdtempSync(join(tmpdir(), "greenroom-enrolment-"));
  const keys = new AgentKeyDesk(store);
  const { showsCertificates = true } = options;
  const desk = new EnrolmentDesk({
    store,
    keys,
    authority: () => openAuthority(folder, clock),
    showsCertificates: () => showsCertificates,
  });
  const { csr, privateKey } = await testRequest("rack-3");
  const { code } = await desk.invite({ agent: "rack-3", site: "hq", rooms: ["hq/harbour"] });
  const first = await desk.enrol({ code, csr }, "10.0.0.7");
  const next = async (serial = first.serial): Promise<Enrolled> => {
    const what = { serial, csr, at: rfc3339(clock.now()) };
    const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
    const signature = signData("sha256", Buffer.from(renewalText(what)), { key, format: "der", type: "pkcs8" });
    return desk.renew({ ...what, signature: signature.toString("base64") }, "10.0.0.7");
  };
  const end = async (): Promise<void> => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { clock, keys, first, next, end };
}

test("the old certificate is good until the new one is used, and not beyond its own end", async () => {
  const { clock, keys, first, next, end } = await desks();
  clock.advance(hours(24 * 40));
  const second = await next();
  const login = (serial: string) => keys.admit({ agent: "rack-3", serial });
  expect((await login(first.serial)).ok).toBe(true);
  expect((await login(second.serial)).ok).toBe(true);
  expect(await login(first.serial)).toEqual({ ok: false, isRevoked: true });
  clock.advance(hours(24 * 60));
  expect(await login(second.serial)).toEqual({ ok: false, isRevoked: false });
  await expect(next(second.serial)).rejects.toMatchObject({ code: "KEY_REVOKED" });
  await end();
});

test("without TLS an agent has a key, which it changes with its certificate; the old one outlives a lost answer", async () => {
  const { clock, keys, first, next, end } = await desks({ showsCertificates: false });
  const admits = async (key = ""): Promise<boolean> => (await keys.admit({ agent: "rack-3", key })).ok;
  expect(await admits(first.key)).toBe(true);
  const lost = await next();
  expect([await admits(first.key), await admits("")]).toEqual([true, false]);
  clock.advance(minutes(1));
  const second = await next();
  expect(await admits(first.key)).toBe(true);
  expect(await admits(second.key)).toBe(true);
  expect([await admits(first.key), await admits(lost.key)]).toEqual([false, false]);
  const third = await next(second.serial);
  clock.advance(hours(25));
  expect([await admits(second.key), await admits(third.key)]).toEqual([false, true]);
  await keys.revoke("rack-3");
  expect(await keys.admit({ agent: "rack-3", key: third.key ?? "" })).toEqual({ ok: false, isRevoked: true });
  await end();
});
