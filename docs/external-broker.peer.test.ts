import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Bus } from "#contract/bus.ts";
import { eventually } from "#contract/bus.suite.ts";
import { type Log, silentLog } from "#contract/log.ts";
import { type MqttBusOptions, startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { findMosquitto, type Mosquitto, startMosquitto } from "#test/peers/mosquitto.ts";

/** The page's own configuration, on a real Mosquitto: what it says is what happens. */
const page = readFileSync(new URL("external-broker.md", import.meta.url), "utf8");
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? "";

/** What the test's Mosquitto has of its own: where it listens, its files, and limits that it sets alike. */
const OWN =
  /^(per_listener|listener|certfile|keyfile|allow_anonymous|password_file|acl_file|persistence|max_|set_tcp_nodelay)/;
const config = block("conf")
  .split("\n")
  .filter((line) => !OWN.test(line))
  .join("\n");

const isHere = findMosquitto() !== undefined;
if (!isHere) console.warn("skipped: mosquitto is not installed");

describe.skipIf(!isHere)("the Mosquitto of docs/external-broker.md", () => {
  let mosquitto: Mosquitto;
  let warnings: string[];
  const buses: Bus[] = [];
  const users = { greenroom: "k1", "rack-3": "k2", "rack-4": "k3" };
  const log: Log = { ...silentLog, warn: (_, text) => void warnings.push(text) };
  const enter = async (username: keyof typeof users, options: Partial<MqttBusOptions> = {}): Promise<Bus> => {
    const { url } = mosquitto;
    const bus = await startMqttBus({ url, username, password: users[username], log, clock: systemClock, ...options });
    buses.push(bus);
    return bus;
  };
  /** The topics that a client gets of a filter. */
  const hear = async (bus: Bus, filter: string): Promise<string[]> => {
    const topics: string[] = [];
    await bus.subscribe(filter, ({ topic }) => topics.push(topic));
    return topics;
  };

  beforeEach(async () => {
    warnings = [];
    mosquitto = await startMosquitto({ users, acl: block("acl"), config, persistence: true });
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
    await mosquitto.dispose();
  });

  test("an agent's readings, states and results of its rooms arrive, and nothing else that it tries", async () => {
    const greenroom = await enter("greenroom");
    const arrived = await hear(greenroom, "greenroom/v1/#");
    const agent = await enter("rack-3");
    const allowed = ["harbour/air/reading", "harbour/air/state", "harbour/codec/result", "agents/rack-3/state"];
    const forbidden = [
      "peak/air/reading",
      "harbour/card",
      "harbour/readiness",
      "harbour/codec/command",
      "harbour/alerts/x/reply",
      "agents/rack-3/committed",
      "agents/rack-4/state",
    ];
    const below = (path: string): string => `greenroom/v1/hq/${path}`;
    for (const path of [...forbidden, ...allowed]) await agent.publish(below(path), "{}", { qos: 1 });
    await eventually(
      () => arrived.includes(below("agents/rack-3/state")),
      () => `only ${arrived.join(", ")}`,
    );
    expect(arrived).toEqual(allowed.map(below));
  });

  test("an agent hears its commands and what is stored of it, not of others", async () => {
    const agent = await enter("rack-3");
    const heard = await hear(agent, "greenroom/v1/#");
    const greenroom = await enter("greenroom");
    const paths = [
      "agents/rack-4/committed",
      "peak/codec/command",
      "harbour/demos",
      "harbour/codec/command",
      "agents/rack-3/committed",
    ];
    for (const path of paths) await greenroom.publish(`greenroom/v1/hq/${path}`, "{}", { qos: 1, retain: true });
    await eventually(
      () => heard.length >= 2,
      () => `only ${heard.join(", ")}`,
    );
    expect(heard).toEqual(["greenroom/v1/hq/harbour/codec/command", "greenroom/v1/hq/agents/rack-3/committed"]);
  });

  test("every client gets its marker back, and only its own; the last will of an agent arrives", async () => {
    const will = { topic: "greenroom/v1/hq/agents/rack-3/state", payload: "gone", qos: 1, retain: true } as const;
    const greenroom = await enter("greenroom");
    const states = await hear(greenroom, "greenroom/v1/+/agents/+/state");
    const agent = await enter("rack-3", { clientId: "rack-3.one", will });
    const own = await hear(agent, "greenroom/v1/hq/agents/rack-3/committed");
    await Promise.all([greenroom.settled(), agent.settled()]);
    expect([warnings, own]).toEqual([[], []]);
    const spy = await enter("rack-4");
    const spied = await hear(spy, "greenroom/settled/#");
    await enter("rack-3", { clientId: "rack-3.one" });
    await eventually(() => states.length === 1, "the last will");
    expect(spied.filter((topic) => topic.includes("rack-3"))).toEqual([]);
  });

  test("without a key nobody enters", async () => {
    const { url } = mosquitto;
    const bus = await startMqttBus({ url, log, clock: systemClock });
    buses.push(bus);
    await expect(bus.publish("greenroom/v1/hq/harbour/card", "{}", { qos: 1 })).rejects.toMatchObject({
      code: "LINK_REFUSED",
    });
  });
});
