import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "#contract/bus.suite.ts";
import { silentLog } from "#contract/log.ts";
import { type MqttBusOptions, startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { makeCertificateRequest } from "#edge/identity/certificate-request.ts";
import { type AgentCertificate, type Authority, openAuthority } from "#server/authority/authority.ts";
import { findMosquitto, type Mosquitto, startMosquitto } from "#test/peers/mosquitto.ts";
import { mosquittoAcl } from "../../commands/agent-acl.ts";

const isHere = findMosquitto() !== undefined;
if (!isHere) console.warn("skipped: mosquitto is not installed");

/** Certificates of our authority at a broker that is not ours, with the access list that `greenroom agent acl` writes. */
describe.skipIf(!isHere)("a Mosquitto that trusts our authority", () => {
  let folder: string;
  let authority: Authority;
  let mosquitto: Mosquitto;
  const ends: (() => Promise<unknown>)[] = [];
  const agents = new Map<string, AgentCertificate & { privateKey: string }>();
  const revokedFile = (): string => join(folder, "revoked.pem");

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "greenroom-certificates-"));
    authority = await openAuthority(join(folder, "authority"), systemClock);
    for (const agent of ["rack-3", "rack-4"]) {
      const { csr, privateKey } = makeCertificateRequest(agent);
      agents.set(agent, { ...(await authority.signAgent({ csr, agent, site: "hq" })), privateKey });
    }
    writeFileSync(join(folder, "ca.pem"), authority.certificate);
    writeFileSync(revokedFile(), await authority.revocationList([]));
    const key = (agent: string, room: string) => ({
      agent,
      rooms: [room],
      created_ms: 0,
      role: "agent" as const,
      topics: [],
    });
    mosquitto = await startMosquitto({
      tls: await authority.serverCertificate(["127.0.0.1", "localhost"]),
      acl: mosquittoAcl([key("rack-3", "hq/harbour"), key("rack-4", "hq/lotus")]),
      config: [
        `cafile ${folder}/ca.pem`,
        `crlfile ${revokedFile()}`,
        "require_certificate true",
        "use_identity_as_username true",
        "tls_version tlsv1.2",
      ].join("\n"),
    });
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    await mosquitto.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const enter = async (agent: string, change: Partial<MqttBusOptions> = {}): ReturnType<typeof startMqttBus> => {
    const { certificate, privateKey } = agents.get(agent) as AgentCertificate & { privateKey: string };
    const login = { username: agent, ca: authority.certificate, cert: certificate, key: privateKey };
    const bus = await startMqttBus({ url: mosquitto.url, clock: systemClock, log: silentLog, ...login, ...change });
    ends.push(() => bus.close());
    return bus;
  };

  test("lets an agent in by its certificate, under the name that we wrote into it, for its topics alone", async () => {
    // What it calls itself does not count.
    const agent = await enter("rack-3", { username: "greenroom" });
    expect(agent.connected).toBe(true);
    const other = await enter("rack-4");
    const heard: string[] = [];
    await other.subscribe("greenroom/v1/hq/lotus/+/command", ({ topic }) => heard.push(topic));
    await other.subscribe("greenroom/v1/hq/harbour/+/reading", ({ topic }) => heard.push(topic)).catch(() => {});
    await agent.publish("greenroom/v1/hq/lotus/codec/command", "{}", { qos: 1 });
    await agent.publish("greenroom/v1/hq/harbour/air/reading", "{}", { qos: 1 });
    await agent.publish("greenroom/v1/hq/agents/rack-4/committed", "{}", { qos: 1 });
    const own: string[] = [];
    await agent.subscribe("greenroom/v1/hq/agents/rack-3/state", ({ topic }) => own.push(topic));
    await agent.publish("greenroom/v1/hq/agents/rack-3/state", "{}", { qos: 1 });
    await eventually(() => own.length === 1, "its own state");
    await other.settled();
    expect(heard).toEqual([]);
  });

  test("lets nobody in without one, with one of another authority, or with one that was revoked", async () => {
    const isIn = async (change: Partial<MqttBusOptions>): Promise<boolean> => (await enter("rack-3", change)).connected;
    const strange = await openAuthority(join(folder, "other"), systemClock);
    const { csr, privateKey } = makeCertificateRequest("rack-3");
    const { certificate } = await strange.signAgent({ csr, agent: "rack-3", site: "hq" });
    expect(await isIn({ cert: certificate, key: privateKey })).toBe(false);
    expect(await isIn({})).toBe(true);
    const { serial } = agents.get("rack-3") as AgentCertificate;
    writeFileSync(revokedFile(), await authority.revocationList([{ serial, at: systemClock.now() }]));
    await mosquitto.stop();
    await mosquitto.start();
    expect(await isIn({})).toBe(false);
    expect((await enter("rack-4")).connected).toBe(true);
  });

  test("openssl reads our requests, certificates and list", () => {
    const openssl = (input: string, ...words: string[]): string =>
      execFileSync("openssl", words, { input, encoding: "utf8" });
    const { csr } = makeCertificateRequest("rack-3");
    expect(openssl(csr, "req", "-noout", "-verify", "-subject")).toContain("rack-3");
    const file = join(folder, "agent.pem");
    writeFileSync(file, agents.get("rack-3")?.certificate ?? "");
    const ca = ["-CAfile", join(folder, "ca.pem"), "-CRLfile", revokedFile(), "-crl_check", "-x509_strict"];
    expect(openssl("", "verify", "-purpose", "sslclient", ...ca, file)).toContain("OK");
    expect(() => openssl("", "verify", "-purpose", "sslserver", ...ca, file)).toThrow("purpose");
  });
});
