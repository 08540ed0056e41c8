import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { KEY, startTestBroker } from "../gateway/broker/test-broker.ts";
import { findMosquitto, type Mosquitto, type MosquittoOptions, startMosquitto } from "../test/peers/mosquitto.ts";
import type { Bus, Message } from "./bus.ts";
import { type BusHarness, describeBus, eventually } from "./bus.suite.ts";
import { type Log, silentLog } from "./log.ts";
import { type MqttBusOptions, startMqttBus } from "./mqtt-bus.ts";
import { systemClock } from "./system-clock.ts";
import { millis } from "./units.ts";

const reconnect = { first: millis(20), ceiling: millis(100) };
const isHere = findMosquitto() !== undefined;
if (!isHere) console.warn("skipped: mosquitto is not installed");

const open = (url: string, options: Partial<MqttBusOptions> = {}): Promise<Bus> =>
  startMqttBus({ url, log: silentLog, clock: systemClock, reconnect, ...options });

if (isHere) {
  describeBus("MQTT to Mosquitto", async (): Promise<BusHarness> => {
    const mosquitto = await startMosquitto();
    const buses: Bus[] = [];
    return {
      open: async () => {
        const bus = await open(mosquitto.url);
        buses.push(bus);
        return bus;
      },
      cut: async () => {
        await mosquitto.kill9();
        return () => mosquitto.start();
      },
      close: async () => {
        await Promise.all(buses.map((bus) => bus.close()));
        await mosquitto.dispose();
      },
    };
  });
}

describe.skipIf(!isHere)("the MQTT client and a real Mosquitto", () => {
  let mosquitto: Mosquitto | undefined;
  const buses: Bus[] = [];
  const start = async (options: MosquittoOptions): Promise<Mosquitto> => (mosquitto = await startMosquitto(options));
  const enter = async (url: string, options: Partial<MqttBusOptions> = {}): Promise<Bus> => {
    const bus = await open(url, options);
    buses.push(bus);
    return bus;
  };
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
    await mosquitto?.dispose();
  });

  test("a wrong key is LINK_REFUSED, told once, and a right one of the same broker works", async () => {
    const { url } = await start({ users: { "agent-1": "right" } });
    const lines: object[] = [];
    const log: Log = { ...silentLog, warn: (fields) => void lines.push(fields) };
    const wrong = await enter(url, { username: "agent-1", password: "wrong", log });
    await expect(wrong.publish("greenroom/v1/hq/atrium/card", "x", { qos: 1 })).rejects.toMatchObject({
      code: "LINK_REFUSED",
    });
    const right = await enter(url, { username: "agent-1", password: "right" });
    await right.publish("greenroom/v1/hq/atrium/card", "x", { qos: 1 });
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('wrong"');
  });

  test("acknowledged when handled: what was not comes again, as what had waited, and nothing else does", async () => {
    const { url } = await start({ persistence: true });
    const gear = await enter(url);
    const session = { clientId: "greenroom-gear", persistentSession: true, acknowledgeWhenHandled: true };
    const heard: [string, boolean][] = [];
    /** Handles every message but those that it is told to leave. */
    const hear = async (left: string, filter = "gear/#"): Promise<Bus> => {
      const bus = await enter(url, session);
      const take: (message: Message) => unknown = ({ payload, queued = false }) => {
        const text = new TextDecoder().decode(payload);
        heard.push([text, queued]);
        return text === left ? new Promise(() => {}) : undefined;
      };
      await bus.subscribe(filter, take);
      await bus.settled();
      return bus;
    };
    const first = await hear("two");
    for (const text of ["one", "two", "three"]) await gear.publish("gear/air", text, { qos: 1 });
    await eventually(() => heard.length === 3, "the first three");
    expect(heard).toEqual([
      ["one", false],
      ["two", false],
      ["three", false],
    ]);
    await first.close();
    await gear.publish("gear/air", "four", { qos: 1 });
    heard.length = 0;
    const second = await hear("");
    await eventually(() => heard.length === 2, "what was left, and what came meanwhile");
    expect(heard).toEqual([
      ["two", true],
      ["four", true],
    ]);
    await second.close();
    // Of a subscription that is made no more: taken from the broker, so that it holds up nobody.
    heard.length = 0;
    await gear.publish("gear/air", "five", { qos: 1 });
    const third = await hear("", "other/#");
    await gear.publish("other/x", "six", { qos: 1 });
    await eventually(() => heard.length === 1, "what is still listened to");
    await third.close();
    await hear("");
    expect(heard).toEqual([["six", false]]);
  });

  test("a broker that forbids the marker: settled resolves all the same", async () => {
    const { url } = await start({ users: { a: "k" }, acl: "user a\ntopic readwrite greenroom/v1/#" });
    const bus = await enter(url, { username: "a", password: "k" });
    const got: string[] = [];
    await bus.publish("greenroom/v1/hq/atrium/card", "1", { qos: 1, retain: true });
    await bus.subscribe("greenroom/v1/hq/+/card", (message) => got.push(message.topic));
    await bus.settled();
    expect(got).toHaveLength(1);
  }, 20_000);

  test("the last will is published when the client is gone, and not after a goodbye", async () => {
    const { url } = await start({});
    const watcher = await enter(url);
    const states: string[] = [];
    await watcher.subscribe("greenroom/v1/hq/agents/+/state", (message) =>
      states.push(new TextDecoder().decode(message.payload)),
    );
    const will = { topic: "greenroom/v1/hq/agents/a/state", payload: "gone", qos: 1, retain: true } as const;
    const polite = await open(url, { clientId: "polite", will });
    await polite.close();
    const first = await open(url, { clientId: "twin", will });
    const second = await enter(url, { clientId: "twin" });
    await eventually(() => states.length === 1, "the will of the one that was pushed out");
    await first.close();
    expect(states).toEqual(["gone"]);
    expect(second).toBeDefined();
  });

  test("a persistent session: what came while away waits for its handler, in order", async () => {
    const { url } = await start({});
    const options = { clientId: "gateway-1-of-1", persistentSession: true };
    const first = await open(url, options);
    await first.subscribe("greenroom/v1/hq/+/+/reading", () => {});
    await first.close();
    const sender = await enter(url);
    for (let i = 0; i < 200; i++) await sender.publish("greenroom/v1/hq/atrium/codec/reading", String(i), { qos: 1 });
    const again = await enter(url, options);
    const got: string[] = [];
    await again.subscribe("greenroom/v1/hq/+/+/reading", (message) =>
      got.push(new TextDecoder().decode(message.payload)),
    );
    await eventually(
      () => got.length >= 200,
      () => `${got.length} of 200`,
    );
    expect(got).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
  });

  test("unacknowledged messages of a broker that dies are rejected, none hangs", async () => {
    const running = await start({});
    const bus = await enter(running.url);
    const outcomes: string[] = [];
    const sent = Array.from({ length: 5_000 }, (_, i) =>
      bus.publish("greenroom/v1/hq/atrium/codec/reading", String(i), { qos: 1 }).then(
        () => outcomes.push("acknowledged"),
        (error: { code: string }) => outcomes.push(error.code),
      ),
    );
    await running.kill9();
    await Promise.all(sent);
    expect(outcomes).toHaveLength(5_000);
    expect(new Set(outcomes).difference(new Set(["acknowledged", "LINK_DOWN"]))).toEqual(new Set());
    expect(outcomes).toContain("LINK_DOWN");
  });
});

/** A certificate for 127.0.0.1 that signs itself; `undefined` where openssl is not installed. */
function makeCertificate(): { cert: string; key: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-tls-"));
  try {
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    execFileSync(
      "openssl",
      ["req", "-x509", ...curve, "-nodes", "-days", "2", ...subject, "-keyout", key, "-out", cert],
      { stdio: "ignore" },
    );
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("TLS", () => {
  const tls = makeCertificate();
  const topic = "greenroom/v1/hq/atrium/codec/reading";

  test.skipIf(!isHere || tls === undefined)("Mosquitto: with the right authority a link, without it none", async () => {
    const mosquitto = await startMosquitto({ tls: tls as { cert: string; key: string } });
    const trusting = await open(mosquitto.url, { ca: tls?.cert ?? "" });
    const doubting = await open(mosquitto.url);
    await trusting.publish(topic, "{}", { qos: 1 });
    await expect(doubting.publish(topic, "{}", { qos: 1 })).rejects.toMatchObject({ code: "LINK_DOWN" });
    await Promise.all([trusting.close(), doubting.close()]);
    await mosquitto.dispose();
  });

  test.skipIf(tls === undefined)("the embedded broker speaks it too, and takes no plain link then", async () => {
    const embedded = await startTestBroker({ tls: tls as { cert: string; key: string } });
    const login = { username: "agent-1", password: KEY };
    const secure = await open(embedded.url.replace("mqtt:", "mqtts:"), { ...login, ca: tls?.cert ?? "" });
    const plain = await open(embedded.url, login);
    await secure.publish(topic, "{}", { qos: 1 });
    await expect(plain.publish(topic, "{}", { qos: 1 })).rejects.toMatchObject({ code: "LINK_DOWN" });
    expect(embedded.accepted).toHaveLength(1);
    await Promise.all([secure.close(), plain.close()]);
    await embedded.stop();
  });
});
