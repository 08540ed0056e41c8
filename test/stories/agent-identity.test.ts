import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "#contract/bus.suite.ts";
import type { Clock } from "#contract/clock.ts";
import { silentLog } from "#contract/log.ts";
import { type MqttBusOptions, startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { earlier, hours, later, millis, rfc3339, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { publish } from "#contract/wire.ts";
import { makeCertificateRequest } from "#edge/identity/certificate-request.ts";
import { enrol } from "#edge/identity/enrol.ts";
import { type Identity, readIdentity } from "#edge/identity/identity.ts";
import { type Edge, startEdge } from "#edge/main.ts";
import { openAuthority } from "#server/authority/authority.ts";
import { AgentKeyDesk } from "#server/people/agent-keys.ts";
import { panelTopics } from "#server/people/panel-topics.ts";
import { openStore } from "#server/store/open-store.ts";
import { type AllInOne, startAllInOne } from "../../commands/all-in-one.ts";
import { loadSettings } from "../../commands/settings.ts";

const SITE = "hq";
const ROOMS = ["harbour", "lotus"];
const card = { name: "Room", floor: "1", zone: "UTC", seats: 4, capabilities: [], devices: [] };

let folder: string;
let program: AllInOne;
/** People, keys and certificates age by it; the rest runs in real time. */
let clock: VirtualClock;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-identity-"));
  clock = new VirtualClock(systemClock.now());
  const env = { PORT: "0", MQTT_PORT: "0", MQTTS_PORT: "0", DATA_DIR: join(folder, "data") };
  const settings = { ...loadSettings({}, env), sample: false };
  program = await startAllInOne({ settings, clock: systemClock, peopleClock: clock, log: silentLog });
  const rooms = ROOMS.map((room) => ({ room, card: card as never }));
  await program.server.load({ site: SITE, rooms, demos: [], bookings: [], maintenance: [], people: [] });
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await program.stop();
  rmSync(folder, { recursive: true, force: true });
});

const dataDirOf = (agent: string): string => join(folder, agent);
async function enrolled(agent = "rack-3", rooms = ["hq/harbour"]): Promise<Identity> {
  const { code } = await program.server.enrolment.invite({ agent, site: SITE, rooms });
  return enrol({ server: program.server.localUrl, code, dataDir: dataDirOf(agent) }, systemClock);
}
const loginOf = ({
  agent,
  broker,
  certificate,
  privateKey,
}: Identity): Pick<MqttBusOptions, "url" | "username" | "ca" | "cert" | "key"> => ({
  url: broker.url,
  username: agent,
  ...(broker.ca !== undefined && { ca: broker.ca }),
  cert: certificate,
  key: privateKey.reveal(),
});

interface Visitor {
  /** Why it did not get in, or `undefined`. */
  refusal: string | undefined;
  bus: Awaited<ReturnType<typeof startMqttBus>>;
}
async function come(options: Omit<MqttBusOptions, "clock" | "log">): Promise<Visitor> {
  let refusal: string | undefined;
  const log = { ...silentLog, warn: (fields: object) => void (refusal ??= "why" in fields ? String(fields.why) : "?") };
  const bus = await startMqttBus({ clock: systemClock, log, ...options });
  ends.push(() => bus.close());
  return { refusal: bus.connected ? undefined : refusal, bus };
}
const reading = (agent: string): string =>
  JSON.stringify({ at: rfc3339(systemClock.now()), agent, metrics: { temperature_c: 21 } });

/** What is due in days is due in moments. */
const impatient: Clock = {
  ...systemClock,
  after: (delay, task) => systemClock.after(millis(delay > seconds(3) ? delay / 100 : delay), task),
};

async function runAgent(identity: Identity, agentClock: Clock = systemClock): Promise<Edge> {
  const edge = await startEdge({
    config: {
      site: SITE,
      agent: identity.agent,
      key: undefined,
      broker: { url: identity.broker.url, ca: undefined },
      identity,
      dataDir: dataDirOf(identity.agent),
      outbox: { maxBytes: 1e7, maxAge: hours(1) },
      devices: [],
    },
    clock: agentClock,
    log: silentLog,
    random: () => 0.5,
  });
  ends.push(() => edge.stop());
  return edge;
}
const serialOf = async (agent: string): Promise<string | undefined> =>
  (await program.server.agentKeys.list()).find((one) => one.agent === agent)?.certificate?.serial;

describe("an agent that has enrolled", () => {
  test("keeps its key to itself, signs in over TLS by its certificate, and speaks for its rooms alone", async () => {
    const identity = await enrolled();
    const file = join(dataDirOf("rack-3"), "identity.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(identity.broker.url).toMatch(/^mqtts:\/\/127\.0\.0\.1:\d+$/);
    expect(identity.key).toBeUndefined();
    const { bus, refusal } = await come(loginOf(identity));
    expect(refusal).toBeUndefined();
    await bus.publish("greenroom/v1/hq/harbour/air/reading", reading("rack-3"), { qos: 1 });
    await bus.publish("greenroom/v1/hq/lotus/air/reading", reading("rack-3"), { qos: 1 });
    await bus.publish("greenroom/v1/hq/agents/rack-4/state", "{}", { qos: 1, retain: true });
    await bus.publish("greenroom/v1/hq/harbour/readiness", "{}", { qos: 1, retain: true });
    const { recorder } = program.stats();
    expect(recorder).toMatchObject({ accepted: 1 });
    await expect(bus.subscribe("greenroom/v1/hq/+/demos", () => {})).rejects.toMatchObject({ code: "NOT_ALLOWED" });
    await expect(bus.subscribe("greenroom/v1/hq/lotus/+/command", () => {})).rejects.toMatchObject({
      code: "NOT_ALLOWED",
    });
    // Nothing that the server keeps would do to come in again.
    const kept = readFileSync(join(folder, "data", "app.db")).toString("latin1");
    expect(kept).not.toContain(identity.privateKey.reveal().split("\n")[1]);
  });

  test("runs, and is cut off within moments when it is revoked here or on the command line", async () => {
    const edges = [];
    for (const agent of ["rack-3", "rack-4"]) edges.push(await runAgent(await enrolled(agent)));
    const [one, two] = edges as [Edge, Edge];
    await eventually(() => one.stats().isLinked && two.stats().isLinked, "both agents are linked");
    await program.server.agentKeys.revoke("rack-3");
    await eventually(() => !one.stats().isLinked, "the revoked one is cut off");
    expect(two.stats().isLinked).toBe(true);
    // As `greenroom agent revoke` does it, in a process of its own.
    const store = await openStore(join(folder, "data"));
    ends.push(() => store.close());
    await new AgentKeyDesk(store).revoke("rack-4");
    const end = later(systemClock.now(), seconds(10));
    while (two.stats().isLinked && systemClock.now() < end) {
      clock.advance(millis(250));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(two.stats().isLinked).toBe(false);
    const { refusal } = await come(loginOf(readIdentity(dataDirOf("rack-4")) as Identity));
    expect(refusal).toContain("Not authorized");
  });

  test("renews by itself before its certificate ends, signs in with the new one, and nobody can use the old one", async () => {
    const first = await enrolled();
    const heard: string[] = [];
    const bus = await program.bus("listener");
    await bus.subscribe("greenroom/v1/hq/agents/rack-3/state", ({ payload }) => {
      heard.push((JSON.parse(Buffer.from(payload).toString()) as { state: string }).state);
    });
    clock.advance(seconds(60));
    const edge = await runAgent({ ...first, issued: earlier(first.issued, hours(24 * 300)) }, impatient);
    await eventually(() => readIdentity(dataDirOf("rack-3"))?.serial !== first.serial, "a renewed identity");
    const second = readIdentity(dataDirOf("rack-3")) as Identity;
    await eventually(() => heard.length >= 2 && edge.stats().isLinked, "linked with the new one");
    expect((await come(loginOf(first))).refusal).toContain("Not authorized");
    expect(await serialOf("rack-3")).toBe(second.serial);
    expect(second.privateKey.reveal()).not.toBe(first.privateKey.reveal());
    expect(edge.stats().isLinked).toBe(true);
    // It said goodbye and came again: nobody was told that it had died.
    expect(heard).not.toContain("offline");
  });
});

describe("nobody else gets in", () => {
  test("with a certificate of another authority, of the broker itself, without its key, or with another's name", async () => {
    const identity = await enrolled();
    const other = await openAuthority(join(folder, "other"), systemClock);
    const { csr, privateKey } = makeCertificateRequest("rack-3");
    const foreign = await other.signAgent({ csr, agent: "rack-3", site: SITE });
    const { url, ca: pem } = loginOf(identity);
    const ca = pem === undefined ? {} : { ca: pem };
    // Signed by our own authority, but never given to an agent; and the broker's own, which is for servers.
    const own = await (await program.server.authority()).signAgent({ csr, agent: "rack-3", site: SITE });
    const brokers = readFileSync(join(folder, "data", "authority", "server-key.pem"), "utf8");
    const thieves: [string, Parameters<typeof come>[0]][] = [
      ["of another authority", { url, ...ca, username: "rack-3", cert: foreign.certificate, key: privateKey }],
      ["of nobody's", { url, ...ca, username: "rack-3", cert: own.certificate, key: privateKey }],
      ["of the broker", { url, ...ca, username: "rack-3", cert: brokers, key: brokers }],
      ["without any", { url, ...ca, username: "rack-3" }],
      ["with another's name", { ...loginOf(identity), username: "rack-4" }],
      ["as the gateway", { ...loginOf(identity), username: "gateway" }],
      ["with an invented key", { url, ...ca, username: "rack-3", password: "gra_invented" }],
    ];
    for (const [what, login] of thieves)
      expect([what, (await come(login)).refusal]).toEqual([what, expect.any(String)]);
    expect((await come(loginOf(identity))).refusal).toBeUndefined();
  });

  test("with TLS older than 1.2, or in the clear on the port with TLS", async () => {
    const identity = await enrolled();
    const port = Number(new URL(identity.broker.url).port);
    const trial = (version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string> =>
      new Promise((resolve) => {
        const options = { host: "127.0.0.1", port, ca: identity.broker.ca, minVersion: "TLSv1" as const };
        const socket: TLSSocket = connectTls({ ...options, maxVersion: version, ciphers: "ALL:@SECLEVEL=0" }, () => {
          resolve(socket.getProtocol() ?? "?");
          socket.destroy();
        });
        socket.on("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? "refused"));
      });
    expect(await trial("TLSv1.1")).toMatch(/^E/);
    expect(await trial("TLSv1.2")).toBe("TLSv1.2");
    expect(await trial("TLSv1.3")).toBe("TLSv1.3");
    const plain = { url: identity.broker.url.replace("mqtts", "mqtt"), username: "rack-3", password: "x" };
    expect((await come(plain)).refusal).toBeDefined();
  });

  test("an agent that does not know the authority does not trust the broker", async () => {
    const identity = await enrolled();
    const { ca: _, ...login } = loginOf(identity);
    const { refusal } = await come(login);
    expect(refusal).toMatch(/certificate/i);
  });
});

describe("a panel's key", () => {
  const sign = { at: "2026-11-23T09:00:00.000Z", name: "Harbour", floor: "1", outcome: "ready", score: 100 } as const;
  const say = async (): Promise<void> => {
    const bus = await program.bus("gateway-like");
    const rest = { sentence: "Everything is ready.", alerts: 0 };
    for (const room of ROOMS) await publish(bus, "door", { site: SITE, room }, { ...sign, ...rest });
    const found = "homeassistant/device/greenroom_hq_harbour/config";
    await bus.publish(found, "{}", { qos: 1, retain: true });
  };
  const keyOf = (kind: "door-signs" | "home-assistant", rooms?: string[]): Promise<string> =>
    program.server.agentKeys.createFor("panel", "signs", panelTopics(kind, rooms && { rooms }));
  const visit = (password: string): Promise<Visitor> => come({ url: program.mqtt, username: "signs", password });

  test("reads door signs, of its rooms where it has any, and nothing else", async () => {
    await say();
    const { bus } = await visit(await keyOf("door-signs", ["hq/harbour"]));
    const heard: string[] = [];
    await bus.subscribe("greenroom/v1/hq/harbour/door", ({ topic }) => heard.push(topic));
    await bus.settled();
    expect(heard).toEqual(["greenroom/v1/hq/harbour/door"]);
    const forbidden = ["#", "greenroom/#", "greenroom/v1/+/+/door", "greenroom/v1/hq/lotus/door", "homeassistant/#"];
    const others = ["greenroom/v1/hq/harbour/demos", "greenroom/v1/hq/+/+/command", "$SYS/#", "$share/x/greenroom/#"];
    for (const filter of [...forbidden, ...others])
      await expect(bus.subscribe(filter, () => {})).rejects.toMatchObject({ code: "NOT_ALLOWED" });
  });

  test("Home Assistant finds its rooms by discovery and reads their signs; what it says is refused", async () => {
    await say();
    const { bus } = await visit(await keyOf("home-assistant"));
    const heard: string[] = [];
    for (const filter of ["homeassistant/+/+/config", "homeassistant/status", "greenroom/v1/hq/harbour/door"])
      await bus.subscribe(filter, ({ topic }) => heard.push(topic));
    await bus.settled();
    expect(heard.toSorted()).toEqual([
      "greenroom/v1/hq/harbour/door",
      "homeassistant/device/greenroom_hq_harbour/config",
    ]);
    const other = await program.bus("other");
    const said: string[] = [];
    await other.subscribe("#", ({ topic, retained }) => void (retained || said.push(topic)));
    for (const topic of [
      "homeassistant/status",
      "homeassistant/device/greenroom_hq_harbour/config",
      "greenroom/v1/hq/harbour/door",
      "greenroom/v1/hq/harbour/panel/reading",
      "greenroom/v1/hq/agents/signs/state",
    ])
      await bus.publish(topic, "{}", { qos: 1, retain: true });
    expect(said.filter((topic) => !topic.startsWith("greenroom/settled/"))).toEqual([]);
    expect(program.stats().recorder).toMatchObject({ accepted: 0 });
  });

  test("ends at once when it is revoked, and its name cannot be borrowed by an agent's certificate", async () => {
    const { bus } = await visit(await keyOf("door-signs"));
    await program.server.agentKeys.revoke("signs");
    await eventually(() => !bus.connected, "the panel is cut off");
    const identity = await enrolled("signs");
    const key = await keyOf("door-signs");
    // The new key ends what its name had before.
    expect((await come(loginOf(identity))).refusal).toContain("Not authorized");
    expect((await visit(key)).refusal).toBeUndefined();
  });
});
